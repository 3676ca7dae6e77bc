#pragma once

#include <cstddef>
#include <functional>

namespace cpo {

/// Runs `task(i)` for i in 0 ... count - 1 on up to `threads` threads (the caller's is one of them)
/// and returns when all are done. Which thread runs which i is not fixed: for results that do not
/// depend on the thread count, each task writes only its own slot and the caller combines the slots
/// in order. `threads` < 1 counts as 1. Tasks must not throw.
void parallel_for(int threads, std::size_t count, const std::function<void(std::size_t)>& task);

/// Number of hardware threads, at least 1.
int hardware_threads();

}  // namespace cpo
