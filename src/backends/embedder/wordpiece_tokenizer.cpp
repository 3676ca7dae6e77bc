#include "backends/embedder/wordpiece_tokenizer.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cassert>

namespace cpo {
namespace {

constexpr std::size_t kTextBytesMax = 64 << 10;
constexpr std::int32_t kWordCodePointsMax = 100;  // Longer words are [UNK], as in the original.
constexpr UChar32 kReplacement = 0xFFFD;

/// True for what Unicode 8 knew. The model's tokenizer classifies by tables of that age: younger
/// marks are letters to it, and ids must agree.
bool is_in_unicode_8(UChar32 c) {
    UVersionInfo age{};
    u_charAge(c, age);
    return age[0] <= 8;
}

/// Dropped before anything else: controls, formats, private use. Tab and line ends are white space.
bool is_dropped(UChar32 c) {
    if (c == 0 || c == kReplacement) return true;
    if (c == '\t' || c == '\n' || c == '\r') return false;
    const auto category = u_charType(c);
    if (category == U_FORMAT_CHAR) return is_in_unicode_8(c);
    return category == U_CONTROL_CHAR || category == U_PRIVATE_USE_CHAR || category == U_SURROGATE;
}

bool is_cjk(UChar32 c) {
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) ||
           (c >= 0x20000 && c <= 0x2A6DF) || (c >= 0x2A700 && c <= 0x2B73F) ||
           (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF) ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

bool is_punctuation(UChar32 c) {
    // All of ASCII that is no letter, digit, space or control counts, so $ + < = > ^ ` | ~ do.
    if (c < 0x80) return c > ' ' && c < 0x7F && !u_isalnum(c);
    return u_ispunct(c) && is_in_unicode_8(c);
}

bool is_accent(UChar32 c) { return u_charType(c) == U_NON_SPACING_MARK && is_in_unicode_8(c); }

/// Collects words; letters join, everything else ends the word at hand.
class WordCollector {
public:
    void add(UChar32 c) {
        if (u_isUWhiteSpace(c)) return finish();
        if (is_cjk(c) || is_punctuation(c)) {
            finish();
            word_.append(c);
            return finish();
        }
        word_.append(c);
    }
    void finish() {
        if (word_.isEmpty()) return;
        std::string bytes;
        word_.toUTF8String(bytes);
        words.push_back(std::move(bytes));
        word_.remove();
    }

    std::vector<std::string> words;

private:
    icu::UnicodeString word_;
};

template <typename Visit>
void for_each_code_point(const icu::UnicodeString& text, const Visit& visit) {
    for (std::int32_t i = 0; i < text.length();) {
        const UChar32 c = text.char32At(i);
        i += U16_LENGTH(c);
        visit(c);
    }
}

/// Canonically decomposed, or as it was should ICU have lost its data file.
icu::UnicodeString decomposed(const icu::UnicodeString& text) {
    UErrorCode status = U_ZERO_ERROR;
    const auto* normalizer = icu::Normalizer2::getNFDInstance(status);
    if (U_FAILURE(status)) return text;
    icu::UnicodeString result = normalizer->normalize(text, status);
    return U_FAILURE(status) ? text : result;
}

std::int32_t code_points_of(std::string_view utf8) {
    return static_cast<std::int32_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

bool is_code_point_start(std::string_view utf8, std::size_t at) {
    return at == utf8.size() || (static_cast<unsigned char>(utf8[at]) & 0xC0) != 0x80;
}

}  // namespace

std::vector<std::string> basic_words(std::string_view text) {
    text = text.substr(0, kTextBytesMax);
    icu::UnicodeString clean;
    for_each_code_point(icu::UnicodeString::fromUTF8(
                            icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size()))),
                        [&](UChar32 c) {
                            if (!is_dropped(c)) clean.append(c);
                        });
    WordCollector collector;
    for_each_code_point(decomposed(clean), [&](UChar32 c) {
        // Accents go before case does: what lower-casing itself adds stays, as in the original.
        if (!is_accent(c)) collector.add(u_tolower(c));
    });
    collector.finish();
    return std::move(collector.words);
}

Result<WordpieceTokenizer> WordpieceTokenizer::make(const std::vector<std::string>& pieces) {
    WordpieceTokenizer tokenizer;
    tokenizer.starts_.reserve(pieces.size());
    for (std::size_t id = 0; id < pieces.size(); ++id) {
        std::string_view piece = pieces[id];
        const bool is_continuation = piece.size() > 2 && piece.starts_with("##");
        if (is_continuation) piece.remove_prefix(2);
        auto& into = is_continuation ? tokenizer.continuations_ : tokenizer.starts_;
        into.emplace(piece, static_cast<std::int32_t>(id));
        tokenizer.bytes_max_ = std::max(tokenizer.bytes_max_, piece.size());
    }
    for (const auto& [name, place] : {std::pair("[CLS]", &tokenizer.cls_),
                                      std::pair("[SEP]", &tokenizer.sep_),
                                      std::pair("[UNK]", &tokenizer.unknown_)}) {
        const auto found = tokenizer.starts_.find(std::string_view(name));
        if (found == tokenizer.starts_.end())
            return invalid_argument(std::string("the vocabulary has no ") + name);
        *place = found->second;
    }
    return tokenizer;
}

std::vector<std::int32_t> WordpieceTokenizer::encode(std::string_view text,
                                                     std::size_t tokens_max) const {
    assert(tokens_max >= 2);
    std::vector<std::int32_t> ids{cls_};
    for (const std::string& word : basic_words(text)) {
        append_word(word, ids);
        if (ids.size() >= tokens_max) break;
    }
    ids.resize(std::min(ids.size(), tokens_max - 1));
    ids.push_back(sep_);
    return ids;
}

void WordpieceTokenizer::append_word(const std::string& word,
                                     std::vector<std::int32_t>& ids) const {
    const std::size_t before = ids.size();
    if (code_points_of(word) > kWordCodePointsMax) {
        ids.push_back(unknown_);
        return;
    }
    const std::string_view all = word;
    for (std::size_t start = 0; start < all.size();) {
        const Pieces& pieces = start == 0 ? starts_ : continuations_;
        std::size_t end = std::min(all.size(), start + bytes_max_);
        auto found = pieces.end();
        for (; end > start; --end) {
            if (!is_code_point_start(all, end)) continue;
            found = pieces.find(all.substr(start, end - start));
            if (found != pieces.end()) break;
        }
        if (found == pieces.end()) {
            ids.resize(before);
            ids.push_back(unknown_);
            return;
        }
        ids.push_back(found->second);
        start = end;
    }
}

}  // namespace cpo
