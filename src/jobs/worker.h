#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "jobs/queue.h"

namespace cpo::jobs {

/// What a running job holds: its lease, and the way to save what is done.
class JobContext {
public:
    virtual ~JobContext() = default;
    virtual const Job& job() const = 0;
    /// True when the lease is lost, cancel is asked for or the worker has drained long enough; long
    /// work looks at it (`deadline` below passes then too).
    virtual bool is_stopping() const = 0;
    virtual Deadline deadline() const = 0;
    /// Saves a finished step: runs `work` in one transaction that also checks that the lease is
    /// still this worker's, so a worker that was thought dead cannot write twice. `work` records
    /// what it did, as every change does. Errors: those of `work`; kAborted when the lease is gone
    /// or cancel was asked for (give up, write nothing more).
    virtual Result<void> checkpoint(const std::function<Result<void>(store::Change&)>& work) = 0;
    /// For the progress bar; cheap and never waits: at most four a second reach the store.
    virtual void progress(const JobProgress& progress) = 0;
};

/// Does one kind of job; called again from the start after a crash, so it first looks at what is
/// checkpointed already. The result is stored when it succeeds. An error of code kUnavailable,
/// kDeadlineExceeded or kResourceExhausted is tried again with back-off, any other fails the job.
/// It must return soon once is_stopping(): stop() waits for it.
using JobWork = std::function<Result<json::object>(JobContext&)>;

struct WorkerOptions {
    int threads = 2;
    /// Heartbeats come at a third of it. Machines that share a store compare it with their own
    /// clocks, so it must be far longer than these differ (NTP: well below a second); a clock that
    /// is further off costs work done twice, never an effect twice.
    std::chrono::milliseconds lease{30'000};
    std::chrono::milliseconds poll{250};       ///< How often an idle thread looks.
    std::chrono::milliseconds backoff{1'000};  ///< First pause; doubles, with jitter, to 5 min.
    std::chrono::milliseconds drain{25'000};   ///< stop() waits this long, then releases.
    /// Told what no job can show: the store does not answer, a job could not be finished. Called
    /// from the worker's threads; may be empty.
    std::function<void(const Error&)> on_error;
};

/// Claims and runs jobs until it is stopped. Any number of workers, in any number of processes,
/// share one store: each job's effect happens once.
class Worker {
public:
    virtual ~Worker() = default;
    virtual void start() = 0;
    /// Wakes an idle thread now instead of at its next look.
    virtual void wake() = 0;
    /// Stops claiming, lets running jobs finish for `drain`, then releases them for another worker
    /// (no attempt is lost). Blocks. Idempotent.
    virtual void stop() = 0;
    virtual int running() const = 0;
};
/// `store` and `works` (by kind, at most store::kJobKindsMax) must outlive it. Jobs of other kinds
/// stay queued for a worker that knows them. The destructor stops.
std::unique_ptr<Worker> make_worker(store::Store& store,
                                    const std::map<std::string, JobWork>& works,
                                    WorkerOptions options);

}  // namespace cpo::jobs
