#pragma once

#include <utility>

#include "jobs/job_record.h"
#include "jobs/worker.h"

namespace cpo::jobs {

/// For tests: runs work on the calling thread, as if a worker held the job. `break_checkpoints`
/// makes each checkpoint fail after its work was done, as a crash before the commit would.
class DirectContext final : public JobContext {
public:
    DirectContext(store::Store& store, Job job) : store_(store), job_(std::move(job)) {}

    const Job& job() const override { return job_; }
    bool is_stopping() const override { return is_called_off; }
    Deadline deadline() const override {
        return is_called_off ? Deadline::after(std::chrono::milliseconds(0)) : Deadline::never();
    }
    Result<void> checkpoint(const std::function<Result<void>(store::Change&)>& work) override {
        ++checkpoints;
        return store_.change(
            job_.workspace,
            actor_of(job_),
            [&](store::Change& change) -> Result<void> {
                TRY(work(change));
                if (break_checkpoints) return Error{ErrorCode::kAborted, "the lease is lost", {}};
                return {};
            },
            Deadline::never());
    }
    void progress(const JobProgress& progress) override { progresses.push_back(progress); }

    bool is_called_off = false;
    bool break_checkpoints = false;
    int checkpoints = 0;
    std::vector<JobProgress> progresses;

private:
    store::Store& store_;
    Job job_;
};

}  // namespace cpo::jobs
