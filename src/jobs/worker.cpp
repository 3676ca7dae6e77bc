#include "jobs/worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "base/id.h"
#include "jobs/backoff.h"
#include "jobs/job_record.h"
#include "jobs/running_job.h"

namespace cpo::jobs {
namespace {

constexpr std::chrono::milliseconds kClaimTime{10'000};
/// The keeper looks this often, so that cancel is felt and progress seen.
constexpr std::chrono::milliseconds kKeeperPauseMax{100};

Result<json::object> do_work(const JobWork& work, JobContext& context) {
    try {
        return work(context);
    } catch (const std::exception& exception) {
        // A library's exception that got through is our bug, yet one job must not end all others.
        return Error{ErrorCode::kInternal, "the job failed unexpectedly", exception.what()};
    }
}

Error nothing_due() { return {ErrorCode::kNotFound, "no job is due", {}}; }

Error worn_out(const store::JobRecord& job) {
    return {ErrorCode::kInternal,
            fmt::format("its worker was lost {} times, the last time after {}: look at the log of "
                        "the server from then on, then retry",
                        job.attempts,
                        job.started_at ? format_time(*job.started_at) : "its start"),
            {}};
}

class ThreadedWorker final : public Worker {
public:
    ThreadedWorker(store::Store& store,
                   const std::map<std::string, JobWork>& works,
                   WorkerOptions options)
        : store_(&store),
          works_(&works),
          options_(std::move(options)),
          owner_(new_id(store.clock().now())),
          random_(std::hash<std::string>{}(owner_)) {
        assert(works.size() <= store::kJobKindsMax);
        for (const auto& [kind, work] : works) kinds_.push_back(kind);
    }
    ~ThreadedWorker() override { stop(); }

    void start() override;
    void wake() override;
    void stop() override;
    int running() const override;

private:
    using Running = std::shared_ptr<RunningJob>;

    void work_until_stopped();
    void keep_until_stopped();
    void keep_all();
    /// The next job, or nothing when none is due.
    Result<Running> claim();
    Result<void> end_due(const store::JobRecord& job);
    void run(const Running& job);
    bool add(const Running& job);
    void remove(const Running& job);
    std::chrono::milliseconds pause_after(const Job& job);
    void report(const Result<void>& result) const;

    store::Store* store_;
    const std::map<std::string, JobWork>* works_;
    const WorkerOptions options_;
    const std::string owner_;  ///< Of this worker's leases; new with each, so never mistaken.
    std::vector<std::string> kinds_;

    std::mutex stop_mutex_;  ///< One stop() at a time.
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool is_stopping_ = false;  ///< Claim nothing more.
    bool is_drained_ = false;   ///< Start nothing more.
    bool is_keeper_done_ = false;
    int wakes_ = 0;
    int active_threads_ = 0;
    std::vector<Running> running_;
    Random random_;

    std::vector<std::thread> threads_;
    std::thread keeper_;
};

void ThreadedWorker::start() {
    const std::lock_guard lock(mutex_);
    if (!threads_.empty() || is_stopping_ || kinds_.empty()) return;
    keeper_ = std::thread([this] { keep_until_stopped(); });
    active_threads_ = std::max(options_.threads, 1);
    for (int i = 0; i < active_threads_; ++i)
        threads_.emplace_back([this] { work_until_stopped(); });
}

void ThreadedWorker::wake() {
    {
        const std::lock_guard lock(mutex_);
        ++wakes_;
    }
    changed_.notify_all();
}

int ThreadedWorker::running() const {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(running_.size());
}

void ThreadedWorker::stop() {
    const std::lock_guard one_at_a_time(stop_mutex_);
    std::vector<Running> left;
    {
        std::unique_lock lock(mutex_);
        is_stopping_ = true;
        changed_.notify_all();
        changed_.wait_for(lock, options_.drain, [&] { return active_threads_ == 0; });
        is_drained_ = true;
        left = running_;
    }
    for (const Running& job : left) report(job->release());
    for (std::thread& thread : threads_)
        if (thread.joinable()) thread.join();
    {
        const std::lock_guard lock(mutex_);
        is_keeper_done_ = true;
    }
    changed_.notify_all();
    if (keeper_.joinable()) keeper_.join();
}

void ThreadedWorker::report(const Result<void>& result) const {
    if (!result && options_.on_error) options_.on_error(result.error());
}

void ThreadedWorker::work_until_stopped() {
    std::unique_lock lock(mutex_);
    while (!is_stopping_) {
        const int wakes_seen = wakes_;
        lock.unlock();
        const auto job = claim();
        if (!job) report(job.error());
        if (job && *job) run(*job);
        lock.lock();
        if (job && *job) continue;
        changed_.wait_for(
            lock, options_.poll, [&] { return is_stopping_ || wakes_ != wakes_seen; });
    }
    --active_threads_;
    changed_.notify_all();
}

Result<ThreadedWorker::Running> ThreadedWorker::claim() {
    const auto deadline = Deadline::after(kClaimTime);
    const auto due = TRY(store_->read(
        [&](store::Session& session) {
            return store::find_due_jobs(session, kinds_, store_->clock().now());
        },
        deadline));
    if (due.ended) report(end_due(*due.ended));
    if (!due.is_any_claimable) return Running();
    std::optional<Job> job;
    const auto claimed = store_->change_found(
        [&](store::Session& session) -> Result<store::ChangeOwner> {
            const auto now = store_->clock().now();
            const auto record =
                TRY(store::claim_job(session, kinds_, now, {owner_, now + options_.lease}));
            if (!record) return nothing_due();
            job = TRY(job_of(*record));
            return store::ChangeOwner{job->workspace, actor_of(*job)};
        },
        [&](store::Change& change) {
            return change.record(entry("job.start", job->id, {{"attempt", job->attempts}}));
        },
        deadline);
    if (!claimed && claimed.error().code == ErrorCode::kNotFound) return Running();
    if (!claimed) return claimed.error();
    return std::make_shared<RunningJob>(*store_, *std::move(job), owner_, options_.lease);
}

Result<void> ThreadedWorker::end_due(const store::JobRecord& job) {
    auto ended = store_->change(
        job.workspace,
        {"job", job.id, job.starter.person, {}},
        [&](store::Change& change) -> Result<void> {
            const auto record =
                TRY(store::end_due_job(change.session(), job.id, change.now(), worn_out(job)));
            if (!record) return nothing_due();
            const bool is_cancelled = record->is_cancel_requested;
            json::object data{{"attempt", record->attempts}};
            if (!is_cancelled) data["error_code"] = record->error_code;
            return change.record(
                entry(is_cancelled ? "job.cancel" : "job.fail", job.id, std::move(data)));
        },
        Deadline::after(kClaimTime));
    if (!ended && ended.error().code == ErrorCode::kNotFound) return {};  // Others were faster.
    return ended;
}

bool ThreadedWorker::add(const Running& job) {
    const std::lock_guard lock(mutex_);
    if (is_drained_) return false;
    running_.push_back(job);
    return true;
}

void ThreadedWorker::remove(const Running& job) {
    const std::lock_guard lock(mutex_);
    std::erase(running_, job);
}

std::chrono::milliseconds ThreadedWorker::pause_after(const Job& job) {
    const std::lock_guard lock(mutex_);
    return backoff(job.attempts, options_.backoff, random_);
}

void ThreadedWorker::run(const Running& job) {
    if (!add(job)) {
        report(job->release());
        return;
    }
    const auto outcome = do_work(works_->at(job->job().kind), *job);
    report(job->finish(outcome, pause_after(job->job())));
    remove(job);
}

void ThreadedWorker::keep_until_stopped() {
    const auto pause =
        std::clamp(options_.lease / 6, std::chrono::milliseconds(1), kKeeperPauseMax);
    std::unique_lock lock(mutex_);
    while (!is_keeper_done_) {
        changed_.wait_for(lock, pause, [&] { return is_keeper_done_; });
        lock.unlock();
        keep_all();
        lock.lock();
    }
}

void ThreadedWorker::keep_all() {
    std::vector<Running> running;
    {
        const std::lock_guard lock(mutex_);
        running = running_;
    }
    if (running.empty()) return;
    const auto held = store_->read(
        [&](store::Session& session) { return store::list_jobs_held(session, owner_); },
        Deadline::after(options_.lease / 3));
    if (!held) report(held.error());
    for (const Running& job : running) {
        if (held) {
            const auto mine =
                std::find_if(held->begin(), held->end(), [&](const store::JobHeld& one) {
                    return one.id == job->job().id;
                });
            if (mine == held->end())
                job->call_off();
            else if (mine->is_cancel_requested)
                job->notice_cancel();
        }
        report(job->keep());
    }
}

}  // namespace

std::unique_ptr<Worker> make_worker(store::Store& store,
                                    const std::map<std::string, JobWork>& works,
                                    WorkerOptions options) {
    return std::make_unique<ThreadedWorker>(store, works, std::move(options));
}

}  // namespace cpo::jobs
