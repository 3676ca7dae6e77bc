#include "text/canonical.h"

#include <fmt/format.h>

#include <algorithm>

#include "text/characters.h"

namespace cpo::text {

struct Canonicaliser::Data {
    const UNormalizer2* nfkc = nullptr;  // Owned by ICU.
    const UNormalizer2* nfd = nullptr;   // Owned by ICU.
    struct Close {
        void operator()(USpoofChecker* checker) const { uspoof_close(checker); }
    };
    std::unique_ptr<USpoofChecker, Close> confusables;
};

Canonicaliser::Canonicaliser(std::unique_ptr<const Data> data) : data_(std::move(data)) {}
Canonicaliser::~Canonicaliser() = default;
Canonicaliser::Canonicaliser(Canonicaliser&&) noexcept = default;
Canonicaliser& Canonicaliser::operator=(Canonicaliser&&) noexcept = default;

Result<Canonicaliser> Canonicaliser::make() {
    UErrorCode status = U_ZERO_ERROR;
    auto data = std::make_unique<Data>();
    data->nfkc = unorm2_getNFKCInstance(&status);
    data->nfd = unorm2_getNFDInstance(&status);
    data->confusables.reset(uspoof_open(&status));
    if (U_FAILURE(status) != 0)
        return Error{ErrorCode::kInternal,
                     fmt::format("Unicode data cannot be loaded: {}", u_errorName(status)),
                     {}};
    return Canonicaliser(std::unique_ptr<const Data>(std::move(data)));
}

CanonicalViews Canonicaliser::canonicalise(std::string_view text) const {
    CanonicalViews views;
    Characters characters = decode(text);
    decode_entities(characters);
    decode_percent(characters);
    strip_invisible(characters, views.hidden);
    compose(characters, *data_->nfkc);
    simplify_marks(characters);
    views.plain = encode(characters);

    fold_case(characters);
    drop_diacritics(characters, *data_->nfd);
    unmask_scripts(characters, *data_->confusables, views.hidden);
    read_leet(characters);
    join_spaced_letters(characters);
    squeeze_repeats(characters);
    views.words = encode(characters);
    std::sort(views.hidden.begin(), views.hidden.end(), [](const Span& a, const Span& b) {
        return a.start < b.start;
    });
    return views;
}

}  // namespace cpo::text
