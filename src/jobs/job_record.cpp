#include "jobs/job_record.h"

#include <utility>

namespace cpo::jobs {
namespace {

Result<json::object> read_object(const std::string& text) {
    auto value = parse_json(text);
    if (!value || !value->is_object())
        return Error{ErrorCode::kInternal, "a stored job cannot be read", text};
    return std::move(value->as_object());
}

}  // namespace

Result<Job> job_of(const store::JobRecord& record) {
    Job job;
    job.id = record.id;
    job.workspace = record.workspace;
    job.kind = record.kind;
    job.subject_type = record.subject_type;
    job.subject_id = record.subject_id;
    job.input = TRY(read_object(record.input));
    const auto state = parse_job_state(record.state);
    if (!state) return Error{ErrorCode::kInternal, "a stored job cannot be read", record.state};
    job.state = *state;
    job.progress = {record.done, record.total, record.stage};
    job.attempts = record.attempts;
    job.attempts_max = record.attempts_max;
    job.result = TRY(read_object(record.result));
    job.error = record.error;
    job.error_code = record.error_code;
    job.is_cancel_requested = record.is_cancel_requested;
    job.starter = record.starter;
    job.created_at = record.created_at;
    job.started_at = record.started_at;
    job.finished_at = record.finished_at;
    if (job.state == JobState::kQueued) job.run_after = record.due_at;
    return job;
}

store::Actor actor_of(const Job& job) { return {"job", job.id, job.starter.person, {}}; }

store::AuditEntry entry(std::string action, const std::string& id, json::object data) {
    return {std::move(action), "job", id, std::move(data)};
}

}  // namespace cpo::jobs
