#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace cpo::http {

inline constexpr std::size_t kCookiesMax = 50;

/// The cookies of a Cookie header (RFC 6265 §5.4). Pairs with a name that is no token or a value
/// with forbidden bytes are left out, and so is everything after kCookiesMax. Of a name that comes
/// twice the first counts: browsers send the most specific path first.
std::map<std::string, std::string> parse_cookies(std::string_view header);

struct Cookie {
    std::string name;   ///< A token.
    std::string value;  ///< Visible ASCII without quote, comma, semicolon and backslash.
    std::string path = "/";
    std::optional<std::chrono::seconds> max_age;  ///< None = until the browser closes; 0 = remove.
    bool is_http_only = true;
    bool is_secure = false;            ///< Only over TLS.
    std::string same_site = "Strict";  ///< "Strict", "Lax" or "None".
};

/// The value of a Set-Cookie header. REQUIRES: name and value as said at Cookie.
std::string set_cookie(const Cookie& cookie);

}  // namespace cpo::http
