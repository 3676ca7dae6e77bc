#include "jobs/queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "jobs/backoff.h"
#include "jobs/jobs_fixture.h"

namespace cpo::jobs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Queue : public JobsTest {
protected:
    std::vector<std::string> list(const JobFilter& filter, const store::PageRequest& page = {}) {
        const auto jobs = store().read(
            [&](store::Session& session) { return list_jobs(session, workspace(), filter, page); },
            soon());
        EXPECT_TRUE(jobs) << jobs.error().message;
        std::vector<std::string> ids;
        for (const Job& job : jobs->items) ids.push_back(job.id);
        return ids;
    }
    Result<Enqueued> try_add(const NewJob& job) {
        return store().change(
            workspace(),
            actor(),
            [&](store::Change& change) { return enqueue(change, job); },
            soon());
    }
};

TEST_P(Queue, KeepsEverythingThatAJobNeeds) {
    const NewJob asked{.kind = "campaign",
                       .subject_type = "campaign_run",
                       .subject_id = "run-1",
                       .input = {{"goal", "win back"}, {"seed", 7}},
                       .attempts_max = 3};
    const auto added = add(asked);
    EXPECT_TRUE(added.is_new);
    const Job job = get(added.job.id);
    EXPECT_EQ(job.workspace, workspace());
    EXPECT_EQ(job.kind, "campaign");
    EXPECT_EQ(job.subject_type, "campaign_run");
    EXPECT_EQ(job.subject_id, "run-1");
    EXPECT_EQ(json::value(job.input), json::value(asked.input));
    EXPECT_EQ(job.state, JobState::kQueued);
    EXPECT_EQ(job.attempts, 0);
    EXPECT_EQ(job.attempts_max, 3);
    EXPECT_EQ(job.starter.person, "user-1");
    EXPECT_EQ(job.starter.request_id, "request-1");
    EXPECT_EQ(job.created_at, clock().now());
    EXPECT_EQ(job.run_after, clock().now());
    EXPECT_FALSE(job.started_at);
    EXPECT_THAT(actions(job.id), ElementsAre("job.create"));
}

TEST_P(Queue, GivesTheEarlierJobForTheSameKey) {
    const NewJob asked{.kind = "import", .idempotency_key = "key-1", .request_hash = "abc"};
    const auto first = add(asked);
    const auto second = add(asked);
    EXPECT_TRUE(first.is_new);
    EXPECT_FALSE(second.is_new);
    EXPECT_EQ(second.job.id, first.job.id);
    EXPECT_THAT(list({}), ElementsAre(first.job.id));
}

TEST_P(Queue, RefusesAKeyThatWasUsedForAnotherRequest) {
    add(NewJob{.kind = "import", .idempotency_key = "key-1", .request_hash = "abc"});
    const auto other_body =
        try_add({.kind = "import", .idempotency_key = "key-1", .request_hash = "abd"});
    ASSERT_FALSE(other_body);
    EXPECT_EQ(other_body.error().code, ErrorCode::kAlreadyExists);
    const auto other_kind =
        try_add({.kind = "campaign", .idempotency_key = "key-1", .request_hash = "abc"});
    ASSERT_FALSE(other_kind);
    EXPECT_EQ(other_kind.error().code, ErrorCode::kAlreadyExists);
}

TEST_P(Queue, LetsEachWorkspaceUseTheSameKey) {
    const NewJob asked{.kind = "import", .idempotency_key = "key-1", .request_hash = "abc"};
    const auto mine = add(asked);
    const auto other = make_workspace("Other");
    const auto theirs = store().change(
        other, actor(), [&](store::Change& change) { return enqueue(change, asked); }, soon());
    ASSERT_TRUE(theirs) << theirs.error().message;
    EXPECT_TRUE(theirs->is_new);
    EXPECT_NE(theirs->job.id, mine.job.id);
}

TEST_P(Queue, ShowsNobodyTheJobsOfAnotherWorkspace) {
    const Job mine = add();
    const auto other = make_workspace("Other");
    const auto seen = store().read(
        [&](store::Session& session) { return get_job(session, other, mine.id); }, soon());
    ASSERT_FALSE(seen);
    EXPECT_EQ(seen.error().code, ErrorCode::kNotFound);
    const auto cancelled = store().change(
        other, actor(), [&](store::Change& change) { return cancel_job(change, mine.id); }, soon());
    ASSERT_FALSE(cancelled);
    EXPECT_EQ(cancelled.error().code, ErrorCode::kNotFound);
    EXPECT_EQ(state_of(mine.id), JobState::kQueued);
}

