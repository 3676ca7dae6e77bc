// Any query string: no crash, and what is decoded is text without NUL.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/utf8.h"
#include "http/schema_node.h"
#include "http/uri.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto pairs =
        cpo::http::parse_query(std::string_view(reinterpret_cast<const char*>(data), size));
    if (!pairs) return 0;
    if (pairs->size() > cpo::http::kQueryPairsMax) std::abort();
    for (const auto& [name, value] : *pairs)
        for (const auto& text : {name, value})
            if (!cpo::is_utf8(text) || text.find('\0') != text.npos) std::abort();
    return 0;
}
