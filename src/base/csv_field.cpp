#include "base/csv_field.h"

namespace cpo {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool needs_quotes(std::string_view text) {
    if (text.empty()) return false;
    return is_blank(text.front()) || is_blank(text.back()) ||
           text.find_first_of(",\"\r\n") != std::string_view::npos;
}

}  // namespace

std::string csv_field(std::string_view text) {
    if (!needs_quotes(text)) return std::string(text);
    std::string quoted;
    quoted.reserve(text.size() + 2);
    quoted += '"';
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    quoted += '"';
    return quoted;
}

}  // namespace cpo
