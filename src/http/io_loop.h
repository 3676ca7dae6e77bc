#pragma once

#include <array>
#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <vector>

#include "http/remote_address.h"
#include "http/server.h"
#include "http/work_pool.h"

namespace cpo::http {

class Connection;

/// What all connections share.
struct ServerState {
    ServerOptions options;
    Dispatcher* dispatcher = nullptr;
    Metrics* metrics = nullptr;
    Log* log = nullptr;
    TrustedProxies proxies;
    std::optional<boost::asio::ssl::context> tls;
    std::unique_ptr<WorkPool> pool;
    std::unique_ptr<WorkPool> stream_pool;
    std::atomic<bool> is_stopping = false;
    std::atomic<std::size_t> connections = 0;
    std::atomic<std::size_t> streams = 0;
    std::atomic<std::size_t> body_bytes = 0;  ///< Held by all requests.

    void connection_closed();
    /// True when the last connection was gone before `time` passed.
    bool wait_for_connections(std::chrono::milliseconds time);

private:
    std::mutex mutex_;
    std::condition_variable changed_;
};

/// Connections and the events of their sockets. One thread at a time drives it, so connections need
/// no locks; while that thread runs a handler, the loop can be taken from it and driven by another.
/// Other threads may only call context(), to post to it, turn(), take_away() and stop().
class IoLoop {
public:
    using Time = std::chrono::steady_clock::time_point;
    IoLoop();
    IoLoop(const IoLoop&) = delete;
    IoLoop& operator=(const IoLoop&) = delete;

    /// Before the first drive().
    void start() { tick(); }
    /// Returns when the loop is stopped, or taken away.
    void drive();
    /// What is posted later is dropped.
    void stop() { context_.stop(); }
    boost::asio::io_context& context() { return context_; }

    /// Odd while the driving thread runs a handler; never the same twice.
    std::uint64_t turn() const { return turn_.load(); }
    /// Begins a handler on the driving thread.
    std::uint64_t lend() { return ++turn_; }
    /// Ends it. False when the loop was taken away: nothing that belongs to it may be touched.
    bool take_back(std::uint64_t turn);
    /// False when that handler has ended.
    bool take_away(std::uint64_t turn) { return turn_.compare_exchange_strong(turn, turn + 1); }

    /// Whether the operation was quick lately, so that its handler need not go to another thread.
    bool is_quick(const Operation& operation) { return slowness_[&operation] < kSlowness; }
    void note_time(const Operation& operation, std::chrono::steady_clock::duration time);

    /// Keeps the connection until remove(). Its slot moves when others are removed.
    void add(std::shared_ptr<Connection> connection);
    void remove(Connection& connection);
    /// The connection's on_deadline() is called at the first tick after `time`.
    void set_deadline(std::size_t slot, Time time) { deadlines_[slot] = time; }
    std::vector<std::shared_ptr<Connection>> connections() const { return connections_; }
    /// Where bytes go that nobody reads.
    boost::asio::mutable_buffer discarded() { return boost::asio::buffer(discarded_); }

private:
    static constexpr int kSlowness = 4;

    void tick();
    boost::asio::io_context context_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
    boost::asio::steady_timer timer_;
    std::atomic<std::uint64_t> turn_ = 0;
    std::unordered_map<const Operation*, int> slowness_;  ///< 0 ... 2 kSlowness.
    std::vector<std::shared_ptr<Connection>> connections_;
    std::vector<Time> deadlines_;  ///< Of each connection; beside each other, so that looking
                                   ///< through 10,000 of them costs microseconds.
    std::array<char, 4096> discarded_{};
};

/// Takes loops away from threads whose handlers hold them up, and has the pool drive them. A
/// handler keeps a loop's other connections waiting for two looks at most.
class LoopWatch {
public:
    LoopWatch(std::vector<std::unique_ptr<IoLoop>>& loops, WorkPool& pool);
    ~LoopWatch();
    LoopWatch(const LoopWatch&) = delete;
    LoopWatch& operator=(const LoopWatch&) = delete;

private:
    void run();
    bool look();
    std::vector<std::unique_ptr<IoLoop>>& loops_;
    WorkPool& pool_;
    std::vector<std::uint64_t> seen_;  ///< Turn of each loop at the last look.
    std::mutex mutex_;
    std::condition_variable quit_;
    bool is_over_ = false;
    std::thread thread_;
};

}  // namespace cpo::http
