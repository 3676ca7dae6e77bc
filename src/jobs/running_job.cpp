#include "jobs/running_job.h"

#include <fmt/format.h>

#include <utility>

#include "jobs/job_record.h"

namespace cpo::jobs {
namespace {

constexpr std::chrono::milliseconds kProgressPause{250};
constexpr std::chrono::milliseconds kWriteTime{10'000};
/// A checkpoint may hold a whole stage.
constexpr std::chrono::milliseconds kCheckpointTime{120'000};
constexpr std::size_t kErrorBytesMax = 2000;

Error lost() { return {ErrorCode::kAborted, "another worker has taken this job over", {}}; }

Error cancelled() { return {ErrorCode::kAborted, "this job is being cancelled", {}}; }

bool may_mend(ErrorCode code) {
    return code == ErrorCode::kUnavailable || code == ErrorCode::kDeadlineExceeded ||
           code == ErrorCode::kResourceExhausted;
}

/// `text` cut between characters.
std::string cut(std::string text) {
    if (text.size() <= kErrorBytesMax) return text;
    std::size_t size = kErrorBytesMax;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
    text.resize(size);
    return text;
}

void set_error(store::JobRecord& record, const Error& error) {
    record.error = cut(error.message);
    record.error_code = name_of(error.code);
}

}  // namespace

RunningJob::RunningJob(store::Store& store,
                       Job job,
                       std::string owner,
                       std::chrono::milliseconds lease)
    : store_(&store),
      job_(std::move(job)),
      owner_(std::move(owner)),
      lease_(lease),
      progress_(job_.progress),
      extended_at_(std::chrono::steady_clock::now()) {}

store::Lease RunningJob::new_lease() const { return {owner_, store_->clock().now() + lease_}; }

store::JobRecord RunningJob::record() const {
    store::JobRecord record;
    record.id = job_.id;
    record.workspace = job_.workspace;
    record.attempts = job_.attempts;
    const std::lock_guard lock(progress_mutex_);
    record.done = progress_.done;
    record.total = progress_.total;
    record.stage = progress_.stage;
    return record;
}

void RunningJob::notice_cancel() {
    is_cancel_requested_ = true;
    is_called_off_ = true;
}

Result<void> RunningJob::extend(store::Session& session) {
    const auto held = TRY(store::extend_job_lease(session, job_.id, new_lease()));
    if (!held) return lost();
    if (held->is_cancel_requested) notice_cancel();
    return {};
}

Result<void> RunningJob::checkpoint(const std::function<Result<void>(store::Change&)>& work) {
    const std::lock_guard lock(store_mutex_);
    if (is_closed_) return lost();
    bool is_lost = false;
    const auto started_at = std::chrono::steady_clock::now();
    auto done = store_->change(
        job_.workspace,
        actor_of(job_),
        [&](store::Change& change) -> Result<void> {
            // First of all, so that the row is locked until the commit.
            const auto held = extend(change.session());
            is_lost = !held && held.error().code == ErrorCode::kAborted;
            if (!held) return held.error();
            if (is_cancel_requested_) return cancelled();
            return work(change);
        },
        Deadline::after(kCheckpointTime));
    if (done) extended_at_ = started_at;
    if (is_lost) {
        is_closed_ = true;
        call_off();
    }
    return done;
}

void RunningJob::progress(const JobProgress& progress) {
    const std::lock_guard lock(progress_mutex_);
    progress_ = progress;
    is_progress_unsaved_ = true;
}

Result<void> RunningJob::keep() {
    const std::unique_lock lock(store_mutex_, std::try_to_lock);
    if (!lock || is_closed_) return {};
    const auto now = std::chrono::steady_clock::now();
    bool is_progress_due = false;
    if (now - progress_saved_at_ >= kProgressPause) {
        const std::lock_guard progress_lock(progress_mutex_);
        is_progress_due = std::exchange(is_progress_unsaved_, false);
    }
    if (!is_progress_due && now - extended_at_ < lease_ / 3) return {};
    auto kept = store_->publish(
        job_.workspace,
        [&](store::Change& change) -> Result<void> {
            TRY(extend(change.session()));
            if (!is_progress_due) return {};
            const auto saving = record();
            const auto saved = store::save_job_progress(change.session(), saving, owner_);
            if (!saved) return saved.error();
            return change.publish(
                "job",
                job_.id,
                {{"done", saving.done}, {"total", saving.total}, {"stage", saving.stage}});
        },
        Deadline::after(lease_ / 3));
    if (kept) {
        extended_at_ = now;
        if (is_progress_due) progress_saved_at_ = now;
        return {};
    }
    if (is_progress_due) {
        const std::lock_guard progress_lock(progress_mutex_);
        is_progress_unsaved_ = true;
    }
    // Without a heartbeat for a whole lease somebody else may be at it.
    const bool is_lost = kept.error().code == ErrorCode::kAborted || now - extended_at_ > lease_;
    if (is_lost) call_off();
    return kept;
}

Result<void> RunningJob::close(const std::function<Result<void>(store::Change&)>& work) {
    if (is_closed_) return {};
    auto done = store_->change(job_.workspace, actor_of(job_), work, Deadline::after(kWriteTime));
    // Lost before: whoever has it now writes its end.
    if (!done && done.error().code == ErrorCode::kAborted) {
        is_closed_ = true;
        return {};
    }
    if (done) is_closed_ = true;
    return done;
}

Result<void> RunningJob::write_end(const store::JobRecord& end, std::string action) {
    return close([&](store::Change& change) -> Result<void> {
        const bool is_mine = TRY(store::finish_job(change.session(), end, owner_, change.now()));
        if (!is_mine) return lost();
        json::object data{{"attempt", job_.attempts}};
        if (!end.error_code.empty()) data["error_code"] = end.error_code;
        return change.record(entry(action, job_.id, std::move(data)));
    });
}

Result<void> RunningJob::put_back(const store::JobRecord& waiting, std::string action) {
    return close([&](store::Change& change) -> Result<void> {
        const bool is_mine = TRY(store::put_back_job(change.session(), waiting, owner_));
        if (!is_mine) return lost();
        json::object data{{"attempt", job_.attempts}, {"run_after", format_time(*waiting.due_at)}};
        if (!waiting.error_code.empty()) data["error_code"] = waiting.error_code;
        return change.record(entry(action, job_.id, std::move(data)));
    });
}

Result<void> RunningJob::finish(const Result<json::object>& outcome,
                                std::chrono::milliseconds pause) {
    const std::lock_guard lock(store_mutex_);
    auto end = record();
    if (outcome) {
        end.state = name_of(JobState::kSucceeded);
        end.result = write_json(*outcome);
        if (end.result.size() <= kJobResultBytesMax) {
            auto written = write_end(end, "job.succeed");
            if (written || may_mend(written.error().code)) return written;
        }
        end.result = "{}";
        set_error(end, {ErrorCode::kInternal, "the result of the job could not be stored", {}});
    } else {
        set_error(end, outcome.error());
    }
    if (!outcome && is_cancel_requested_) {
        end.state = name_of(JobState::kCancelled);
        return write_end(end, "job.cancel");
    }
    if (!outcome && may_mend(outcome.error().code) && job_.attempts < job_.attempts_max) {
        end.due_at = store_->clock().now() + pause;
        return put_back(end, "job.postpone");
    }
    end.state = name_of(JobState::kFailed);
    return write_end(end, "job.fail");
}

Result<void> RunningJob::release() {
    // Locked first: the work, called off, must not write an end of its own before.
    const std::lock_guard lock(store_mutex_);
    call_off();
    auto waiting = record();
    waiting.attempts = job_.attempts - 1;
    waiting.due_at = store_->clock().now();
    waiting.error = job_.error;
    waiting.error_code = job_.error_code;
    return put_back(waiting, "job.release");
}

}  // namespace cpo::jobs
