#include "http/io_loop.h"

#include "http/connection.h"

namespace cpo::http {
namespace {

constexpr std::chrono::milliseconds kTick{50};

}  // namespace

void ServerState::connection_closed() {
    {
        const std::lock_guard lock(mutex_);
        connections.fetch_sub(1);
    }
    changed_.notify_all();
}

bool ServerState::wait_for_connections(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [this] { return connections.load() == 0; });
}

IoLoop::IoLoop() : guard_(context_.get_executor()), timer_(context_) {}

IoLoop::~IoLoop() { stop(); }

void IoLoop::start() {
    tick();
    thread_ = std::thread([this] { context_.run(); });
}

void IoLoop::stop() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
}

void IoLoop::add(std::shared_ptr<Connection> connection) {
    connection->slot = connections_.size();
    connections_.push_back(std::move(connection));
    deadlines_.push_back(Time::max());
}

void IoLoop::remove(Connection& connection) {
    const std::size_t slot = connection.slot;
    connections_.back()->slot = slot;
    std::swap(connections_[slot], connections_.back());
    std::swap(deadlines_[slot], deadlines_.back());
    connections_.pop_back();
    deadlines_.pop_back();
}

void IoLoop::tick() {
    const Time now = std::chrono::steady_clock::now();
    std::vector<std::shared_ptr<Connection>> due;
    for (std::size_t slot = 0; slot < deadlines_.size(); ++slot)
        if (deadlines_[slot] <= now) due.push_back(connections_[slot]);
    for (const auto& connection : due) connection->on_deadline(now);
    timer_.expires_after(kTick);
    timer_.async_wait([this](const boost::system::error_code& failure) {
        if (!failure) tick();
    });
}

}  // namespace cpo::http
