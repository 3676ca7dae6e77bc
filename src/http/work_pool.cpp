#include "http/work_pool.h"

namespace cpo::http {

WorkPool::WorkPool(int threads, std::size_t queue_max) : queue_max_(queue_max) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

WorkPool::~WorkPool() { stop(); }

bool WorkPool::submit(std::function<void()> work) {
    {
        const std::lock_guard lock(mutex_);
        if (is_stopped_ || queue_.size() >= queue_max_) return false;
        queue_.push_back(std::move(work));
    }
    wake_.notify_one();
    return true;
}

std::size_t WorkPool::queued() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

void WorkPool::stop() {
    std::deque<std::function<void()>> dropped;  // Destroyed outside the lock.
    {
        const std::lock_guard lock(mutex_);
        is_stopped_ = true;
        dropped.swap(queue_);
    }
    wake_.notify_all();
    for (std::thread& thread : threads_)
        if (thread.joinable()) thread.join();
}

void WorkPool::run() {
    while (true) {
        std::function<void()> work;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return is_stopped_ || !queue_.empty(); });
            if (queue_.empty()) return;
            work = std::move(queue_.front());
            queue_.pop_front();
        }
        work();
    }
}

}  // namespace cpo::http
