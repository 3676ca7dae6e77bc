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
    WorkPool(int threads, std::size_t queue_max);
    ~WorkPool();
    WorkPool(const WorkPool&) = delete;
    WorkPool& operator=(const WorkPool&) = delete;

    /// False, and `work` is dropped, when the queue is full or the pool is stopped.
    bool submit(std::function<void()> work);
    std::size_t queued() const;
    /// Drops what is queued and waits for what runs. Idempotent.
    void stop();

private:
    void run();
    const std::size_t queue_max_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> queue_;
    bool is_stopped_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace cpo::http
