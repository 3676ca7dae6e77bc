#include "http/stream_hub.h"

#include <fmt/format.h>

#include <limits>

namespace cpo::http {
namespace {

constexpr std::chrono::seconds kReadTime{5};

std::string change_event(const store::StreamLine& line) {
    const json::object data{{"number", line.number},
                            {"topic", line.topic},
                            {"object", line.object_id},
                            {"action", line.action},
                            {"data", line.data},
                            {"at", format_time(line.at)}};
    return fmt::format("id: {}\nevent: change\ndata: {}\n\n", line.number, write_json(data));
}

std::string resync_event(std::int64_t newest) {
    return fmt::format("id: {}\nevent: resync\ndata: {{\"number\":{}}}\n\n", newest, newest);
}

}  // namespace

/// One open stream. Used by one thread at a time.
class StreamHub::Listener : public BodyStream {
public:
    Listener(StreamHub& hub, std::string workspace, std::int64_t after)
        : hub_(hub), workspace_(std::move(workspace)), after_(after) {}
    ~Listener() override {
        const std::scoped_lock lock(hub_.mutex_);
        const auto tail = hub_.tails_.find(workspace_);
        if (--tail->second.listeners == 0) hub_.tails_.erase(tail);
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    std::optional<std::string> next() override {
        std::unique_lock lock(hub_.mutex_);
        const Tail& tail = hub_.tails_.at(workspace_);
        if (hub_.is_stopping_) return std::nullopt;
        if (tail.newest == after_) return std::string();
        if (!tail.events.empty() && tail.events.front().number <= after_ + 1 &&
            after_ < tail.newest)
            return take(tail.events);
        lock.unlock();
        return catch_up();
    }

private:
    std::string take(const std::deque<Event>& events) {
        std::string text;
        for (const Event& event : events) {
            if (event.number <= after_) continue;
            text += event.text;
            after_ = event.number;
        }
        return text;
    }
    std::optional<std::string> catch_up() {
        const auto page = hub_.read(workspace_, after_, Deadline::after(kReadTime));
        // The browser connects again and goes on after the last event it has.
        if (!page) return std::nullopt;
        if (page->is_gap) {
            after_ = page->newest;
            return resync_event(after_);
        }
        std::deque<Event> events;
        for (const store::StreamLine& line : page->lines)
            events.push_back({line.number, change_event(line)});
        return take(events);
    }

    StreamHub& hub_;
    std::string workspace_;
    std::int64_t after_;
};

StreamHub::StreamHub(store::Store& store, std::chrono::milliseconds poll)
    : store_(store), poll_(poll), follower_([this] { follow(); }) {}

StreamHub::~StreamHub() { stop(); }

Result<store::StreamPage> StreamHub::read(const std::string& workspace,
                                          std::int64_t after,
                                          Deadline deadline) {
    return store_.read(
        [&](store::Session& session) { return store::read_stream(session, workspace, after); },
        deadline);
}

Result<std::shared_ptr<BodyStream>> StreamHub::open(const std::string& workspace,
                                                    std::optional<std::int64_t> after,
                                                    Deadline deadline) {
    constexpr auto kEnd = std::numeric_limits<std::int64_t>::max() - 1;
    const auto now = TRY(read(workspace, kEnd, deadline));
    const std::scoped_lock lock(mutex_);
    if (is_stopping_) return Error{ErrorCode::kUnavailable, "the server stops", {}};
    Tail& tail = tails_[workspace];
    if (tail.listeners++ == 0) tail.newest = now.newest;
    return std::shared_ptr<BodyStream>(
        std::make_shared<Listener>(*this, workspace, after.value_or(now.newest)));
}

void StreamHub::stop() {
    {
        const std::scoped_lock lock(mutex_);
        is_stopping_ = true;
    }
    quit_.notify_all();
    if (follower_.joinable()) follower_.join();
}

void StreamHub::look(const std::string& workspace, std::int64_t after) {
    const auto page = read(workspace, after, Deadline::after(kReadTime));
    if (!page) return;  // The next look tells more.
    const std::scoped_lock lock(mutex_);
    const auto found = tails_.find(workspace);
    if (found == tails_.end() || found->second.newest != after) return;
    Tail& tail = found->second;
    if (page->is_gap) {
        tail.events.clear();
        tail.newest = page->newest;
    }
    for (const store::StreamLine& line : page->lines) {
        tail.events.push_back({line.number, change_event(line)});
        tail.newest = line.number;
        if (tail.events.size() > kTailEventsMax) tail.events.pop_front();
    }
}

void StreamHub::follow() {
    std::unique_lock lock(mutex_);
    while (!is_stopping_) {
        std::map<std::string, std::int64_t> newest;
        for (const auto& [workspace, tail] : tails_) newest[workspace] = tail.newest;
        lock.unlock();
        for (const auto& [workspace, after] : newest) look(workspace, after);
        lock.lock();
        quit_.wait_for(lock, poll_, [this] { return is_stopping_; });
    }
}

}  // namespace cpo::http
