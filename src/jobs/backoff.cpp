#include "jobs/backoff.h"

#include <algorithm>

namespace cpo::jobs {

std::chrono::milliseconds backoff(int attempts, std::chrono::milliseconds first, Random& random) {
    auto whole = std::clamp(first, std::chrono::milliseconds(1), kBackoffMax);
    for (int doubled = 1; doubled < attempts && whole < kBackoffMax; ++doubled) whole *= 2;
    whole = std::min(whole, kBackoffMax);
    const auto half = whole / 2;
    const auto random_part = random.below(static_cast<std::uint64_t>((whole - half).count()) + 1);
    return half + std::chrono::milliseconds(random_part);
}

}  // namespace cpo::jobs
