#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/result.h"
#include "http/message.h"
#include "store/audit.h"

namespace cpo::http {

/// Follows the live stream of every workspace that somebody listens to: one look at the store for
/// all listeners of a workspace, so a thousand open dashboards cost as much as one. Works over any
/// number of servers, because the lines are in the store. Thread-safe.
class StreamHub {
public:
    /// Starts its thread. `store` must outlive it. A change reaches the listeners after `poll` at
    /// the latest.
    StreamHub(store::Store& store, std::chrono::milliseconds poll);
    ~StreamHub();
    StreamHub(const StreamHub&) = delete;
    StreamHub& operator=(const StreamHub&) = delete;

    /// Server-sent events of one workspace: `change` events whose ids are the lines' numbers, after
    /// `after`, or from now on without it; `resync` where lines are gone. Errors: those of the
    /// store; kUnavailable when stopping.
    Result<std::shared_ptr<BodyStream>> open(const std::string& workspace,
                                             std::optional<std::int64_t> after,
                                             Deadline deadline);
    /// Ends every stream and the thread. Idempotent.
    void stop();

private:
    class Listener;
    struct Event {
        std::int64_t number = 0;
        std::string text;  ///< As every listener sends it.
    };
    /// The newest events of one workspace; listeners that are further behind read the store.
    struct Tail {
        std::deque<Event> events;
        std::int64_t newest = 0;
        int listeners = 0;
    };
    static constexpr std::size_t kTailEventsMax = 1000;

    void follow();
    void look(const std::string& workspace, std::int64_t after);
    Result<store::StreamPage> read(const std::string& workspace,
                                   std::int64_t after,
                                   Deadline deadline);

    store::Store& store_;
    std::chrono::milliseconds poll_;
    std::mutex mutex_;
    std::condition_variable quit_;
    std::map<std::string, Tail> tails_;  ///< By workspace.
    bool is_stopping_ = false;
    std::thread follower_;
};

}  // namespace cpo::http