TEST_P(Queue, RefusesInputsAndKeysBeyondTheirLimits) {
    const auto long_input =
        try_add({.kind = "import", .input = {{"text", std::string(kJobInputBytesMax, 'x')}}});
    ASSERT_FALSE(long_input);
    EXPECT_EQ(long_input.error().code, ErrorCode::kInvalidArgument);
    const auto long_key = try_add(
        {.kind = "import", .idempotency_key = std::string(kIdempotencyKeyBytesMax + 1, 'k')});
    ASSERT_FALSE(long_key);
    EXPECT_EQ(long_key.error().code, ErrorCode::kInvalidArgument);
}

TEST_P(Queue, ListsTheNewestFirstAndPagesBothWays) {
    std::vector<std::string> ids;
    for (int i = 0; i < 5; ++i) ids.insert(ids.begin(), add(i == 2 ? "campaign" : "import").id);
    EXPECT_EQ(list({}), ids);
    EXPECT_THAT(list({}, {{}, {}, 2}), ElementsAre(ids[0], ids[1]));
    EXPECT_THAT(list({}, {ids[1], {}, 2}), ElementsAre(ids[2], ids[3]));
    EXPECT_THAT(list({}, {{}, ids[3], 2}), ElementsAre(ids[1], ids[2]));
    EXPECT_THAT(list({"campaign", {}}), ElementsAre(ids[2]));
    EXPECT_THAT(list({{}, "running"}), IsEmpty());
}

TEST_P(Queue, CancelsAQueuedJobAtOnce) {
    const Job job = add();
    const auto cancelled = cancel(job.id);
    ASSERT_TRUE(cancelled) << cancelled.error().message;
    EXPECT_EQ(cancelled->state, JobState::kCancelled);
    EXPECT_EQ(cancelled->finished_at, clock().now());
    EXPECT_THAT(actions(job.id), ElementsAre("job.create", "job.cancel"));
    const auto again = cancel(job.id);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::kFailedPrecondition);
    EXPECT_EQ(again.error().message, "a job that is cancelled cannot be cancelled");
}

TEST_P(Queue, RetriesOnlyWhatIsOver) {
    const Job job = add();
    const auto early = retry(job.id);
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().code, ErrorCode::kFailedPrecondition);
    ASSERT_TRUE(cancel(job.id));
    clock().advance(std::chrono::seconds(5));
    const auto retried = retry(job.id);
    ASSERT_TRUE(retried) << retried.error().message;
    EXPECT_EQ(retried->state, JobState::kQueued);
    EXPECT_EQ(retried->run_after, clock().now());
    EXPECT_FALSE(retried->is_cancel_requested);
    EXPECT_FALSE(retried->finished_at);
    EXPECT_THAT(actions(job.id), ElementsAre("job.create", "job.cancel", "job.retry"));
}

INSTANTIATE_TEST_SUITE_P(Engines, Queue, kEngines, engine_name);

TEST(JobState, ReadsItsOwnNames) {
    for (const auto state : {JobState::kQueued,
                             JobState::kRunning,
                             JobState::kSucceeded,
                             JobState::kFailed,
                             JobState::kCancelled})
        EXPECT_EQ(parse_job_state(name_of(state)), state);
    EXPECT_FALSE(parse_job_state("paused"));
}

RC_GTEST_PROP(Backoff, GrowsUntilFiveMinutesAndNeverBeyond, (std::uint64_t seed)) {
    const auto first = std::chrono::milliseconds(*rc::gen::inRange(1, 10'000));
    Random random(seed);
    auto before = std::chrono::milliseconds(0);
    for (int attempt = 1; attempt <= 40; ++attempt) {
        const auto pause = backoff(attempt, first, random);
        RC_ASSERT(pause <= kBackoffMax);
        RC_ASSERT(pause >= before || before >= kBackoffMax / 2);
        before = pause;
    }
    RC_ASSERT(before >= kBackoffMax / 2);
}

}  // namespace
}  // namespace cpo::jobs
