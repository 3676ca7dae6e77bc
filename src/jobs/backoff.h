#pragma once

#include <chrono>

#include "base/random.h"

namespace cpo::jobs {

inline constexpr std::chrono::milliseconds kBackoffMax{300'000};

/// Pause before the next attempt after `attempts` failed ones: `first` doubled with each, at most
/// kBackoffMax, of which the upper half is random so that jobs that failed together do not come
/// back together ("equal jitter": M. Brooker, "Exponential Backoff and Jitter", AWS 2015). Never
/// shorter than the pause before it, until the cap.
std::chrono::milliseconds backoff(int attempts, std::chrono::milliseconds first, Random& random);

}  // namespace cpo::jobs
