#include "http/password_gate.h"

namespace cpo::http {
namespace {

/// A deadline can be called off without waking us.
constexpr std::chrono::milliseconds kLook{50};

Error too_busy() {
    return {ErrorCode::kUnavailable,
            "Too many passwords are being checked at this moment; try again in a second.",
            {}};
}

}  // namespace

Result<PasswordGate::Pass> PasswordGate::enter(Deadline deadline) {
    std::unique_lock lock(mutex_);
    if (running_ >= running_max_) {
        if (waiting_ >= waiting_max_) return too_busy();
        ++waiting_;
        while (running_ >= running_max_ && !deadline.has_passed())
            free_.wait_for(lock, deadline.remaining(kLook));
        --waiting_;
        if (running_ >= running_max_) return too_busy();
    }
    ++running_;
    return Pass(this);
}

void PasswordGate::leave() {
    {
        const std::lock_guard lock(mutex_);
        --running_;
    }
    free_.notify_one();
}

}  // namespace cpo::http
