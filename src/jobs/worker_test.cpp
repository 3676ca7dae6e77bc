#include "jobs/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <set>

#include "jobs/jobs_fixture.h"
#include "store/job_store.h"

namespace cpo::jobs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Lets a test hold a job inside its work.
class Gate {
public:
    void open() { is_open_ = true; }
    bool is_entered() const { return entered_ > 0; }
    int entered() const { return entered_; }
    /// Waits until the gate is open or the context stops.
    void pass(const JobContext* context = nullptr) {
        ++entered_;
        while (!is_open_ && (context == nullptr || !context->is_stopping()))
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }

private:
    std::atomic<bool> is_open_ = false;
    std::atomic<int> entered_ = 0;
};

using Works = std::map<std::string, JobWork>;

class Workers : public JobsTest {
protected:
    static Result<json::object> succeed(JobContext&) { return json::object{{"count", 3}}; }
    std::optional<MilliTime> lease_end(const std::string& id) {
        const auto job = store().read(
            [&](store::Session& session) { return store::find_job(session, workspace(), id); },
            soon());
        return job ? job->due_at : std::nullopt;
    }
    static Error failure(ErrorCode code) { return {code, "the reason", {}}; }
};

TEST_P(Workers, RunAJobAndKeepItsResult) {
    const Works works{{"import", [](JobContext& context) -> Result<json::object> {
                           const auto made = make_effect(context, "effect.make");
                           if (!made) return made.error();
                           context.progress({3, 3, "lines"});
                           return json::object{{"lines", 3}};
                       }}};
    const Job asked = add();
    const auto worker = make_worker(store(), works, quick());
    worker->start();
    ASSERT_TRUE(becomes(asked.id, JobState::kSucceeded));
    const Job job = get(asked.id);
    EXPECT_EQ(job.attempts, 1);
    EXPECT_EQ(write_json(job.result), R"({"lines":3})");
    EXPECT_EQ(job.progress.done, 3);
    EXPECT_EQ(job.progress.stage, "lines");
    EXPECT_EQ(job.finished_at, clock().now());
    EXPECT_FALSE(job.run_after);
    EXPECT_THAT(actions(asked.id),
                ElementsAre("job.create", "job.start", "effect.make", "job.succeed"));
    EXPECT_TRUE(is_chain_intact());
}

TEST_P(Workers, NameTheStarterOfTheJobInTheAuditLog) {
    const Works works{{"import", succeed}};
    const Job job = add();
    const auto worker = make_worker(store(), works, quick());
    worker->start();
    ASSERT_TRUE(becomes(job.id, JobState::kSucceeded));
    store::AuditFilter filter;
    filter.object_id = job.id;
    const auto lines = store().read(
        [&](store::Session& session) { return store::list_audit(session, workspace(), filter); },
        soon());
    ASSERT_TRUE(lines);
    EXPECT_EQ(lines->front().actor.kind, "job");
    EXPECT_EQ(lines->front().actor.id, job.id);
    EXPECT_EQ(lines->front().actor.person, "user-1");
}

TEST_P(Workers, ShareTheJobsAndDoEachOnce) {
    constexpr int kJobs = 200;
    const Works works{{"import", [](JobContext& context) -> Result<json::object> {
                           const auto made = make_effect(context, "effect.make");
                           if (!made) return made.error();
                           return json::object();
                       }}};
    std::vector<std::string> ids;
    for (int i = 0; i < kJobs; ++i) ids.push_back(add().id);
    const auto other_database = scratch().open();
    store::Store other_store(*other_database, clock());
    const auto first = make_worker(store(), works, quick());
    const auto second = make_worker(other_store, works, quick());
    first->start();
    second->start();
    ASSERT_TRUE(eventually([&] { return count("job.succeed") == kJobs; }));
    first->stop();
    second->stop();
    EXPECT_EQ(count("effect.make"), kJobs);
    EXPECT_EQ(count("job.start"), kJobs);
    for (const std::string& id : ids) EXPECT_EQ(count("effect.make", id), 1) << id;
    EXPECT_TRUE(is_chain_intact());
}

