#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>

#include "jobs/worker.h"
#include "store/job_store.h"

namespace cpo::jobs {

/// One claimed job while a worker runs it. The thread that does the work calls the JobContext part
/// and finish(); the worker's keeper and stop() call the rest. Thread-safe.
class RunningJob final : public JobContext {
public:
    using SteadyTime = std::chrono::steady_clock::time_point;

    /// `store` must outlive it.
    RunningJob(store::Store& store, Job job, std::string owner, std::chrono::milliseconds lease);

    const Job& job() const override { return job_; }
    bool is_stopping() const override { return is_called_off_; }
    Deadline deadline() const override { return Deadline::never().unless(is_called_off_); }
    Result<void> checkpoint(const std::function<Result<void>(store::Change&)>& work) override;
    void progress(const JobProgress& progress) override;

    /// Tells the work to stop.
    void call_off() { is_called_off_ = true; }
    void notice_cancel();
    /// Extends the lease and saves progress when either is due. Passes over a job whose checkpoint
    /// is being written: that extends the lease itself.
    Result<void> keep();
    /// Writes how the work ended, or queues it again after `pause` when it may mend. Nothing when
    /// the job is not this worker's any more.
    Result<void> finish(const Result<json::object>& outcome, std::chrono::milliseconds pause);
    /// Queues the job again without counting the attempt.
    Result<void> release();

private:
    store::Lease new_lease() const;
    store::JobRecord record() const;
    Result<void> extend(store::Session& session);
    Result<void> write_end(const store::JobRecord& end, std::string action);
    Result<void> put_back(const store::JobRecord& waiting, std::string action);
    Result<void> close(const std::function<Result<void>(store::Change&)>& work);

    store::Store* store_;
    const Job job_;
    const std::string owner_;
    const std::chrono::milliseconds lease_;
    std::atomic<bool> is_called_off_ = false;
    std::atomic<bool> is_cancel_requested_ = false;

    mutable std::mutex progress_mutex_;
    JobProgress progress_;
    bool is_progress_unsaved_ = false;

    std::mutex store_mutex_;  ///< Held while this job is written; guards what follows.
    bool is_closed_ = false;  ///< Finished, released or lost: nothing may be written.
    SteadyTime extended_at_;
    SteadyTime progress_saved_at_{};
};

}  // namespace cpo::jobs
