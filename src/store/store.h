#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "store/database.h"

namespace cpo::store {

/// Who does something: a person, an API key, a job or the product itself.
struct Actor {
    std::string kind;        ///< "user", "key", "job", "system".
    std::string id;          ///< Of the user, key or job; "cpo" for the system.
    std::string person;      ///< User who answers for it: the user, the key's creator, the job's
                             ///< starter. Two-person rules compare this.
    std::string request_id;  ///< Empty outside a request.
};

/// One thing that happened, as the audit log and the live stream tell it.
struct AuditEntry {
    std::string action;       ///< "document.approve": noun and verb.
    std::string object_type;  ///< "document".
    std::string object_id;
    json::object data;  ///< Before, after, reason; no secret, no message text, no customer data.
};

/// One transaction that changes a workspace. Every change says what it did (invariant 4).
class Change {
public:
    Session& session() { return *session_; }
    const std::string& workspace() const { return workspace_; }
    const Actor& actor() const { return actor_; }
    MilliTime now() const { return now_; }
    /// Appends an entry to the workspace's hash chain and a line to its live stream, in this
    /// transaction. The first call of a transaction takes the workspace's lock until commit, so
    /// call it after the other statements; entries get numbers without gaps.
    Result<void> record(const AuditEntry& entry);
    /// A line for the live stream alone: progress, counts. Not audited.
    Result<void> publish(const std::string& topic,
                         const std::string& object_id,
                         const json::object& data);

private:
    friend class Store;
    Change(Session& session, std::string workspace, Actor actor, MilliTime now)
        : session_(&session),
          workspace_(std::move(workspace)),
          actor_(std::move(actor)),
          now_(now) {}
    Session* session_;
    std::string workspace_;
    Actor actor_;
    MilliTime now_;
    int recorded_ = 0;
};

/// Whom a change is for and who makes it.
struct ChangeOwner {
    std::string workspace;
    Actor actor;
};

/// The database as the product uses it: reads, audited changes, housekeeping. Thread-safe.
class Store {
public:
    Store(Database& database, Clock& clock) : database_(&database), clock_(&clock) {}

    Database& database() { return *database_; }
    Clock& clock() { return *clock_; }
    /// How often this store changed something; counted before change() returns.
    std::uint64_t changes() const { return changes_.load(); }

    /// `work` is Result<T>(Session&).
    template <typename Work>
    auto read(const Work& work, Deadline deadline) {
        return transact(*database_, Access::kRead, work, deadline);
    }
    /// As read, for work that runs one statement: cheaper on SQLite.
    template <typename Work>
    auto read_one(const Work& work, Deadline deadline) {
        return transact(*database_, Access::kReadOne, work, deadline);
    }
    /// `work` is Result<T>(Change&). A success that recorded nothing is our bug: it is rolled back
    /// with kInternal.
    template <typename Work>
    auto change(const std::string& workspace,
                const Actor& actor,
                const Work& work,
                Deadline deadline) {
        return change_found(
            [&](Session& /*session*/) -> Result<ChangeOwner> {
                return ChangeOwner{workspace, actor};
            },
            work,
            deadline);
    }
    /// As change, where only the transaction itself learns whose workspace it changes (claiming a
    /// job): `find` is Result<ChangeOwner>(Session&) and runs first.
    template <typename Find, typename Work>
    auto change_found(const Find& find, const Work& work, Deadline deadline) {
        using Answer = decltype(work(std::declval<Change&>()));
        Answer changed = transact(
            *database_,
            Access::kWrite,
            [&](Session& session) -> Answer {
                const Result<ChangeOwner> owner = find(session);
                if (!owner) return owner.error();
                Change change(session, owner->workspace, owner->actor, clock_->now());
                Answer answer = work(change);
                if (answer && change.recorded_ == 0) return unrecorded();
                return answer;
            },
            deadline);
        changes_.fetch_add(1);  // After an error too: a commit may succeed and not say so.
        return changed;
    }
    /// Writes that change nothing a person would ask about: leases, heartbeats, last use, pruning,
    /// progress. `work` is Result<T>(Session&).
    template <typename Work>
    auto maintain(const Work& work, Deadline deadline) {
        return transact(*database_, Access::kWrite, work, deadline);
    }
    /// As maintain, with lines for the live stream of one workspace. `work` is Result<T>(Change&).
    template <typename Work>
    auto publish(const std::string& workspace, const Work& work, Deadline deadline) {
        return transact(
            *database_,
            Access::kWrite,
            [&](Session& session) {
                Change change(session, workspace, {"system", "cpo", "", ""}, clock_->now());
                return work(change);
            },
            deadline);
    }

private:
    static Error unrecorded();
    Database* database_;
    Clock* clock_;
    std::atomic<std::uint64_t> changes_{0};
};

}  // namespace cpo::store
