#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
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

/// One I/O thread with the connections it serves. From another thread only start(), stop() and
/// context(), to post to it, may be called; so connections need no locks.
class IoLoop {
public:
    using Time = std::chrono::steady_clock::time_point;
    IoLoop();
    ~IoLoop();
    IoLoop(const IoLoop&) = delete;
    IoLoop& operator=(const IoLoop&) = delete;

    void start();
    /// Ends the loop and its thread; what was posted later is dropped.
    void stop();
    boost::asio::io_context& context() { return context_; }

    /// Keeps the connection until remove(). Its slot moves when others are removed.
    void add(std::shared_ptr<Connection> connection);
    void remove(Connection& connection);
    /// The connection's on_deadline() is called at the first tick after `time`.
    void set_deadline(std::size_t slot, Time time) { deadlines_[slot] = time; }
    std::vector<std::shared_ptr<Connection>> connections() const { return connections_; }

private:
    void tick();
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
    boost::asio::steady_timer timer_;
    std::thread thread_;
    std::vector<std::shared_ptr<Connection>> connections_;
    std::vector<Time> deadlines_;  ///< Of each connection; beside each other, so that looking
                                   ///< through 10,000 of them costs microseconds.
};

}  // namespace cpo::http
