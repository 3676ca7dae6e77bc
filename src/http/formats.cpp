#include <algorithm>
#include <array>

#include "base/id.h"
#include "base/time.h"
#include "http/schema_node.h"

namespace cpo::http {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_plain(char c) { return c > ' ' && c < '\x7f'; }

/// RFC 3339: date, "T", time with seconds, zone.
bool is_date_time(std::string_view text) {
    if (text.size() < 20 || (text[10] != 'T' && text[10] != 't')) return false;
    if (text[13] != ':' || text[16] != ':') return false;
    std::string upper(text);
    upper[10] = 'T';
    if (upper.back() == 'z') upper.back() = 'Z';
    const bool has_zone =
        upper.back() == 'Z' || upper[upper.size() - 6] == '+' || upper[upper.size() - 6] == '-';
    return has_zone && parse_time(upper).has_value();
}

/// One "@", something before it, a domain with a point behind it: what a form can check. Whether
/// the address exists only a message to it shows.
bool is_email(std::string_view text) {
    const auto at = text.find('@');
    if (at == std::string_view::npos || at == 0 || at > 64 || text.size() > 254) return false;
    const std::string_view domain = text.substr(at + 1);
    if (domain.find('@') != std::string_view::npos) return false;
    if (!std::all_of(text.begin(), text.end(), [](char c) {
            return is_plain(c) || static_cast<unsigned char>(c) >= 0x80;
        }))
        return false;
    const auto point = domain.rfind('.');
    return point != std::string_view::npos && point > 0 && point + 1 < domain.size() &&
           domain.find("..") == std::string_view::npos;
}

/// RFC 3986: a scheme, ":" and characters that may stand in a URI.
bool is_uri(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
    const std::string_view scheme = text.substr(0, colon);
    if (!is_letter(scheme.front())) return false;
    if (!std::all_of(scheme.begin(), scheme.end(), [](char c) {
            return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
        }))
        return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return is_plain(c) && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
    });
}

}  // namespace

std::optional<Format> parse_format(std::string_view name) {
    struct Entry {
        std::string_view name;
        Format format;
    };
    static constexpr std::array<Entry, 13> kFormats{{{"date", Format::kDate},
                                                     {"date-time", Format::kDateTime},
                                                     {"uuid", Format::kUuid},
                                                     {"email", Format::kEmail},
                                                     {"uri", Format::kUri},
                                                     {"int32", Format::kInt32},
                                                     {"int64", Format::kInt64},
                                                     {"binary", Format::kNone},
                                                     {"byte", Format::kNone},
                                                     {"double", Format::kNone},
                                                     {"float", Format::kNone},
                                                     {"password", Format::kNone},
                                                     {"markdown", Format::kNone}}};
    const auto found = std::find_if(
        kFormats.begin(), kFormats.end(), [&](const Entry& entry) { return entry.name == name; });
    if (found == kFormats.end()) return std::nullopt;
    return found->format;
}

bool matches_format(Format format, std::string_view text) {
    switch (format) {
        case Format::kDate:
            return parse_date(text).has_value();
        case Format::kDateTime:
            return is_date_time(text);
        case Format::kUuid:
            return is_id(text);
        case Format::kEmail:
            return is_email(text);
        case Format::kUri:
            return is_uri(text);
        case Format::kNone:
        case Format::kInt32:
        case Format::kInt64:
            return true;
    }
    return true;
}

const char* description_of(Format format) {
    switch (format) {
        case Format::kDate:
            return "a date such as 2026-01-31";
        case Format::kDateTime:
            return "a date and time such as 2026-01-31T12:00:00Z";
        case Format::kUuid:
            return "an id: a UUID in lower case";
        case Format::kEmail:
            return "an e-mail address";
        case Format::kUri:
            return "an absolute URI";
        case Format::kNone:
        case Format::kInt32:
        case Format::kInt64:
            break;
    }
    return "";
}

}  // namespace cpo::http
