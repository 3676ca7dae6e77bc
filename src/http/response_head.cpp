#include "http/response_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "base/ascii.h"
#include "http/problem.h"

namespace cpo::http {
namespace {

constexpr std::string_view kSecurityHeaders =
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n";
constexpr std::string_view kDefaultPolicy = "default-src 'none'; frame-ancestors 'none'";

/// IMF-fixdate (RFC 9110 §5.6.7), made once a second and thread.
std::string_view date_now() {
    constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> kMonths{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    thread_local std::time_t made_at = 0;
    thread_local std::string text;
    const std::time_t now = std::time(nullptr);
    if (now == made_at) return text;
    std::tm utc{};
    gmtime_r(&now, &utc);
    text = fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                       kDays.at(static_cast<std::size_t>(utc.tm_wday)),
                       utc.tm_mday,
                       kMonths.at(static_cast<std::size_t>(utc.tm_mon)),
                       utc.tm_year + 1900,
                       utc.tm_hour,
                       utc.tm_min,
                       utc.tm_sec);
    made_at = now;
    return text;
}

bool has_header(const Response& response, std::string_view name) {
    return std::any_of(response.headers.begin(), response.headers.end(), [&](const auto& header) {
        return equal_but_for_case(header.first, name);
    });
}

/// A line break in a value would start a header of the sender's choice.
void append_field(std::string& head, std::string_view name, std::string_view value) {
    head += name;
    head += ": ";
    for (const char c : value) head += (c == '\r' || c == '\n' || c == '\0') ? ' ' : c;
    head += "\r\n";
}

void append_cors(std::string& head, const HeadContext& context) {
    if (context.cors_origins == nullptr || context.cors_origins->empty()) return;
    head += "Vary: Origin\r\n";
    const auto& origins = *context.cors_origins;
    if (context.origin.empty() ||
        std::find(origins.begin(), origins.end(), context.origin) == origins.end())
        return;
    append_field(head, "Access-Control-Allow-Origin", context.origin);
    head += "Access-Control-Expose-Headers: ETag, Location, Retry-After, X-Request-Id\r\n";
    if (!context.is_preflight) return;
    head +=
        "Access-Control-Allow-Methods: GET, POST, PUT, PATCH, DELETE\r\n"
        "Access-Control-Allow-Headers: Authorization, Content-Type, Idempotency-Key, If-Match, "
        "Last-Event-ID, X-Request-Id\r\n"
        "Access-Control-Max-Age: 600\r\n";
}

}  // namespace

std::string response_head(const Response& response, const HeadContext& context) {
    std::string head;
    head.reserve(900);
    fmt::format_to(std::back_inserter(head),
                   "HTTP/1.1 {} {}\r\nDate: {}\r\n",
                   response.status,
                   phrase_of(response.status),
                   date_now());
    const bool has_content = response.status != 204 && response.status != 304;
    if (has_content && !response.content_type.empty())
        append_field(head, "Content-Type", response.content_type);
    if (response.stream)
        head += context.is_http_1_0 ? "" : "Transfer-Encoding: chunked\r\n";
    else if (has_content)
        fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", response.body.size());
    for (const auto& [name, value] : response.headers) {
        const bool is_local = equal_but_for_case(name, "Location") && value.starts_with('/');
        append_field(head, name, is_local ? std::string(context.path_prefix) + value : value);
    }
    if (!has_header(response, "Content-Security-Policy"))
        append_field(head, "Content-Security-Policy", kDefaultPolicy);
    if (!has_header(response, "Cache-Control")) head += "Cache-Control: no-store\r\n";
    head += kSecurityHeaders;
    if (context.is_tls) head += "Strict-Transport-Security: max-age=31536000\r\n";
    append_cors(head, context);
    append_field(head, "X-Request-Id", context.request_id);
    if (!context.keeps_alive)
        head += "Connection: close\r\n";
    else if (context.is_http_1_0)
        head += "Connection: keep-alive\r\n";
    head += "\r\n";
    return head;
}

}  // namespace cpo::http
