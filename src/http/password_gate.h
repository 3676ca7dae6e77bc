#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "base/deadline.h"
#include "base/result.h"

namespace cpo::http {

/// Lets few passwords be hashed at once: each takes 64 MiB and 0.1 s of a core, so a flood of
/// sign-ins could take the machine down. Thread-safe.
class PasswordGate {
public:
    PasswordGate(int running_max, int waiting_max)
        : running_max_(running_max), waiting_max_(waiting_max) {}

    struct Leave {
        void operator()(PasswordGate* gate) const { gate->leave(); }
    };
    /// The right to hash one password, until it is destroyed.
    using Pass = std::unique_ptr<PasswordGate, Leave>;
    /// Waits for a free place until the deadline. Errors: kUnavailable when too many wait already
    /// or the time is up.
    Result<Pass> enter(Deadline deadline);

private:
    void leave();
    const int running_max_;
    const int waiting_max_;
    std::mutex mutex_;
    std::condition_variable free_;
    int running_ = 0;
    int waiting_ = 0;
};

}  // namespace cpo::http
