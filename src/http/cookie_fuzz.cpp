// Any Cookie header: no crash, and what is read can be set and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/cookies.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto cookies =
        cpo::http::parse_cookies(std::string_view(reinterpret_cast<const char*>(data), size));
    if (cookies.size() > cpo::http::kCookiesMax) std::abort();
    for (const auto& [name, value] : cookies) {
        cpo::http::Cookie cookie;
        cookie.name = name;
        cookie.value = value;
        const auto again = cpo::http::parse_cookies(cpo::http::set_cookie(cookie));
        const auto found = again.find(name);
        if (found == again.end() || found->second != value) std::abort();
    }
    return 0;
}
