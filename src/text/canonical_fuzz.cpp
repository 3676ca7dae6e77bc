#include <cstdint>
#include <cstdlib>

#include "base/utf8.h"
#include "text/canonical.h"
#include "text/sentences.h"
#include "text/utf8.h"

// Any bytes: only valid UTF-8 goes further, and every origin lies inside the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto canonicaliser = *cpo::text::Canonicaliser::make();
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (!cpo::is_utf8(text)) return 0;
    const std::size_t length = cpo::text::code_point_count(text);
    const auto views = canonicaliser.canonicalise(text);
    for (const auto* view : {&views.plain, &views.words}) {
        if (!cpo::is_utf8(view->text)) std::abort();
        for (std::size_t i = 0; i < view->text.size(); ++i)
            if (view->starts[i] >= view->ends[i] || view->ends[i] > length) std::abort();
    }
    for (const auto& sentence : cpo::text::split_sentences(text))
        if (sentence.start >= sentence.end || sentence.end > size) std::abort();
    return 0;
}
