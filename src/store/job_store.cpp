#include "store/job_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "store/page.h"
#include "store/stored_values.h"

namespace cpo::store {
namespace {

JobRecord read(const Row& row) {
    JobRecord job;
    job.id = row.text("id");
    job.workspace = row.text("workspace_id");
    job.kind = row.text("kind");
    job.subject_type = row.text("subject_type");
    job.subject_id = row.text("subject_id");
    job.input = row.text("input");
    job.state = row.text("state");
    job.due_at = optional_time_in(row, "due_at");
    job.lease_owner = row.text_or_empty("lease_owner");
    job.attempts = static_cast<int>(row.integer("attempts"));
    job.attempts_max = static_cast<int>(row.integer("attempts_max"));
    job.is_cancel_requested = row.boolean("is_cancel_requested");
    job.done = row.integer("done");
    job.total = row.integer("total");
    job.stage = row.text("stage");
    job.result = row.text("result");
    job.error = row.text("error");
    job.error_code = row.text("error_code");
    job.starter = {row.text("starter_kind"),
                   row.text("starter_id"),
                   row.text("starter_person"),
                   row.text("starter_request_id")};
    job.created_at = time_in(row, "created_at");
    job.started_at = optional_time_in(row, "started_at");
    job.finished_at = optional_time_in(row, "finished_at");
    job.idempotency_key = row.text_or_empty("idempotency_key");
    job.request_hash = row.text("request_hash");
    return job;
}

JobHeld held_in(const Row& row) { return {row.text("id"), row.boolean("is_cancel_requested")}; }

std::optional<JobRecord> first_of(const Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return read(rows.front());
}

/// `values` and the kinds, filled up with the empty kind that no job has.
std::vector<Value> with_kinds(std::vector<Value> values, std::span<const std::string> kinds) {
    assert(kinds.size() <= kJobKindsMax);
    values.insert(values.end(), kinds.begin(), kinds.end());
    values.insert(values.end(), kJobKindsMax - kinds.size(), Value(std::string()));
    return values;
}

constexpr std::string_view kInsert =
    "INSERT INTO jobs (id, workspace_id, kind, subject_type, subject_id, input, state, due_at, "
    "attempts, attempts_max, is_cancel_requested, done, total, stage, result, error, error_code, "
    "starter_kind, starter_id, starter_person, starter_request_id, created_at, idempotency_key, "
    "request_hash) "
    "VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7, 0, $8, 0, 0, 0, '', '{}', '', '', $9, $10, $11, "
    "$12, $13, $14, $15) "
    "ON CONFLICT (workspace_id, idempotency_key) DO NOTHING RETURNING *";

constexpr std::string_view kFind = "SELECT * FROM jobs WHERE workspace_id = $1 AND id = $2";

constexpr std::string_view kFindByKey =
    "SELECT * FROM jobs WHERE workspace_id = $1 AND idempotency_key = $2";

constexpr std::string_view kList =
    "SELECT * FROM jobs WHERE workspace_id = $1 AND ($2 = '' OR kind = $2) "
    "AND ($3 = '' OR state = $3)";

constexpr std::string_view kRequestCancel =
    "UPDATE jobs SET is_cancel_requested = 1, "
    "due_at = CASE WHEN state = 'queued' THEN NULL ELSE due_at END, "
    "finished_at = CASE WHEN state = 'queued' THEN $3 ELSE finished_at END, "
    "state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END "
    "WHERE workspace_id = $1 AND id = $2 AND state IN ('queued', 'running') RETURNING *";

constexpr std::string_view kRequeue =
    "UPDATE jobs SET state = 'queued', due_at = $3, attempts = 0, is_cancel_requested = 0, "
    "error = '', error_code = '', finished_at = NULL "
    "WHERE workspace_id = $1 AND id = $2 AND state IN ('failed', 'cancelled') RETURNING *";

#define CPO_JOB_KINDS "($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
static_assert(kJobKindsMax == 16, "one parameter a kind, from $2");

constexpr std::string_view kIsAnyClaimable =
    "SELECT 1 FROM jobs WHERE due_at <= $1 AND kind IN " CPO_JOB_KINDS
    " AND is_cancel_requested = 0 AND attempts < attempts_max LIMIT 1";

constexpr std::string_view kFindEnded =
    "SELECT * FROM jobs WHERE due_at <= $1 AND (is_cancel_requested = 1 OR attempts >= "
    "attempts_max) ORDER BY due_at, id LIMIT 1";

/// The inner SELECT takes a lock clause at {}.
constexpr std::string_view kClaim =
    "UPDATE jobs SET state = 'running', attempts = attempts + 1, started_at = $1, "
    "lease_owner = $18, due_at = $19 WHERE id = (SELECT id FROM jobs WHERE due_at <= $1 "
    "AND kind IN " CPO_JOB_KINDS
    " AND is_cancel_requested = 0 AND attempts < attempts_max "
    "ORDER BY due_at, id LIMIT 1{}) RETURNING *";

#undef CPO_JOB_KINDS

/// The same.
constexpr std::string_view kEndDue =
    "UPDATE jobs SET lease_owner = NULL, due_at = NULL, finished_at = $2, "
    "state = CASE WHEN is_cancel_requested = 1 THEN 'cancelled' ELSE 'failed' END, "
    "error = CASE WHEN is_cancel_requested = 1 THEN error ELSE $3 END, "
    "error_code = CASE WHEN is_cancel_requested = 1 THEN error_code ELSE $4 END "
    "WHERE id = (SELECT id FROM jobs WHERE id = $1 AND due_at <= $2 "
    "AND (is_cancel_requested = 1 OR attempts >= attempts_max){}) RETURNING *";

constexpr std::string_view kListHeld =
    "SELECT id, is_cancel_requested FROM jobs WHERE lease_owner = $1";

constexpr std::string_view kExtend =
    "UPDATE jobs SET due_at = $3 WHERE id = $1 AND lease_owner = $2 AND state = 'running' "
    "RETURNING id, is_cancel_requested";

constexpr std::string_view kSaveProgress =
    "UPDATE jobs SET done = $3, total = $4, stage = $5 "
    "WHERE id = $1 AND lease_owner = $2 AND state = 'running'";

constexpr std::string_view kFinish =
    "UPDATE jobs SET state = $3, result = $4, error = $5, error_code = $6, done = $7, total = $8, "
    "stage = $9, finished_at = $10, due_at = NULL, lease_owner = NULL "
    "WHERE id = $1 AND lease_owner = $2 AND state = 'running'";

constexpr std::string_view kPutBack =
    "UPDATE jobs SET state = 'queued', error = $3, error_code = $4, done = $5, total = $6, "
    "stage = $7, attempts = $8, due_at = $9, lease_owner = NULL "
    "WHERE id = $1 AND lease_owner = $2 AND state = 'running'";

Result<bool> change_one(Session& session,
                        std::string_view sql,
                        std::initializer_list<Value> values) {
    const auto rows = TRY(session.execute(sql, values));
    return rows.affected == 1;
}

}  // namespace

Result<std::optional<JobRecord>> insert_job(Session& session, const JobRecord& job) {
    assert(!job.kind.empty() && job.due_at);
    return first_of(TRY(session.execute(kInsert,
                                        {job.id,
                                         job.workspace,
                                         job.kind,
                                         job.subject_type,
                                         job.subject_id,
                                         job.input,
                                         time_or_null(job.due_at),
                                         std::int64_t{job.attempts_max},
                                         job.starter.kind,
                                         job.starter.id,
                                         job.starter.person,
                                         job.starter.request_id,
                                         milliseconds_of(job.created_at),
                                         text_or_null(job.idempotency_key),
                                         job.request_hash})));
}

Result<JobRecord> find_job(Session& session, const std::string& workspace, const std::string& id) {
    const auto rows = TRY(session.execute(kFind, {workspace, id}));
    if (rows.empty()) return not_found("job");
    return read(rows.front());
}

Result<JobRecord> find_job_by_key(Session& session,
                                  const std::string& workspace,
                                  const std::string& idempotency_key) {
    const auto rows = TRY(session.execute(kFindByKey, {workspace, idempotency_key}));
    if (rows.empty()) return not_found("job");
    return read(rows.front());
}

Result<Page<JobRecord>> list_job_records(Session& session,
                                         const std::string& workspace,
                                         const JobFilter& filter,
                                         const PageRequest& page) {
    const Rows rows = TRY(
        session.execute(std::string(kList) + page.clause("id", 4),
                        {workspace, filter.kind, filter.state, page.bound(), page.row_count()}));
    std::vector<JobRecord> jobs;
    jobs.reserve(rows.size());
    for (const Row& row : rows) jobs.push_back(read(row));
    return page_of(page, std::move(jobs));
}

Result<std::optional<JobRecord>> request_job_cancel(Session& session,
                                                    const std::string& workspace,
                                                    const std::string& id,
                                                    MilliTime now) {
    return first_of(TRY(session.execute(kRequestCancel, {workspace, id, milliseconds_of(now)})));
}

Result<std::optional<JobRecord>> requeue_job(Session& session,
                                             const std::string& workspace,
                                             const std::string& id,
                                             MilliTime now) {
    return first_of(TRY(session.execute(kRequeue, {workspace, id, milliseconds_of(now)})));
}

Result<JobsDue> find_due_jobs(Session& session, std::span<const std::string> kinds, MilliTime now) {
    JobsDue due;
    due.ended = first_of(TRY(session.execute(kFindEnded, {milliseconds_of(now)})));
    const auto rows =
        TRY(session.execute(kIsAnyClaimable, with_kinds({milliseconds_of(now)}, kinds)));
    due.is_any_claimable = !rows.empty();
    return due;
}

Result<std::optional<JobRecord>> claim_job(Session& session,
                                           std::span<const std::string> kinds,
                                           MilliTime now,
                                           const Lease& lease) {
    auto values = with_kinds({milliseconds_of(now)}, kinds);
    values.emplace_back(lease.owner);
    values.emplace_back(milliseconds_of(lease.until));
    const std::string sql = fmt::format(fmt::runtime(kClaim), session.skip_locked());
    return first_of(TRY(session.execute(sql, values)));
}

Result<std::optional<JobRecord>> end_due_job(Session& session,
                                             const std::string& id,
                                             MilliTime now,
                                             const Error& error) {
    const std::string sql = fmt::format(fmt::runtime(kEndDue), session.skip_locked());
    return first_of(TRY(session.execute(
        sql, {id, milliseconds_of(now), error.message, std::string(name_of(error.code))})));
}

Result<std::vector<JobHeld>> list_jobs_held(Session& session, const std::string& owner) {
    const auto rows = TRY(session.execute(kListHeld, {owner}));
    std::vector<JobHeld> held;
    held.reserve(rows.size());
    for (const Row& row : rows) held.push_back(held_in(row));
    return held;
}

Result<std::optional<JobHeld>> extend_job_lease(Session& session,
                                                const std::string& id,
                                                const Lease& lease) {
    const auto rows =
        TRY(session.execute(kExtend, {id, lease.owner, milliseconds_of(lease.until)}));
    if (rows.empty()) return std::optional<JobHeld>();
    return std::optional(held_in(rows.front()));
}

Result<bool> save_job_progress(Session& session, const JobRecord& job, const std::string& owner) {
    return change_one(session, kSaveProgress, {job.id, owner, job.done, job.total, job.stage});
}

Result<bool> finish_job(Session& session,
                        const JobRecord& job,
                        const std::string& owner,
                        MilliTime now) {
    return change_one(session,
                      kFinish,
                      {job.id,
                       owner,
                       job.state,
                       job.result,
                       job.error,
                       job.error_code,
                       job.done,
                       job.total,
                       job.stage,
                       milliseconds_of(now)});
}

Result<bool> put_back_job(Session& session, const JobRecord& job, const std::string& owner) {
    return change_one(session,
                      kPutBack,
                      {job.id,
                       owner,
                       job.error,
                       job.error_code,
                       job.done,
                       job.total,
                       job.stage,
                       std::int64_t{job.attempts},
                       time_or_null(job.due_at)});
}

Result<std::vector<std::pair<std::string, std::int64_t>>> count_jobs(Session& session) {
    constexpr const char* kCountJobs = "SELECT state, COUNT(*) AS jobs FROM jobs GROUP BY state";
    std::vector<std::pair<std::string, std::int64_t>> counts;
    for (const Row& row : TRY(session.execute(kCountJobs)).rows)
        counts.emplace_back(row.text("state"), row.integer("jobs"));
    return counts;
}

}  // namespace cpo::store
