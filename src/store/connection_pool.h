#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"

namespace cpo::store {

/// At most `count_max` connections, lent to one thread each; whoever waits longest is served
/// first. Thread-safe; must outlive its leases.
template <typename Connection>
class ConnectionPool {
public:
    explicit ConnectionPool(std::size_t count_max) : free_places_(count_max) {}

    /// The right to use one connection; given back when it ends.
    class Lease {
    public:
        Lease(ConnectionPool& pool, std::unique_ptr<Connection> held)
            : connection(std::move(held)), pool_(&pool) {}
        Lease(Lease&& other) noexcept
            : connection(std::move(other.connection)), pool_(std::exchange(other.pool_, nullptr)) {}
        Lease& operator=(Lease&&) = delete;
        ~Lease() {
            if (pool_ != nullptr) pool_->give_back(std::move(connection));
        }

        /// Null when the holder has to open one; set it to null to drop a broken one.
        std::unique_ptr<Connection> connection;

    private:
        ConnectionPool* pool_;
    };

    /// Errors: kDeadlineExceeded when none becomes free in time.
    Result<Lease> take(Deadline deadline) {
        std::unique_lock lock(mutex_);
        const auto ticket = next_ticket_++;
        waiting_.push_back(ticket);
        const auto is_served = [&] { return free_places_ > 0 && waiting_.front() == ticket; };
        while (!is_served() && !deadline.has_passed())
            freed_.wait_for(lock, deadline.remaining(kWaitSlice), is_served);
        const bool is_ours = is_served();
        std::erase(waiting_, ticket);
        if (!is_ours) {
            freed_.notify_all();
            return Error{ErrorCode::kDeadlineExceeded,
                         "The database was busy until the time was up; try again.",
                         "no connection became free"};
        }
        --free_places_;
        std::unique_ptr<Connection> connection;
        if (!idle_.empty()) {
            connection = std::move(idle_.back());
            idle_.pop_back();
        }
        if (free_places_ > 0) freed_.notify_all();
        return Lease(*this, std::move(connection));
    }

    /// Drops every connection that nobody holds.
    void drop_idle() {
        std::vector<std::unique_ptr<Connection>> dropped;
        const std::lock_guard lock(mutex_);
        dropped.swap(idle_);
    }

private:
    /// Short, because nothing wakes the wait when a deadline is called off.
    static constexpr std::chrono::milliseconds kWaitSlice{200};

    void give_back(std::unique_ptr<Connection> connection) {
        {
            const std::lock_guard lock(mutex_);
            if (connection) idle_.push_back(std::move(connection));
            ++free_places_;
        }
        freed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable freed_;
    std::deque<std::uint64_t> waiting_;  ///< Tickets, oldest first.
    std::uint64_t next_ticket_ = 0;
    std::size_t free_places_;
    std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace cpo::store
