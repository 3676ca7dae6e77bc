#include "http/rate_limit.h"

#include <algorithm>
#include <cmath>

namespace cpo::http {
namespace {

double seconds_between(RateLimiter::Time from, RateLimiter::Time to) {
    return std::chrono::duration<double>(to - from).count();
}

}  // namespace

RateLimiter::Decision RateLimiter::take(const std::string& key, Time now) {
    const std::lock_guard lock(mutex_);
    if (buckets_.size() >= kBucketsMax && !buckets_.contains(key)) drop_full(now);
    auto& bucket = buckets_.try_emplace(key, Bucket{limit_.burst, now}).first->second;
    bucket.tokens = std::min(
        limit_.burst,
        bucket.tokens + std::max(0.0, seconds_between(bucket.at, now)) * limit_.per_second);
    bucket.at = now;
    Decision decision;
    decision.is_allowed = bucket.tokens >= 1;
    if (decision.is_allowed)
        bucket.tokens -= 1;
    else
        decision.seconds_to_wait = std::max<std::int64_t>(
            1, static_cast<std::int64_t>(std::ceil((1 - bucket.tokens) / limit_.per_second)));
    decision.remaining = static_cast<std::int64_t>(bucket.tokens);
    decision.seconds_to_full =
        static_cast<std::int64_t>(std::ceil((limit_.burst - bucket.tokens) / limit_.per_second));
    return decision;
}

void RateLimiter::drop_full(Time now) {
    std::erase_if(buckets_, [&](const auto& entry) {
        return entry.second.tokens + seconds_between(entry.second.at, now) * limit_.per_second >=
               limit_.burst;
    });
    // All of them are in use: forget everybody rather than grow without end.
    if (buckets_.size() >= kBucketsMax) buckets_.clear();
}

}  // namespace cpo::http
