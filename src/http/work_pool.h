#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace cpo::http {

/// Threads that run what is submitted, in order, from a queue with a limit. Thread-safe.
class WorkPool {
public:
    using Work = std::function<void()>;
    /// Runs `running_max` at once; `spare_threads` more are for run_now().
    WorkPool(int running_max, std::size_t queue_max, int spare_threads = 0);
    ~WorkPool();
    WorkPool(const WorkPool&) = delete;
    WorkPool& operator=(const WorkPool&) = delete;

    /// False, and `work` is dropped, when the queue is full or the pool is stopped.
    bool submit(Work work);
    /// True when the caller may run its work itself, now: it counts as running until leave().
    bool enter();
    void leave();
    /// Runs `work` before everything that is queued, and beside what counts as running.
    void run_now(Work work);
    std::size_t queued() const;
    /// Drops what is queued and waits for what runs. Idempotent.
    void stop();

private:
    void run();
    bool has_turn() const { return !queue_.empty() && running_ < running_max_; }
    const int running_max_;
    const std::size_t queue_max_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Work> queue_;
    std::deque<Work> urgent_;
    int running_ = 0;
    bool is_stopped_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace cpo::http
