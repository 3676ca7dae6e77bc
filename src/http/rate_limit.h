#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <unordered_map>

namespace cpo::http {

/// One bucket a caller (or a remote address where nobody is signed in): it holds `burst` tokens,
/// refills `per_second` of them, and a request takes one.
struct RateLimit {
    double per_second = 50;
    double burst = 200;
};

/// Token buckets in memory, of this process only. Thread-safe.
class RateLimiter {
public:
    using Time = std::chrono::steady_clock::time_point;
    explicit RateLimiter(RateLimit limit) : limit_(limit) {}

    struct Decision {
        bool is_allowed = true;
        std::int64_t remaining = 0;        ///< Whole tokens left.
        std::int64_t seconds_to_wait = 0;  ///< Until the next token; 0 when allowed.
        std::int64_t seconds_to_full = 0;
    };
    Decision take(const std::string& key, Time now);
    const RateLimit& limit() const { return limit_; }

    /// Full buckets are dropped when there are more; a flood of addresses costs no more than this.
    static constexpr std::size_t kBucketsMax = 100'000;

private:
    struct Bucket {
        double tokens = 0;
        Time at;
    };
    void drop_full(Time now);
    RateLimit limit_;
    std::mutex mutex_;
    std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace cpo::http
