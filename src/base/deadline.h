#pragma once

#include <algorithm>
#include <chrono>

namespace cpo {

/// The moment after which an answer is worth nothing. Passed down by value; copying is free.
class Deadline {
public:
    using Clock = std::chrono::steady_clock;

    static Deadline after(std::chrono::milliseconds time) { return Deadline(Clock::now() + time); }
    static Deadline never() { return Deadline(Clock::time_point::max()); }

    bool has_passed() const { return point_ != Clock::time_point::max() && Clock::now() >= point_; }
    bool is_never() const { return point_ == Clock::time_point::max(); }
    /// Time left, never negative; `limit` when there is no deadline or more time than that.
    std::chrono::milliseconds remaining(std::chrono::milliseconds limit) const {
        if (is_never()) return limit;
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(point_ - Clock::now());
        return std::clamp(left, std::chrono::milliseconds(0), limit);
    }

private:
    explicit Deadline(Clock::time_point point) : point_(point) {}
    Clock::time_point point_;
};

}  // namespace cpo
