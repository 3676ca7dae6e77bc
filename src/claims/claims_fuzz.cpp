#include <cstdlib>

#include "base/utf8.h"
#include "claims/claims.h"
#include "text/utf8.h"

/// Any valid UTF-8 gives ordered claims inside the text, and looking them up never fails.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (!cpo::is_utf8(text)) return 0;
    const cpo::Date as_of = *cpo::parse_date("2011-12-09");
    cpo::Library library;
    library.documents.emplace_back().id = "a";
    library.passages.push_back({"a", 1, text, 0, text.size()});
    for (const char* language : {"en", "de"}) {
        library.documents.front().language = language;
        const cpo::claims::FactBook facts(library, language, as_of);
        std::size_t last = 0;
        for (const auto& claim : cpo::claims::find_claims(text, language, as_of)) {
            if (claim.start < last || claim.end <= claim.start) std::abort();
            if (claim.end > cpo::text::code_point_count(text)) std::abort();
            // A text always supports its own claims.
            if (!facts.resolve(claim, {}).is_supported) std::abort();
            last = claim.end;
        }
    }
    return 0;
}