TEST_P(Workers, TakeOverAJobWhoseLeaseHasRunOut) {
    Gate gate;
    std::atomic<int> attempt = 0;
    std::atomic<int> aborted = 0;
    const Works works{{"import", [&](JobContext& context) -> Result<json::object> {
                           if (++attempt == 1) gate.pass();
                           const auto made = make_effect(context, "effect.make");
                           if (!made && made.error().code == ErrorCode::kAborted) ++aborted;
                           if (!made) return made.error();
                           return json::object();
                       }}};
    const Job job = add();
    auto options = quick();
    options.lease = std::chrono::minutes(30);
    const auto first = make_worker(store(), works, options);
    first->start();
    ASSERT_TRUE(eventually([&] { return gate.is_entered(); }));
    clock().advance(std::chrono::minutes(31));  // No heartbeat comes: it is due in 10 minutes.
    const auto second = make_worker(store(), works, quick());
    second->start();
    ASSERT_TRUE(becomes(job.id, JobState::kSucceeded));
    gate.open();
    ASSERT_TRUE(eventually([&] { return first->running() == 0; }));
    EXPECT_EQ(aborted, 1);
    EXPECT_EQ(count("effect.make"), 1);
    EXPECT_EQ(count("job.succeed"), 1);
    EXPECT_EQ(get(job.id).attempts, 2);
}

TEST_P(Workers, KeepTheLeaseOfALongJob) {
    Gate gate;
    const Works works{{"import", [&](JobContext& context) -> Result<json::object> {
                           gate.pass(&context);
                           const auto made = make_effect(context, "effect.make");
                           if (!made) return made.error();
                           return json::object();
                       }}};
    auto options = quick();
    options.lease = std::chrono::milliseconds(600);
    const Job job = add();
    const auto first = make_worker(store(), works, options);
    const auto second = make_worker(store(), works, options);
    first->start();
    second->start();
    ASSERT_TRUE(eventually([&] { return gate.is_entered(); }));
    for (int i = 0; i < 8; ++i) {  // Four leases pass on the clock of the store.
        clock().advance(options.lease / 2);
        ASSERT_TRUE(eventually([&] { return lease_end(job.id) == clock().now() + options.lease; }));
    }
    gate.open();
    ASSERT_TRUE(becomes(job.id, JobState::kSucceeded));
    EXPECT_EQ(get(job.id).attempts, 1);
    EXPECT_EQ(gate.entered(), 1);
}

TEST_P(Workers, TryAgainWithGrowingPausesAndThenFail) {
    const Works works{{"import", [](JobContext&) -> Result<json::object> {
                           return failure(ErrorCode::kUnavailable);
                       }}};
    const Job asked = add(NewJob{.kind = "import", .attempts_max = 4}).job;
    const auto worker = make_worker(store(), works, quick());
    worker->start();
    std::chrono::milliseconds before{0};
    for (int attempt = 1; attempt < 4; ++attempt) {
        ASSERT_TRUE(eventually([&] {
            const Job job = get(asked.id);
            return job.attempts == attempt && job.state == JobState::kQueued;
        }));
        const Job job = get(asked.id);
        EXPECT_EQ(job.error, "the reason");
        EXPECT_EQ(job.error_code, "unavailable");
        const auto pause = *job.run_after - clock().now();
        EXPECT_GE(pause, before);
        EXPECT_GE(pause, std::chrono::milliseconds(500 << (attempt - 1)));
        EXPECT_LE(pause, std::chrono::milliseconds(1000 << (attempt - 1)));
        before = pause;
        clock().set(*job.run_after);
    }
    ASSERT_TRUE(becomes(asked.id, JobState::kFailed));
    EXPECT_EQ(get(asked.id).attempts, 4);
    EXPECT_EQ(count("job.postpone"), 3);
    EXPECT_EQ(count("job.fail"), 1);
}

TEST_P(Workers, FailAtOnceWhenTryingAgainWouldNotHelp) {
    const Works works{{"import", [](JobContext&) -> Result<json::object> {
                           return failure(ErrorCode::kInvalidArgument);
                       }}};
    const Job job = add();
    const auto worker = make_worker(store(), works, quick());
    worker->start();
    ASSERT_TRUE(becomes(job.id, JobState::kFailed));
    EXPECT_EQ(get(job.id).error, "the reason");
    EXPECT_EQ(get(job.id).error_code, "invalid_argument");
    EXPECT_EQ(get(job.id).attempts, 1);
}

