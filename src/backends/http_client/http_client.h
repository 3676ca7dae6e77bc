#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"

namespace cpo {

struct HttpRequest {
    std::string method = "GET";
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    bool is_idempotent = false;  ///< May be sent again after an unclear failure.
};

struct HttpResponse {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;  ///< Names in lower case.
    std::string body;
};

/// Sends one request, with retry inside the deadline. Safe to call from many threads at once.
class HttpClient {
public:
    virtual ~HttpClient() = default;
    /// Any status is a response, not an error; redirects are not followed, so that headers never
    /// reach another host. Errors, which name the host but no path, query or header:
    /// kInvalidArgument (bad URL, method or header), kUnavailable (no connection after the retries,
    /// certificate not trusted, or an answer that broke off), kDeadlineExceeded, kResourceExhausted
    /// (body or headers over the limit).
    virtual Result<HttpResponse> send(const HttpRequest& request, Deadline deadline) = 0;
};

struct CurlConfig {
    int attempts_max = 3;
    std::size_t body_bytes_max = 8 << 20;  ///< Of the answer.
    std::string user_agent = "cpo";
    std::chrono::milliseconds attempt_time_max{120'000};  ///< One attempt, also without a deadline.
    std::chrono::milliseconds backoff_base{250};  ///< Upper end of the first wait; then doubled.
    std::chrono::milliseconds backoff_max{8'000};
    std::chrono::milliseconds retry_after_max{60'000};  ///< A longer Retry-After ends the retries.
};

/// libcurl with deadline-aware retry: exponential back-off with full jitter (Brooker, "Exponential
/// Backoff And Jitter", AWS Architecture Blog 2015), Retry-After honoured (seconds, HTTP date, and
/// retry-after-ms / x-ms-retry-after-ms). Failed connections, 408, 429 and 503 are tried again for
/// every request, other 5xx and broken answers only for idempotent ones. A wait that would pass the
/// deadline is not begun: the last answer is returned at once. TLS certificates are verified; http
/// and https only; proxies as the environment names them.
std::unique_ptr<HttpClient> make_curl_http_client(const CurlConfig& config);

}  // namespace cpo
