#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>

namespace cpo {

/// The moment after which an answer is worth nothing. Passed down by value; copying is free.
class Deadline {
public:
    using Clock = std::chrono::steady_clock;

    static Deadline after(std::chrono::milliseconds time) { return Deadline(Clock::now() + time); }
    static Deadline never() { return Deadline(Clock::time_point::max()); }

    /// This deadline, which also passes once `is_called_off` is true. The flag must outlive every
    /// copy.
    Deadline unless(const std::atomic<bool>& is_called_off) const {
        Deadline deadline = *this;
        deadline.is_called_off_ = &is_called_off;
        return deadline;
    }

    /// The same, `time` later. Called off, it still passes at once.
    Deadline later_by(std::chrono::milliseconds time) const {
        Deadline deadline = *this;
        if (!is_never()) deadline.point_ += time;
        return deadline;
    }
    /// The same, but `time` from now at the latest.
    Deadline at_most(std::chrono::milliseconds time) const {
        Deadline deadline = *this;
        deadline.point_ = std::min(point_, Clock::now() + time);
        return deadline;
    }

    bool has_passed() const {
        if (is_called_off_ != nullptr && *is_called_off_) return true;
        return point_ != Clock::time_point::max() && Clock::now() >= point_;
    }
    bool is_never() const { return point_ == Clock::time_point::max(); }
    /// Time left, never negative; `limit` when there is no deadline or more time than that.
    std::chrono::milliseconds remaining(std::chrono::milliseconds limit) const {
        if (is_called_off_ != nullptr && *is_called_off_) return std::chrono::milliseconds(0);
        if (is_never()) return limit;
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(point_ - Clock::now());
        return std::clamp(left, std::chrono::milliseconds(0), limit);
    }

private:
    explicit Deadline(Clock::time_point point) : point_(point) {}
    Clock::time_point point_;
    const std::atomic<bool>* is_called_off_ = nullptr;
};

}  // namespace cpo