TEST_P(Workers, RunAFailedJobAgainWhenSomebodyAsks) {
    std::atomic<bool> is_mended = false;
    const Works works{{"import", [&](JobContext& context) -> Result<json::object> {
                           if (!is_mended) return failure(ErrorCode::kInvalidArgument);
                           return succeed(context);
                       }}};
    const Job job = add();
    const auto worker = make_worker(store(), works, quick());
    worker->start();
    ASSERT_TRUE(becomes(job.id, JobState::kFailed));
    is_mended = true;
    ASSERT_TRUE(retry(job.id));
    ASSERT_TRUE(becomes(job.id, JobState::kSucceeded));
    EXPECT_EQ(get(job.id).attempts, 1);
    EXPECT_EQ(get(job.id).error, "");
}

TEST_P(Workers, StopARunningJobThatIsCancelled) {
    Gate gate;
    std::atomic<bool> has_deadline_passed = false;
    const Works works{{"import", [&](JobContext& context) -> Result<json::object> {
                           gate.pass(&context);
                           has_deadline_passed = context.deadline().has_passed();
                           const auto made = make_effect(context, "effect.make");
                           if (!made) return made.error();
                           return json::object();
                       }}};
    const Job job = add();
    const auto worker = make_worker(store(), works, quick());
    worker->start();
    ASSERT_TRUE(eventually([&] { return gate.is_entered(); }));
    const auto asked = cancel(job.id);
    ASSERT_TRUE(asked) << asked.error().message;
    EXPECT_EQ(asked->state, JobState::kRunning);
    EXPECT_TRUE(asked->is_cancel_requested);
    ASSERT_TRUE(becomes(job.id, JobState::kCancelled));
    EXPECT_TRUE(has_deadline_passed);
    EXPECT_EQ(count("effect.make"), 0);
    EXPECT_THAT(actions(job.id),
                ElementsAre("job.create", "job.start", "job.request_cancel", "job.cancel"));
}

TEST_P(Workers, NoticeCancelAtTheVeryNextCheckpoint) {
    Gate gate;
    const Works works{{"import", [&](JobContext& context) -> Result<json::object> {
                           gate.pass();
                           const auto made = make_effect(context, "effect.make");
                           if (!made) return made.error();
                           return json::object();
                       }}};
    auto options = quick();
    options.lease = std::chrono::hours(1);
    const Job job = add();
    const auto worker = make_worker(store(), works, options);
    worker->start();
    ASSERT_TRUE(eventually([&] { return gate.is_entered(); }));
    ASSERT_TRUE(cancel(job.id));
    gate.open();
    ASSERT_TRUE(becomes(job.id, JobState::kCancelled));
    EXPECT_EQ(count("effect.make"), 0);
}

TEST_P(Workers, LeaveJobsOfKindsTheyDoNotKnow) {
    const Works works{{"import", succeed}};
    const Job unknown = add("campaign");
    const Job known = add("import");
    const auto worker = make_worker(store(), works, quick());
    worker->start();
    ASSERT_TRUE(becomes(known.id, JobState::kSucceeded));
    worker->stop();
    EXPECT_EQ(state_of(unknown.id), JobState::kQueued);
    EXPECT_EQ(get(unknown.id).attempts, 0);
}

TEST_P(Workers, ReleaseWhatIsNotDoneWhenTheyStop) {
    Gate gate;
    std::atomic<int> attempt = 0;
    const Works works{{"import", [&](JobContext& context) -> Result<json::object> {
                           if (++attempt == 1) {
                               gate.pass(&context);
                               return failure(ErrorCode::kDeadlineExceeded);
                           }
                           return succeed(context);
                       }}};
    auto options = quick();
    options.drain = std::chrono::milliseconds(20);
    options.threads = 1;  // A second one, about to claim, would take it and release it once more.
    const Job job = add();
    const auto first = make_worker(store(), works, options);
    first->start();
    ASSERT_TRUE(eventually([&] { return gate.is_entered(); }));
    first->stop();
    EXPECT_EQ(state_of(job.id), JobState::kQueued);
    EXPECT_EQ(get(job.id).attempts, 0);
    EXPECT_EQ(get(job.id).error, "");
    EXPECT_EQ(count("job.release"), 1);
    const auto second = make_worker(store(), works, quick());
    second->start();
    ASSERT_TRUE(becomes(job.id, JobState::kSucceeded));
    EXPECT_EQ(get(job.id).attempts, 1);
}

