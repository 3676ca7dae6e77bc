#include "http/handlers/jobs.h"

#include "base/json_or_null.h"
#include "http/page.h"
#include "http/services.h"
#include "jobs/queue.h"
#include "jobs/worker.h"

namespace cpo::http {
namespace {

json::object job_json(const jobs::Job& job) {
    json::object answer{{"id", job.id},
                        {"kind", job.kind},
                        {"subject_type", job.subject_type},
                        {"subject", job.subject_id},
                        {"state", jobs::name_of(job.state)},
                        {"progress",
                         {{"done", job.progress.done},
                          {"total", job.progress.total},
                          {"stage", job.progress.stage}}},
                        {"attempts", job.attempts},
                        {"attempts_max", job.attempts_max},
                        {"is_cancel_requested", job.is_cancel_requested},
                        {"started_by", job.starter.person},
                        {"created_at", format_time(job.created_at)},
                        {"started_at", or_null(job.started_at)},
                        {"finished_at", or_null(job.finished_at)}};
    if (job.state == jobs::JobState::kSucceeded) answer["result"] = job.result;
    if (!job.error.empty()) {
        answer["error"] = job.error;
        answer["error_code"] = job.error_code;
    }
    return answer;
}

}  // namespace

Result<Response> list_jobs(const Request& request, Services& services) {
    const auto page = TRY(page_request(request));
    const jobs::JobFilter filter{request.query_or("kind", ""), request.query_or("state", "")};
    const auto found = TRY(services.store.read(
        [&](store::Session& session) {
            return jobs::list_jobs(session, request.workspace(), filter, page);
        },
        request.deadline));
    return Response::ok(page_json(found, job_json, [](const auto& job) { return job.id; }));
}

Result<Response> get_job(const Request& request, Services& services) {
    const auto job = TRY(services.store.read(
        [&](store::Session& session) {
            return jobs::get_job(session, request.workspace(), request.param("job"));
        },
        request.deadline));
    return Response::ok(job_json(job));
}

Result<Response> cancel_job(const Request& request, Services& services) {
    const auto job = TRY(services.store.change(
        request.workspace(),
        request.actor(),
        [&](store::Change& change) { return jobs::cancel_job(change, request.param("job")); },
        request.deadline));
    return Response::ok(job_json(job));
}

Result<Response> retry_job(const Request& request, Services& services) {
    const auto job = TRY(services.store.change(
        request.workspace(),
        request.actor(),
        [&](store::Change& change) { return jobs::retry_job(change, request.param("job")); },
        request.deadline));
    if (services.worker != nullptr) services.worker->wake();
    return Response::ok(job_json(job));
}

}  // namespace cpo::http
