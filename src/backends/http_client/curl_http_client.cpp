#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <random>
#include <thread>

#include "backends/http_client/http_client.h"
#include "backends/http_client/retry_policy.h"

namespace cpo {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kPooledHandlesMax = 16;
constexpr std::size_t kHeaderBytesMax = std::size_t{256} << 10;
constexpr milliseconds kConnectTimeMax{10'000};

struct HandleDeleter {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, HandleDeleter>;

struct ListDeleter {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

struct UrlDeleter {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

/// One attempt's answer while it arrives.
struct Receiver {
    HttpResponse response;
    std::size_t body_bytes_max = 0;
    std::size_t header_bytes = 0;
    bool is_too_large = false;
};

std::size_t receive_body(char* data, std::size_t, std::size_t size, void* user) {
    auto& receiver = *static_cast<Receiver*>(user);
    if (receiver.response.body.size() + size > receiver.body_bytes_max) {
        receiver.is_too_large = true;
        return 0;
    }
    receiver.response.body.append(data, size);
    return size;
}

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::size_t receive_header(char* data, std::size_t, std::size_t size, void* user) {
    auto& receiver = *static_cast<Receiver*>(user);
    receiver.header_bytes += size;
    if (receiver.header_bytes > kHeaderBytesMax) {
        receiver.is_too_large = true;
        return 0;
    }
    const std::string_view line(data, size);
    if (line.starts_with("HTTP/")) receiver.response.headers.clear();  // After 100 Continue.
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return size;
    std::string name(trim(line.substr(0, colon)));
    for (char& c : name)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    receiver.response.headers.emplace_back(std::move(name), trim(line.substr(colon + 1)));
    return size;
}

/// How one attempt ended.
struct Attempt {
    AttemptOutcome outcome = AttemptOutcome::kFinal;
    HttpResponse response;  ///< With kAnswered.
    Error error;            ///< Otherwise.
};

bool is_token(std::string_view text) {  // RFC 9110, 5.6.2
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

bool is_field_value(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

/// Checks the URL and gives its host, the only part that messages may show.
Result<std::string> host_of(const std::string& url) {
    const std::unique_ptr<CURLU, UrlDeleter> parsed(curl_url());
    const auto part = [&](CURLUPart which) {
        char* text = nullptr;
        std::string copy;
        if (curl_url_get(parsed.get(), which, &text, 0) == CURLUE_OK) copy = text;
        curl_free(text);
        return copy;
    };
    if (url.find('\0') != std::string::npos || parsed == nullptr ||
        curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
        return invalid_argument("not a URL: expected https://host/path");
    const std::string scheme = part(CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https")
        return invalid_argument("only http and https URLs are allowed");
    if (!part(CURLUPART_USER).empty() || !part(CURLUPART_PASSWORD).empty())
        return invalid_argument("a URL must not hold a user name or password: use a header");
    return part(CURLUPART_HOST);
}

Result<std::string> check(const HttpRequest& request) {
    std::string host = TRY(host_of(request.url));
    if (!is_token(request.method)) return invalid_argument("not an HTTP method");
    for (const auto& [name, value] : request.headers)
        if (!is_token(name) || !is_field_value(value))
            return invalid_argument(fmt::format("{}: a header is malformed", host));
    return host;
}

AttemptOutcome outcome_of(CURLcode code, CURL* handle) {
    switch (code) {
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_WRITE_ERROR:
        case CURLE_OUT_OF_MEMORY:
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_URL_MALFORMAT:
            return AttemptOutcome::kFinal;
        default:
            break;
    }
    curl_off_t ready_us = 0;  // 0 until the connection (and TLS) stood and sending could begin.
    curl_easy_getinfo(handle, CURLINFO_PRETRANSFER_TIME_T, &ready_us);
    return ready_us == 0 ? AttemptOutcome::kNotSent : AttemptOutcome::kUnclear;
}

class CurlHttpClient : public HttpClient {
public:
    explicit CurlHttpClient(const CurlConfig& config)
        : config_(config),
          seed_((std::uint64_t{std::random_device()()} << 32) | std::random_device()()) {}

    Result<HttpResponse> send(const HttpRequest& request, Deadline deadline) override {
        const std::string host = TRY(check(request));
        Random random(seed_.fetch_add(1));
        for (int attempt = 0;; ++attempt) {
            if (deadline.has_passed()) return out_of_time(host);
            Attempt result = try_once(request, host, deadline);
            const bool is_answer = result.outcome == AttemptOutcome::kAnswered;
            const bool is_last = attempt + 1 >= config_.attempts_max;
            if (!is_last &&
                may_retry(result.outcome, result.response.status, request.is_idempotent)) {
                const auto wait = wait_before_next(result, attempt, random);
                if (wait && deadline.remaining(*wait + milliseconds(1)) > *wait) {
                    std::this_thread::sleep_for(*wait);
                    continue;
                }
            }
            if (is_answer) return std::move(result.response);
            return std::move(result.error);
        }
    }

private:
    static Error out_of_time(const std::string& host) {
        return {ErrorCode::kDeadlineExceeded, fmt::format("{}: no answer in time", host), {}};
    }

    /// Nothing when the server asks for a longer wait than we grant.
    std::optional<milliseconds> wait_before_next(const Attempt& attempt,
                                                 int number,
                                                 Random& random) const {
        if (attempt.outcome == AttemptOutcome::kAnswered) {
            const auto now =
                std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
            if (const auto asked = retry_after_of(attempt.response, now)) {
                if (*asked > config_.retry_after_max) return std::nullopt;
                return asked;
            }
        }
        return backoff(number, config_.backoff_base, config_.backoff_max, random);
    }

    Handle take_handle() {
        const std::lock_guard lock(mutex_);
        if (pool_.empty()) return Handle(curl_easy_init());
        Handle handle = std::move(pool_.back());
        pool_.pop_back();
        return handle;
    }

    void give_back(Handle handle) {
        curl_easy_reset(handle.get());  // Keeps the connections.
        const std::lock_guard lock(mutex_);
        if (pool_.size() < kPooledHandlesMax) pool_.push_back(std::move(handle));
    }

    static HeaderList make_headers(const HttpRequest& request) {
        HeaderList list;
        const auto add = [&](const std::string& line) {
            curl_slist* longer = curl_slist_append(list.get(), line.c_str());
            if (longer == nullptr) return;  // Out of memory; the request then fails on its own.
            static_cast<void>(list.release());
            list.reset(longer);
        };
        for (const auto& [name, value] : request.headers)
            add(value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
        add("Expect:");  // No round trip of its own before the body.
        if (std::none_of(request.headers.begin(), request.headers.end(), [](const auto& header) {
                return curl_strequal(header.first.c_str(), "content-type") != 0;
            }))
            add("Content-Type:");  // Not curl's guess of a form.
        return list;
    }

    void set_method(CURL* handle, const HttpRequest& request) const {
        const auto& method = request.method;
        if (!request.body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
            curl_easy_setopt(handle, CURLOPT_POST, 1L);
            curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
            curl_easy_setopt(
                handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        } else if (method == "HEAD") {
            curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
        }
        curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, method.c_str());
    }

    void set_limits(CURL* handle, Deadline deadline) const {
        const auto time = std::max(milliseconds(1), deadline.remaining(config_.attempt_time_max));
        curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(time.count()));
        curl_easy_setopt(handle,
                         CURLOPT_CONNECTTIMEOUT_MS,
                         static_cast<long>(std::min(time, kConnectTimeMax).count()));
        curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
        curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    }

    Attempt try_once(const HttpRequest& request, const std::string& host, Deadline deadline) {
        Handle handle = take_handle();
        if (handle == nullptr)
            return {AttemptOutcome::kFinal, {}, {ErrorCode::kInternal, "out of memory", {}}};
        Receiver receiver;
        receiver.body_bytes_max = config_.body_bytes_max;
        std::array<char, CURL_ERROR_SIZE> reason{};
        const HeaderList headers = make_headers(request);
        curl_easy_setopt(handle.get(), CURLOPT_URL, request.url.c_str());
        curl_easy_setopt(handle.get(), CURLOPT_USERAGENT, config_.user_agent.c_str());
        curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
        curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, receive_body);
        curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &receiver);
        curl_easy_setopt(handle.get(), CURLOPT_HEADERFUNCTION, receive_header);
        curl_easy_setopt(handle.get(), CURLOPT_HEADERDATA, &receiver);
        curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, reason.data());
        set_method(handle.get(), request);
        set_limits(handle.get(), deadline);
        const CURLcode code = curl_easy_perform(handle.get());
        Attempt attempt;
        if (code == CURLE_OK) {
            long status = 0;
            curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
            attempt.outcome = AttemptOutcome::kAnswered;
            attempt.response = std::move(receiver.response);
            attempt.response.status = static_cast<int>(status);
        } else {
            attempt.outcome = outcome_of(code, handle.get());
            attempt.error = error_of(code, host, receiver.is_too_large, deadline);
            attempt.error.detail = reason.data();
        }
        give_back(std::move(handle));
        return attempt;
    }

    Error error_of(CURLcode code,
                   const std::string& host,
                   bool is_too_large,
                   Deadline deadline) const {
        if (is_too_large)
            return {ErrorCode::kResourceExhausted,
                    fmt::format("{}: the answer is larger than {} bytes, or its headers than {}",
                                host,
                                config_.body_bytes_max,
                                kHeaderBytesMax),
                    {}};
        constexpr milliseconds kClockSlack{10};  // curl may stop a moment early.
        if (code == CURLE_OPERATION_TIMEDOUT && deadline.remaining(kClockSlack) < kClockSlack)
            return out_of_time(host);
        return {ErrorCode::kUnavailable, fmt::format("{}: {}", host, curl_easy_strerror(code)), {}};
    }

    CurlConfig config_;
    std::atomic<std::uint64_t> seed_;
    std::mutex mutex_;
    std::vector<Handle> pool_;
};

}  // namespace

std::unique_ptr<HttpClient> make_curl_http_client(const CurlConfig& config) {
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(initialised);  // Fails only without memory; every attempt then fails too.
    return std::make_unique<CurlHttpClient>(config);
}

}  // namespace cpo
