#pragma once

#include "jobs/queue.h"
#include "store/job_store.h"

namespace cpo::jobs {

/// A stored row as a job. Errors: kInternal when the row holds what we never write.
Result<Job> job_of(const store::JobRecord& record);

/// Who the audit log names for what a job does.
store::Actor actor_of(const Job& job);

/// What happened to a job, as the audit log tells it.
store::AuditEntry entry(std::string action, const std::string& id, json::object data);

}  // namespace cpo::jobs
