#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "store/job_store.h"
#include "store/store.h"

namespace cpo::jobs {

/// Life of a job:
///
///   queued ──claim──▶ running ──▶ succeeded
///     ▲                 │ ├─────▶ failed      (attempts used up, or an error that will not mend)
///     └──back-off, lease lost──┘ └─▶ cancelled  (also straight from queued)
///
/// A failed or cancelled job may be retried by hand: it becomes queued again with fresh attempts.
enum class JobState { kQueued, kRunning, kSucceeded, kFailed, kCancelled };
const char* name_of(JobState state);
std::optional<JobState> parse_job_state(std::string_view name);

struct JobProgress {
    std::int64_t done = 0;
    std::int64_t total = 0;  ///< 0 = not known yet.
    std::string stage;       ///< "segments"; empty before the first.
};

struct Job {
    std::string id;
    std::string workspace;
    std::string kind;          ///< "import", "segmentation", "generation", "campaign".
    std::string subject_type;  ///< What it works on: "campaign_run", ...
    std::string subject_id;
    json::object input;  ///< Everything the work needs; no secret.
    JobState state = JobState::kQueued;
    JobProgress progress;
    int attempts = 0;      ///< Started so far.
    int attempts_max = 5;  ///< A worker that dies counts as an attempt.
    json::object result;   ///< When succeeded.
    std::string error;     ///< Last failure, for people.
    std::string error_code;
    bool is_cancel_requested = false;
    store::Actor starter;
    MilliTime created_at{};
    std::optional<MilliTime> started_at;  ///< Of the latest attempt.
    std::optional<MilliTime> finished_at;
    std::optional<MilliTime> run_after;  ///< Not before; back-off.
};

struct NewJob {
    std::string kind{};
    std::string subject_type{};
    std::string subject_id{};
    json::object input{};
    /// Same key in the same workspace: the earlier job is given back instead of a new one, when
    /// its kind and `request_hash` are the same; else kAlreadyExists. Empty = always a new job.
    std::string idempotency_key{};
    std::string request_hash{};  ///< SHA-256 of the request body that asks for it.
    int attempts_max = 5;
};

struct Enqueued {
    Job job;
    bool is_new = false;
};

inline constexpr std::size_t kJobInputBytesMax = 262'144;
inline constexpr std::size_t kJobResultBytesMax = 262'144;
inline constexpr std::size_t kIdempotencyKeyBytesMax = 200;

/// Adds a job inside the change that needs it, so both happen or neither; recorded in the audit
/// log; so is being asked again with the same key. Look at is_new before inserting the subject:
/// call this first. Errors: kAlreadyExists as above, kInvalidArgument beyond a limit.
Result<Enqueued> enqueue(store::Change& change, const NewJob& job);

Result<Job> get_job(store::Session& session, const std::string& workspace, const std::string& id);

using store::JobFilter;
Result<store::Page<Job>> list_jobs(store::Session& session,
                                   const std::string& workspace,
                                   const JobFilter& filter,
                                   const store::PageRequest& page);

/// Queued: cancelled at once. Running: asks the worker, which stops at its next checkpoint.
/// Errors: kNotFound, kFailedPrecondition when it is over.
Result<Job> cancel_job(store::Change& change, const std::string& id);
/// Errors: kNotFound, kFailedPrecondition unless failed or cancelled.
Result<Job> retry_job(store::Change& change, const std::string& id);

}  // namespace cpo::jobs
