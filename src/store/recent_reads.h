#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "store/store.h"

namespace cpo::store {

/// A read is repeated after so long: what another process changes holds here no later.
inline constexpr std::chrono::milliseconds kRecent{100};

/// Reads of a moment ago, so that what many requests ask for costs them no statement. What this
/// process changes through the store holds at once, errors are never kept. Borrows the store.
/// Thread-safe; a lookup takes a short lock.
template <typename T>
class RecentReads {
public:
    using Kept = std::shared_ptr<const T>;

    explicit RecentReads(Store& store) : store_(&store) {}

    /// What `load`, a Result<T>(), gave for this key, or gives now. Several threads may load at
    /// once.
    template <typename Load>
    Result<Kept> get(const std::string& key, const Load& load) {
        // Both from before the read: a change that overtakes it makes the entry old.
        const std::uint64_t changes = store_->changes();
        const MilliTime now = store_->clock().now();
        {
            const std::lock_guard lock(mutex_);
            const auto found = entries_.find(key);
            if (found != entries_.end() && found->second.is_recent(changes, now))
                return found->second.kept;
        }
        Kept kept = std::make_shared<const T>(TRY(load()));
        const std::lock_guard lock(mutex_);
        if (entries_.size() >= kEntriesMax && !entries_.contains(key)) entries_.clear();
        entries_[key] = {kept, changes, now};
        return kept;
    }

private:
    static constexpr std::size_t kEntriesMax = 1'000;
    struct Entry {
        Kept kept;
        std::uint64_t changes = 0;
        MilliTime read_at;

        bool is_recent(std::uint64_t changes_now, MilliTime now) const {
            // The clock may have been put back.
            return changes == changes_now && read_at <= now && now - read_at < kRecent;
        }
    };

    Store* store_;
    std::mutex mutex_;
    std::unordered_map<std::string, Entry> entries_;
};

}  // namespace cpo::store
