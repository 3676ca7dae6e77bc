#include "store/job_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <thread>

#include "store_fixture.h"

namespace cpo::store {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class JobStore : public StoreTest {
protected:
    template <typename Work>
    auto write(const Work& work) {
        auto answer = store().maintain(work, soon());
        EXPECT_TRUE(answer) << answer.error().message << " " << answer.error().detail;
        return *std::move(answer);
    }
    JobRecord new_job(const std::string& kind = "import") {
        JobRecord job;
        job.id = new_id(clock().now());
        job.workspace = workspace();
        job.kind = kind;
        job.input = "{}";
        job.due_at = clock().now();
        job.created_at = clock().now();
        job.starter = actor();
        return job;
    }
    JobRecord add(JobRecord job) {
        auto added = write([&](Session& session) { return insert_job(session, job); });
        EXPECT_TRUE(added);
        return *std::move(added);
    }
    std::optional<JobRecord> claim(const std::string& owner,
                                   const std::vector<std::string>& kinds = {"import"}) {
        return write([&](Session& session) {
            return claim_job(session, kinds, clock().now(), {owner, clock().now() + seconds(30)});
        });
    }
    JobRecord get(const std::string& id) {
        return write([&](Session& session) { return find_job(session, workspace(), id); });
    }
};

TEST_P(JobStore, ListsNewestFirstOlderOrNewerThanACursor) {
    std::vector<std::string> ids;
    for (const char* kind : {"import", "import", "other", "import"}) {
        ids.push_back(add(new_job(kind)).id);
        clock().advance(seconds(1));
    }
    const auto list = [&](const JobFilter& filter, const PageRequest& page) {
        std::vector<std::string> found;
        const auto jobs = write(
            [&](Session& session) { return list_job_records(session, workspace(), filter, page); });
        for (const JobRecord& job : jobs.items) found.push_back(job.id);
        return found;
    };
    EXPECT_THAT(list({}, {{}, {}, 2}), ElementsAre(ids[3], ids[2]));
    EXPECT_THAT(list({"import", "queued"}, {ids[3], {}, 9}), ElementsAre(ids[1], ids[0]));
    EXPECT_THAT(list({}, {{}, ids[0], 2}), ElementsAre(ids[2], ids[1]));
    EXPECT_THAT(list({{}, "failed"}, {{}, {}, 9}), IsEmpty());
}

TEST_P(JobStore, ClaimsTheJobThatIsDueForLongest) {
    auto later = new_job();
    later.due_at = clock().now() + seconds(5);
    add(later);
    const auto now = add(new_job());
    EXPECT_EQ(claim("a")->id, now.id);
    EXPECT_FALSE(claim("a"));
    clock().advance(seconds(5));
    const auto claimed = claim("b");
    ASSERT_TRUE(claimed);
    EXPECT_EQ(claimed->id, later.id);
    EXPECT_EQ(claimed->state, "running");
    EXPECT_EQ(claimed->attempts, 1);
    EXPECT_EQ(claimed->lease_owner, "b");
    EXPECT_EQ(claimed->due_at, clock().now() + seconds(30));
    EXPECT_EQ(claimed->started_at, clock().now());
}

TEST_P(JobStore, ClaimsOnlyKindsThatAreKnown) {
    add(new_job("campaign"));
    EXPECT_FALSE(claim("a", {"import"}));
    EXPECT_TRUE(claim("a", {"import", "campaign"}));
}

TEST_P(JobStore, SeesWhatIsDueWithoutTakingIt) {
    const std::vector<std::string> kinds{"import"};
    const auto look = [&] {
        return write(
            [&](Session& session) { return find_due_jobs(session, kinds, clock().now()); });
    };
    EXPECT_FALSE(look().is_any_claimable);
    const auto job = add(new_job());
    EXPECT_TRUE(look().is_any_claimable);
    claim("a");
    EXPECT_FALSE(look().is_any_claimable);
    clock().advance(seconds(31));
    EXPECT_TRUE(look().is_any_claimable);
    EXPECT_FALSE(look().ended);
    write([&](Session& session) {
        return request_job_cancel(session, workspace(), job.id, clock().now());
    });
    EXPECT_FALSE(look().is_any_claimable);
    ASSERT_TRUE(look().ended);
    EXPECT_EQ(look().ended->id, job.id);
}

TEST_P(JobStore, GivesEachJobToOneOfManyClaimers) {
    constexpr std::size_t kJobs = 40;
    std::set<std::string> added;
    for (std::size_t i = 0; i < kJobs; ++i) added.insert(add(new_job()).id);
    std::vector<std::vector<std::string>> taken(4);
    std::vector<std::thread> claimers;
    for (std::size_t i = 0; i < taken.size(); ++i)
        claimers.emplace_back([&, i] {
            while (const auto job = claim("owner-" + std::to_string(i)))
                taken[i].push_back(job->id);
        });
    for (std::thread& claimer : claimers) claimer.join();
    std::vector<std::string> all;
    for (const auto& some : taken) all.insert(all.end(), some.begin(), some.end());
    EXPECT_EQ(all.size(), kJobs);
    EXPECT_EQ(std::set<std::string>(all.begin(), all.end()), added);
}

TEST_P(JobStore, ChangesNothingForAnOwnerThatLostTheJob) {
    auto job = add(new_job());
    claim("a");
    clock().advance(seconds(31));
    claim("b");
    job.state = "succeeded";
    EXPECT_FALSE(
        write([&](Session& session) { return finish_job(session, job, "a", clock().now()); }));
    EXPECT_FALSE(write([&](Session& session) { return put_back_job(session, job, "a"); }));
    EXPECT_FALSE(write([&](Session& session) { return save_job_progress(session, job, "a"); }));
    EXPECT_FALSE(write([&](Session& session) {
        return extend_job_lease(session, job.id, {"a", clock().now() + seconds(30)});
    }));
    EXPECT_EQ(get(job.id).lease_owner, "b");
    EXPECT_THAT(write([&](Session& session) { return list_jobs_held(session, "a"); }), IsEmpty());
    EXPECT_EQ(write([&](Session& session) { return list_jobs_held(session, "b"); }).size(), 1U);
}

TEST_P(JobStore, EndsOnlyJobsThatMustNotRunAgain) {
    const Error reason{ErrorCode::kInternal, "worn out", {}};
    auto one_attempt = new_job();
    one_attempt.attempts_max = 1;
    const auto worn = add(one_attempt);
    const auto end = [&](const std::string& id) {
        return write(
            [&](Session& session) { return end_due_job(session, id, clock().now(), reason); });
    };
    EXPECT_FALSE(end(worn.id));  // Queued, and may run.
    claim("a");
    EXPECT_FALSE(end(worn.id));  // Leased.
    clock().advance(seconds(31));
    EXPECT_FALSE(claim("b"));
    const auto ended = end(worn.id);
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->state, "failed");
    EXPECT_EQ(ended->error, "worn out");
    EXPECT_EQ(ended->error_code, "internal");
    EXPECT_FALSE(ended->due_at);
    EXPECT_EQ(ended->lease_owner, "");
    EXPECT_FALSE(end(worn.id));
}

