#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/page.h"
#include "store/store.h"

namespace cpo::store {

/// One row of `jobs` (jobs/queue.h says what the fields mean). JSON is text here, the state its
/// name.
struct JobRecord {
    std::string id;
    std::string workspace;
    std::string kind;
    std::string subject_type;
    std::string subject_id;
    std::string input;
    std::string state = "queued";
    std::optional<MilliTime> due_at;  ///< Queued: not before. Running: end of the lease. Else none.
    std::string lease_owner;          ///< Worker that holds it; empty unless running.
    int attempts = 0;
    int attempts_max = 5;
    bool is_cancel_requested = false;
    std::int64_t done = 0;
    std::int64_t total = 0;
    std::string stage;
    std::string result = "{}";
    std::string error;
    std::string error_code;
    Actor starter;
    MilliTime created_at{};
    std::optional<MilliTime> started_at;
    std::optional<MilliTime> finished_at;
    std::string idempotency_key;  ///< Empty = none.
    std::string request_hash;
};

/// Adds a job; nothing when the workspace has one of that idempotency key.
Result<std::optional<JobRecord>> insert_job(Session& session, const JobRecord& job);

/// Errors: kNotFound.
Result<JobRecord> find_job(Session& session, const std::string& workspace, const std::string& id);
/// Errors: kNotFound.
Result<JobRecord> find_job_by_key(Session& session,
                                  const std::string& workspace,
                                  const std::string& idempotency_key);

struct JobFilter {
    std::string kind;   ///< Empty = any.
    std::string state;  ///< Empty = any.
};
Result<Page<JobRecord>> list_job_records(Session& session,
                                         const std::string& workspace,
                                         const JobFilter& filter,
                                         const PageRequest& page);

// What people do. Nothing when the job is in a state that does not allow it, or does not exist.

/// Queued: cancelled. Running: marked, so that its worker stops.
Result<std::optional<JobRecord>> request_job_cancel(Session& session,
                                                    const std::string& workspace,
                                                    const std::string& id,
                                                    MilliTime now);
/// Failed or cancelled: queued again with fresh attempts, due now.
Result<std::optional<JobRecord>> requeue_job(Session& session,
                                             const std::string& workspace,
                                             const std::string& id,
                                             MilliTime now);

/// Jobs of all workspaces by state, for the operator.
Result<std::vector<std::pair<std::string, std::int64_t>>> count_jobs(Session& session);

// What workers do, over all workspaces. The caller names the workspace of what it found when it
// records the change.

/// A worker knows at most this many kinds of jobs.
inline constexpr std::size_t kJobKindsMax = 16;

struct JobsDue {
    bool is_any_claimable = false;   ///< claim_job would find one, unless others were faster.
    std::optional<JobRecord> ended;  ///< Due, but to be ended instead: see end_due_job.
};
/// A look without locks, so that idle workers do not write.
Result<JobsDue> find_due_jobs(Session& session, std::span<const std::string> kinds, MilliTime now);

struct Lease {
    std::string owner;
    MilliTime until{};
};
/// Takes the job of one of `kinds` that is due for longest: it is running, leased, with one more
/// attempt. Jobs that another transaction holds are passed over. Nothing when none is due.
Result<std::optional<JobRecord>> claim_job(Session& session,
                                           std::span<const std::string> kinds,
                                           MilliTime now,
                                           const Lease& lease);
/// Ends a due job that must not run again: cancelled when that was asked for, else failed with
/// `error` because its attempts are used up. Nothing when it is no longer so.
Result<std::optional<JobRecord>> end_due_job(Session& session,
                                             const std::string& id,
                                             MilliTime now,
                                             const Error& error);

struct JobHeld {
    std::string id;
    bool is_cancel_requested = false;
};
/// What `owner` still holds.
Result<std::vector<JobHeld>> list_jobs_held(Session& session, const std::string& owner);

// Each of these changes the job only while `owner` holds it; false or nothing when it does not.

Result<std::optional<JobHeld>> extend_job_lease(Session& session,
                                                const std::string& id,
                                                const Lease& lease);
/// done, total and stage of `job`.
Result<bool> save_job_progress(Session& session, const JobRecord& job, const std::string& owner);
/// State (succeeded, failed or cancelled), result, error, progress of `job`.
Result<bool> finish_job(Session& session,
                        const JobRecord& job,
                        const std::string& owner,
                        MilliTime now);
/// Queued again, not before due_at, with the error and attempts of `job`.
Result<bool> put_back_job(Session& session, const JobRecord& job, const std::string& owner);

}  // namespace cpo::store