TEST_P(Workers, LetRunningJobsFinishWhenTheyStop) {
    Gate gate;
    const Works works{{"import", [&](JobContext& context) -> Result<json::object> {
                           gate.pass();
                           return context.is_stopping() ? failure(ErrorCode::kInternal)
                                                        : succeed(context);
                       }}};
    const Job job = add();
    const auto worker = make_worker(store(), works, quick());
    worker->start();
    ASSERT_TRUE(eventually([&] { return gate.is_entered(); }));
    std::thread stopping([&] { worker->stop(); });
    gate.open();
    stopping.join();
    EXPECT_EQ(state_of(job.id), JobState::kSucceeded);
    EXPECT_EQ(worker->running(), 0);
}

TEST_P(Workers, FailAJobWhoseWorkersDieAgainAndAgain) {
    const Job job = add(NewJob{.kind = "import", .attempts_max = 3}).job;
    const std::vector<std::string> kinds{"import"};
    for (int attempt = 0; attempt < 3; ++attempt) {  // Workers that claim and are never seen again.
        const auto claimed = store().maintain(
            [&](store::Session& session) {
                const auto now = clock().now();
                return store::claim_job(
                    session, kinds, now, {"gone", now + std::chrono::seconds(30)});
            },
            soon());
        ASSERT_TRUE(claimed) << claimed.error().message;
        ASSERT_TRUE(*claimed);
        clock().advance(std::chrono::seconds(31));
    }
    std::atomic<int> runs = 0;
    const Works works{{"import", [&](JobContext& context) {
                           ++runs;
                           return succeed(context);
                       }}};
    const auto worker = make_worker(store(), works, quick());
    worker->start();
    ASSERT_TRUE(becomes(job.id, JobState::kFailed));
    EXPECT_EQ(runs, 0);
    EXPECT_THAT(get(job.id).error, HasSubstr("its worker was lost 3 times"));
    EXPECT_EQ(get(job.id).error_code, "internal");
    EXPECT_EQ(count("job.fail"), 1);
}

TEST_P(Workers, FailAJobWhoseResultIsTooLarge) {
    const Works works{{"import", [](JobContext&) -> Result<json::object> {
                           return json::object{{"text", std::string(kJobResultBytesMax, 'x')}};
                       }}};
    const Job job = add();
    const auto worker = make_worker(store(), works, quick());
    worker->start();
    ASSERT_TRUE(becomes(job.id, JobState::kFailed));
    EXPECT_EQ(get(job.id).error, "the result of the job could not be stored");
}

TEST_P(Workers, OutliveAJobThatThrows) {
    const Works works{
        {"import",
         [](JobContext&) -> Result<json::object> { throw std::runtime_error("from a library"); }},
        {"campaign", succeed}};
    const Job bad = add();
    const Job good = add("campaign");
    const auto worker = make_worker(store(), works, quick());
    worker->start();
    ASSERT_TRUE(becomes(bad.id, JobState::kFailed));
    ASSERT_TRUE(becomes(good.id, JobState::kSucceeded));
}

TEST_P(Workers, PublishProgressWhileTheyRun) {
    Gate gate;
    const Works works{{"import", [&](JobContext& context) -> Result<json::object> {
                           for (int i = 0; i < 1000; ++i) context.progress({i, 1000, "lines"});
                           gate.pass(&context);
                           return json::object();
                       }}};
    const Job job = add();
    const auto worker = make_worker(store(), works, quick());
    worker->start();
    ASSERT_TRUE(eventually([&] { return get(job.id).progress.done == 999; }));
    EXPECT_EQ(get(job.id).progress.total, 1000);
    gate.open();
    ASSERT_TRUE(becomes(job.id, JobState::kSucceeded));
    const auto page = store().read(
        [&](store::Session& session) { return store::read_stream(session, workspace(), 0); },
        soon());
    ASSERT_TRUE(page);
    long published = 0;
    for (const store::StreamLine& line : page->lines)
        if (line.topic == "job" && line.action == "progress") ++published;
    EXPECT_GE(published, 1);
    EXPECT_LE(published, 20);
}

TEST_P(Workers, RefuseACheckpointThatRecordsNothing) {
    const Works works{{"import", [](JobContext& context) -> Result<json::object> {
                           const auto done =
                               context.checkpoint([](store::Change&) { return Result<void>(); });
                           if (!done) return done.error();
                           return json::object();
                       }}};
    const Job job = add();
    const auto worker = make_worker(store(), works, quick());
    worker->start();
    ASSERT_TRUE(becomes(job.id, JobState::kFailed));
}

INSTANTIATE_TEST_SUITE_P(Engines, Workers, kEngines, engine_name);

}  // namespace
}  // namespace cpo::jobs
