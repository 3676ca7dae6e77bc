#include "http/uri.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "http/schema_node.h"

namespace cpo::http {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

Result<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '+' && plus_is_space) c = ' ';
        if (c == '%') {
            const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return invalid_argument("\"%\" is not followed by two hexadecimal digits");
            c = static_cast<char>(high * 16 + low);
            i += 2;
        }
        if (c == '\0') return invalid_argument("a NUL character is not allowed");
        decoded += c;
    }
    if (!is_utf8(decoded)) return invalid_argument("the text is not valid UTF-8");
    return decoded;
}

Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!query.empty()) {
        const auto end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
        if (pair.empty()) continue;
        if (pairs.size() == kQueryPairsMax)
            return invalid_argument(
                fmt::format("the query has more than {} parameters", kQueryPairsMax));
        const auto equals = pair.find('=');
        const std::string_view value =
            equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
        std::string name = TRY(percent_decoded(pair.substr(0, equals), true));
        pairs.emplace_back(std::move(name), TRY(percent_decoded(value, true)));
    }
    return pairs;
}

}  // namespace cpo::http