TEST_P(JobStore, FinishesAndKeepsWhatTheJobMade) {
    auto job = add(new_job());
    claim("a");
    job.state = "succeeded";
    job.result = R"({"lines":12})";
    job.done = 12;
    job.total = 12;
    job.stage = "lines";
    EXPECT_TRUE(
        write([&](Session& session) { return finish_job(session, job, "a", clock().now()); }));
    const auto finished = get(job.id);
    EXPECT_EQ(finished.state, "succeeded");
    EXPECT_EQ(finished.result, R"({"lines":12})");
    EXPECT_EQ(finished.done, 12);
    EXPECT_EQ(finished.stage, "lines");
    EXPECT_EQ(finished.finished_at, clock().now());
    EXPECT_EQ(finished.lease_owner, "");
    EXPECT_FALSE(finished.due_at);
}

TEST_P(JobStore, RefusesAJobOfAWorkspaceThatDoesNotExist) {
    auto job = new_job();
    job.workspace = new_id(clock().now());
    const auto added =
        store().maintain([&](Session& session) { return insert_job(session, job); }, soon());
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, ErrorCode::kFailedPrecondition);
}

INSTANTIATE_TEST_SUITE_P(Engines, JobStore, kEngines, engine_name);

}  // namespace
}  // namespace cpo::store
