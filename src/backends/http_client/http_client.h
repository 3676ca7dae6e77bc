#pragma once

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
    /// Any status is a response, not an error. Errors: kInvalidArgument (bad URL), kUnavailable (no
    /// connection after the retries), kDeadlineExceeded, kResourceExhausted (body over the limit).
    virtual Result<HttpResponse> send(const HttpRequest& request, Deadline deadline) = 0;
};

struct CurlConfig {
    int attempts_max = 3;
    std::size_t body_bytes_max = 8 << 20;
    std::string user_agent = "cpo";
};

/// libcurl with deadline-aware retry on 408, 429, 5xx and connection failures: exponential back-off
/// with full jitter, Retry-After honoured (seconds, HTTP date, and retry-after-ms /
/// x-ms-retry-after-ms).
std::unique_ptr<HttpClient> make_curl_http_client(const CurlConfig& config);

}  // namespace cpo
