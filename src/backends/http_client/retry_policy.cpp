#include "backends/http_client/retry_policy.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>

namespace cpo {
namespace {

using std::chrono::milliseconds;

const std::string* find_header(const HttpResponse& response, std::string_view name) {
    const auto found = std::find_if(response.headers.begin(),
                                    response.headers.end(),
                                    [&](const auto& header) { return header.first == name; });
    return found == response.headers.end() ? nullptr : &found->second;
}

/// A decimal number of `unit` as whole milliseconds, capped at a day.
std::optional<milliseconds> parse_wait(const std::string& text, double unit_ms) {
    constexpr double kDayMs = 86'400'000;
    double number = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number, std::chars_format::fixed);
    if (read.ec != std::errc() || read.ptr != end || !(number >= 0)) return std::nullopt;
    return milliseconds(static_cast<std::int64_t>(std::min(number * unit_ms, kDayMs)));
}

std::optional<Time> parse_http_date(const std::string& text) {
    const std::time_t seconds = curl_getdate(text.c_str(), nullptr);
    if (seconds < 0) return std::nullopt;
    return Time(std::chrono::seconds(seconds));
}

}  // namespace

bool may_retry(AttemptOutcome outcome, int status, bool is_idempotent) {
    switch (outcome) {
        case AttemptOutcome::kNotSent:
            return true;
        case AttemptOutcome::kUnclear:
            return is_idempotent;
        case AttemptOutcome::kFinal:
            return false;
        case AttemptOutcome::kAnswered:
            break;
    }
    constexpr int kRequestTimeout = 408;
    constexpr int kTooManyRequests = 429;
    constexpr int kNotImplemented = 501;
    constexpr int kUnavailableStatus = 503;
    constexpr int kVersionNotSupported = 505;
    // These say that the request was not carried out.
    if (status == kRequestTimeout || status == kTooManyRequests || status == kUnavailableStatus)
        return true;
    return is_idempotent && status >= 500 && status <= 599 && status != kNotImplemented &&
           status != kVersionNotSupported;
}

std::optional<milliseconds> retry_after_of(const HttpResponse& response, Time now) {
    for (const std::string_view name : {"retry-after-ms", "x-ms-retry-after-ms"})
        if (const auto* text = find_header(response, name))
            if (const auto wait = parse_wait(*text, 1)) return wait;
    const auto* text = find_header(response, "retry-after");
    if (text == nullptr) return std::nullopt;
    if (const auto wait = parse_wait(*text, 1000)) return wait;
    const auto date = parse_http_date(*text);
    if (!date) return std::nullopt;
    if (const auto* server_date = find_header(response, "date"))
        now = parse_http_date(*server_date).value_or(now);
    return std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(*date - now));
}

milliseconds backoff(int attempt, milliseconds base, milliseconds limit, Random& random) {
    constexpr int kDoublingsMax = 20;
    const auto window =
        std::min<milliseconds>(limit, base * (std::int64_t{1} << std::min(attempt, kDoublingsMax)));
    if (window.count() <= 0) return milliseconds(0);
    return milliseconds(
        static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(window.count()) + 1)));
}

}  // namespace cpo
