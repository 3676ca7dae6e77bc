#include "http/work_pool.h"

namespace cpo::http {

WorkPool::WorkPool(int running_max, std::size_t queue_max, int spare_threads)
    : running_max_(running_max), queue_max_(queue_max) {
    for (int i = 0; i < running_max + spare_threads; ++i) threads_.emplace_back([this] { run(); });
}

WorkPool::~WorkPool() { stop(); }

bool WorkPool::submit(Work work) {
    {
        const std::lock_guard lock(mutex_);
        if (is_stopped_ || queue_.size() >= queue_max_) return false;
        queue_.push_back(std::move(work));
        if (!has_turn()) return true;
    }
    wake_.notify_one();
    return true;
}

bool WorkPool::enter() {
    const std::lock_guard lock(mutex_);
    if (is_stopped_ || !queue_.empty() || running_ >= running_max_) return false;
    ++running_;
    return true;
}

void WorkPool::leave() {
    {
        const std::lock_guard lock(mutex_);
        --running_;
        if (!has_turn()) return;
    }
    wake_.notify_one();
}

void WorkPool::run_now(Work work) {
    {
        const std::lock_guard lock(mutex_);
        if (is_stopped_) return;
        urgent_.push_back(std::move(work));
    }
    wake_.notify_one();
}

std::size_t WorkPool::queued() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

void WorkPool::stop() {
    std::deque<Work> dropped;  // Destroyed outside the lock.
    std::deque<Work> dropped_urgent;
    {
        const std::lock_guard lock(mutex_);
        is_stopped_ = true;
        dropped.swap(queue_);
        dropped_urgent.swap(urgent_);
    }
    wake_.notify_all();
    for (std::thread& thread : threads_)
        if (thread.joinable()) thread.join();
}

void WorkPool::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait(lock, [this] { return is_stopped_ || !urgent_.empty() || has_turn(); });
        if (is_stopped_) return;
        const bool is_urgent = !urgent_.empty();
        std::deque<Work>& from = is_urgent ? urgent_ : queue_;
        Work work = std::move(from.front());
        from.pop_front();
        running_ += is_urgent ? 0 : 1;
        lock.unlock();
        work();
        work = nullptr;  // Destroyed outside the lock.
        lock.lock();
        running_ -= is_urgent ? 0 : 1;
    }
}

}  // namespace cpo::http
