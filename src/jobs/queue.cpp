#include "jobs/queue.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/id.h"
#include "jobs/job_record.h"

namespace cpo::jobs {
namespace {

constexpr std::array kStates{JobState::kQueued,
                             JobState::kRunning,
                             JobState::kSucceeded,
                             JobState::kFailed,
                             JobState::kCancelled};

Result<store::JobRecord> record_of(const store::Change& change, const NewJob& job) {
    store::JobRecord record;
    record.id = new_id(change.now());
    record.workspace = change.workspace();
    record.kind = job.kind;
    record.subject_type = job.subject_type;
    record.subject_id = job.subject_id;
    record.input = write_json(job.input);
    if (record.input.size() > kJobInputBytesMax)
        return invalid_argument(fmt::format(
            "a job's input has {} bytes, at most {}", record.input.size(), kJobInputBytesMax));
    if (job.idempotency_key.size() > kIdempotencyKeyBytesMax)
        return invalid_argument(fmt::format("an idempotency key has {} bytes, at most {}",
                                            job.idempotency_key.size(),
                                            kIdempotencyKeyBytesMax));
    record.due_at = change.now();
    record.attempts_max = job.attempts_max;
    record.starter = change.actor();
    record.created_at = change.now();
    record.idempotency_key = job.idempotency_key;
    record.request_hash = job.request_hash;
    return record;
}

/// The earlier job of this key, when it was asked for in the same way.
Result<Job> earlier_job(store::Change& change, const NewJob& job) {
    const auto record =
        TRY(store::find_job_by_key(change.session(), change.workspace(), job.idempotency_key));
    if (record.kind != job.kind || record.request_hash != job.request_hash)
        return Error{ErrorCode::kAlreadyExists,
                     "this idempotency key was used for another request: send a new key",
                     {}};
    return job_of(record);
}

/// Why people's wish was not granted.
Error refusal(store::Change& change, const std::string& id, std::string_view wish) {
    const auto record = store::find_job(change.session(), change.workspace(), id);
    if (!record) return record.error();
    return {ErrorCode::kFailedPrecondition,
            fmt::format("a job that is {} cannot be {}", record->state, wish),
            {}};
}

}  // namespace

const char* name_of(JobState state) {
    switch (state) {
        case JobState::kQueued:
            return "queued";
        case JobState::kRunning:
            return "running";
        case JobState::kSucceeded:
            return "succeeded";
        case JobState::kFailed:
            return "failed";
        case JobState::kCancelled:
            return "cancelled";
    }
    std::abort();
}

std::optional<JobState> parse_job_state(std::string_view name) {
    for (const JobState state : kStates)
        if (name == name_of(state)) return state;
    return std::nullopt;
}

Result<Enqueued> enqueue(store::Change& change, const NewJob& job) {
    const auto record = TRY(record_of(change, job));
    const auto added = TRY(store::insert_job(change.session(), record));
    if (!added) {
        auto earlier = TRY(earlier_job(change, job));
        const auto told = change.record(entry("job.repeat", earlier.id, {{"kind", job.kind}}));
        if (!told) return told.error();
        return Enqueued{std::move(earlier), false};
    }
    const auto told = change.record(entry(
        "job.create",
        record.id,
        {{"kind", job.kind}, {"subject_type", job.subject_type}, {"subject_id", job.subject_id}}));
    if (!told) return told.error();
    return Enqueued{TRY(job_of(*added)), true};
}

Result<Job> get_job(store::Session& session, const std::string& workspace, const std::string& id) {
    return job_of(TRY(store::find_job(session, workspace, id)));
}

Result<store::Page<Job>> list_jobs(store::Session& session,
                                   const std::string& workspace,
                                   const JobFilter& filter,
                                   const store::PageRequest& page) {
    const auto records = TRY(store::list_job_records(session, workspace, filter, page));
    store::Page<Job> jobs{{}, records.has_older, records.has_newer};
    jobs.items.reserve(records.items.size());
    for (const store::JobRecord& record : records.items) jobs.items.push_back(TRY(job_of(record)));
    return jobs;
}

Result<Job> cancel_job(store::Change& change, const std::string& id) {
    const auto record =
        TRY(store::request_job_cancel(change.session(), change.workspace(), id, change.now()));
    if (!record) return refusal(change, id, "cancelled");
    auto job = TRY(job_of(*record));
    const bool is_over = job.state == JobState::kCancelled;
    const auto told =
        change.record(entry(is_over ? "job.cancel" : "job.request_cancel", id, {{"by", "person"}}));
    if (!told) return told.error();
    return job;
}

Result<Job> retry_job(store::Change& change, const std::string& id) {
    const auto record =
        TRY(store::requeue_job(change.session(), change.workspace(), id, change.now()));
    if (!record) return refusal(change, id, "retried");
    const auto told = change.record(entry("job.retry", id, {{"by", "person"}}));
    if (!told) return told.error();
    return job_of(*record);
}

}  // namespace cpo::jobs
