#pragma once

#include <chrono>

namespace cpo::segmentation {

/// Tells the milliseconds since it was made or asked last.
class Stopwatch {
public:
    double lap_ms() {
        const auto now = std::chrono::steady_clock::now();
        const std::chrono::duration<double, std::milli> time = now - last_;
        last_ = now;
        return time.count();
    }

private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace cpo::segmentation
