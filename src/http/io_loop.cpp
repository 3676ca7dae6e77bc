#include "http/io_loop.h"

#include <algorithm>

#include "http/connection.h"

namespace cpo::http {
namespace {

constexpr std::chrono::milliseconds kTick{50};
constexpr std::chrono::milliseconds kQuick{2};
constexpr std::chrono::milliseconds kLook{4};
constexpr std::chrono::milliseconds kIdleLook{16};
constexpr int kLooksUntilIdle = 25;

/// False once the loop that this thread drove is another's.
thread_local bool is_driving = false;

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

void IoLoop::drive() {
    is_driving = true;
    while (is_driving && context_.run_one() > 0) {
    }
}

bool IoLoop::take_back(std::uint64_t turn) {
    is_driving = turn_.compare_exchange_strong(turn, turn + 1);
    return is_driving;
}

void IoLoop::note_time(const Operation& operation, std::chrono::steady_clock::duration time) {
    int& slowness = slowness_[&operation];
    slowness = std::clamp(slowness + (time > kQuick ? 1 : -1), 0, 2 * kSlowness);
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

LoopWatch::LoopWatch(std::vector<std::unique_ptr<IoLoop>>& loops, WorkPool& pool)
    : loops_(loops), pool_(pool), seen_(loops.size()), thread_([this] { run(); }) {}

LoopWatch::~LoopWatch() {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
    }
    quit_.notify_all();
    thread_.join();
}

void LoopWatch::run() {
    std::unique_lock lock(mutex_);
    int still = 0;  ///< Looks since something happened.
    while (!is_over_) {
        still = look() ? 0 : still + 1;
        quit_.wait_for(lock, still < kLooksUntilIdle ? kLook : kIdleLook);
    }
}

/// True when a handler ran since the last look.
bool LoopWatch::look() {
    bool is_busy = false;
    for (std::size_t i = 0; i < loops_.size(); ++i) {
        IoLoop& loop = *loops_[i];
        const std::uint64_t turn = loop.turn();
        const bool is_running = turn % 2 == 1;
        if (is_running && turn == seen_[i] && loop.take_away(turn))
            pool_.run_now([&loop] { loop.drive(); });
        is_busy = is_busy || is_running || turn != seen_[i];
        seen_[i] = turn;
    }
    return is_busy;
}

}  // namespace cpo::http
