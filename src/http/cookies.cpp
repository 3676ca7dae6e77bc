#include "http/cookies.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "base/ascii.h"

namespace cpo::http {
namespace {

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c < '\x7f' &&
               std::string_view("()<>@,;:\\\"/[]?={}").find(c) == std::string_view::npos;
    });
}

/// cookie-octet of RFC 6265.
bool is_value(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c < '\x7f' && c != '"' && c != ',' && c != ';' && c != '\\';
    });
}

}  // namespace

std::map<std::string, std::string> parse_cookies(std::string_view header) {
    std::map<std::string, std::string> cookies;
    while (!header.empty() && cookies.size() < kCookiesMax) {
        const auto end = header.find(';');
        const std::string_view pair = header.substr(0, end);
        header = end == std::string_view::npos ? std::string_view() : header.substr(end + 1);
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        const std::string_view name = trimmed(pair.substr(0, equals));
        std::string_view value = trimmed(pair.substr(equals + 1));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        if (is_token(name) && is_value(value)) cookies.emplace(name, value);
    }
    return cookies;
}

std::string set_cookie(const Cookie& cookie) {
    assert(is_token(cookie.name) && is_value(cookie.value));
    std::string text = fmt::format("{}={}; Path={}", cookie.name, cookie.value, cookie.path);
    if (cookie.max_age) text += fmt::format("; Max-Age={}", cookie.max_age->count());
    if (cookie.is_http_only) text += "; HttpOnly";
    if (cookie.is_secure) text += "; Secure";
    return text + "; SameSite=" + cookie.same_site;
}

}  // namespace cpo::http
