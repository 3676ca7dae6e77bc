#include "jobs/campaign_job.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "campaign_fixture.h"
#include "jobs/campaign_drafts.h"
#include "store/experiment_store.h"
#include "store/segmentation_store.h"

namespace cpo::jobs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CampaignJobTest : public CampaignTest {
public:
    std::vector<store::StoredExperiment> experiments_of(const StartedRun& started) {
        store::ExperimentFilter filter;
        filter.campaign_run = started.run;
        const auto found = read([&](store::Session& session) {
            return store::list_experiments(session, workspace(), filter, {});
        });
        EXPECT_TRUE(found) << found.error().message;
        return found ? found->items : std::vector<store::StoredExperiment>{};
    }
    /// Everything a run made, without ids and times, so that two runs can be compared.
    std::string made_by(const StartedRun& started) {
        const auto run = run_of(started);
        std::map<std::string, std::string> hash_of;
        std::string made;
        for (const store::StoredVariant& stored : variants_of(run.generation_run)) {
            hash_of[stored.variant.id] = stored.text_hash;
            made += fmt::format("variant {} {} {} {}\n",
                                stored.variant.segment,
                                stored.variant.strategy,
                                stored.text_hash,
                                store::name_of(stored.state));
        }
        std::map<std::string, store::StoredExperiment> experiments;
        for (auto& experiment : experiments_of(started)) experiments[experiment.id] = experiment;
        EXPECT_EQ(experiments.size(),
                  static_cast<std::size_t>(std::count_if(
                      run.outcomes.begin(), run.outcomes.end(), [](const auto& outcome) {
                          return !outcome.experiment.empty();
                      })));
        for (const store::CampaignOutcome& outcome : run.outcomes) {
            made += fmt::format("segment {} {}\n", outcome.segment, outcome.skipped_reason);
            for (const store::StoredArm& arm : experiments[outcome.experiment].arms)
                made += fmt::format("  arm {} {} {}\n", arm.key, arm.weight, hash_of[arm.variant]);
        }
        return made;
    }
    std::size_t segmentation_runs() {
        return read([&](store::Session& session) {
                   return store::list_runs(session, workspace(), {"", "", 200});
               })
            ->items.size();
    }
    std::size_t generation_runs() {
        return read([&](store::Session& session) {
                   return store::list_generation_runs(session, workspace(), {"", "", 200});
               })
            ->items.size();
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, CampaignJobTest, kEngines, engine_name);

TEST_P(CampaignJobTest, MakesOneDraftExperimentASegment) {
    const auto started = start(make_campaign());
    const auto result = attempt(started);
    ASSERT_TRUE(result) << result.error().message << " " << result.error().detail;
    const auto run = run_of(started);
    EXPECT_EQ(run.author, "ann");
    for (const store::CampaignStage stage : store::kCampaignStages)
        EXPECT_TRUE(run.is_finished(stage)) << store::name_of(stage);
    const auto variants = variants_of(run.generation_run);
    EXPECT_EQ(variants.size(), 9U);  // 3 segments of 2 and control.
    for (const store::StoredVariant& variant : variants) {
        EXPECT_TRUE(variant.screened);
        EXPECT_EQ(variant.author, "ann");
    }
    ASSERT_EQ(run.outcomes.size(), 3U);
    const auto experiments = experiments_of(started);
    EXPECT_FALSE(experiments.empty());
    std::set<std::string> keys;
    for (const store::StoredExperiment& experiment : experiments) {
        keys.insert(experiment.key);
        EXPECT_EQ(experiment.state, store::ExperimentState::kDraft);
        EXPECT_EQ(experiment.segmentation_run, run.segmentation_run);
        EXPECT_EQ(experiment.campaign_run, run.id);
        EXPECT_GT(experiment.segment_size, 0);
        ASSERT_GE(experiment.arms.size(), 2U);
        EXPECT_EQ(experiment.arms.front().key, "control");
        for (const store::StoredArm& arm : experiment.arms)
            for (const store::StoredVariant& variant : variants)
                if (variant.variant.id == arm.variant) {
                    EXPECT_EQ(variant.state, store::VariantState::kPass) << arm.key;
                }
    }
    EXPECT_EQ(keys.size(), experiments.size());
    EXPECT_TRUE(is_chain_intact());
    EXPECT_THAT(actions(run.id),
                ElementsAre("campaign_run.create",
                            "campaign_run.start_stage",
                            "campaign_run.finish_stage",
                            "campaign_run.start_stage",
                            "campaign_run.finish_stage",
                            "campaign_run.start_stage",
                            "campaign_run.finish_stage"));
}

TEST_P(CampaignJobTest, GoesOnWhereADeadWorkerStopped) {
    const auto campaign = make_campaign();
    const auto whole = start(campaign);
    ASSERT_TRUE(attempt(whole));
    const int count = checkpoints();
    ASSERT_GE(count, 9);
    const std::string expected = made_by(whole);
    ASSERT_THAT(expected, HasSubstr("arm control"));
    std::size_t runs = 1;
    for (int checkpoint = 1; checkpoint <= count; ++checkpoint)
        for (const bool is_after_commit : {false, true}) {
            SCOPED_TRACE(fmt::format("{} {}", checkpoint, is_after_commit));
            const auto started = start(campaign);
            ASSERT_FALSE(attempt(started, {checkpoint, is_after_commit}));
            const auto again = attempt(started);
            ASSERT_TRUE(again) << again.error().message << " " << again.error().detail;
            EXPECT_EQ(made_by(started), expected);
            // What was saved is not done again.
            EXPECT_EQ(checkpoints(), count - checkpoint + (is_after_commit ? 0 : 1));
            ++runs;
        }
    EXPECT_EQ(segmentation_runs(), runs);
    EXPECT_EQ(generation_runs(), runs);
    EXPECT_TRUE(is_chain_intact());
}

TEST_P(CampaignJobTest, ReachesTheEndThoughEachWorkerSavesOnlyOneStep) {
    const auto campaign = make_campaign();
    const auto whole = start(campaign);
    ASSERT_TRUE(attempt(whole));
    const int count = checkpoints();
    const auto started = start(campaign);
    for (int i = 0; i < count; ++i) ASSERT_FALSE(attempt(started, {1, true})) << i;
    ASSERT_TRUE(attempt(started));
    EXPECT_EQ(checkpoints(), 0);
    EXPECT_EQ(made_by(started), made_by(whole));
}

TEST_P(CampaignJobTest, GivesEachRunKeysOfItsOwn) {
    const auto campaign = make_campaign();
    std::set<std::string> keys;
    std::size_t count = 0;
    for (int i = 0; i < 2; ++i) {
        const auto started = start(campaign);
        ASSERT_TRUE(attempt(started));
        for (const auto& experiment : experiments_of(started)) {
            keys.insert(experiment.key);
            ++count;
        }
    }
    EXPECT_EQ(keys.size(), count);
    const auto runs = read([&](store::Session& session) {
        return store::list_campaign_runs(session, workspace(), campaign, {});
    });
    ASSERT_TRUE(runs) << runs.error().message << " " << runs.error().detail;
    ASSERT_EQ(runs->items.size(), 2U);
    std::size_t listed = 0;
    for (const auto& run : runs->items)
        for (const auto& outcome : run.outcomes) listed += outcome.experiment.empty() ? 0 : 1;
    EXPECT_EQ(listed, count);
}

TEST_P(CampaignJobTest, KeepsTheConfigurationItStartedWith) {
    const auto campaign = make_campaign();
    const auto started = start(campaign);
    auto other = configuration();
    other["goal"] = "sell lanterns";
    ASSERT_TRUE(change(ann, [&](store::Change& made) {
        return store::update_campaign(made, campaign, 1, other);
    }));
    EXPECT_EQ(run_of(started).content.at("goal"), "win back lapsed customers");
    const auto stale = change(
        ann, [&](store::Change& made) { return store::update_campaign(made, campaign, 1, other); });
    ASSERT_FALSE(stale);
    EXPECT_EQ(stale.error().code, ErrorCode::kAborted);
    EXPECT_EQ(read([&](store::Session& session) {
                  return store::get_campaign(session, workspace(), campaign);
              })->latest_run,
              started.run);
}

TEST_P(CampaignJobTest, StartsOnceForOneIdempotencyKey) {
    const auto campaign = make_campaign();
    const auto first = start(campaign, "monday");
    const auto second = start(campaign, "monday");
    EXPECT_EQ(first.run, second.run);
    EXPECT_EQ(first.job, second.job);
    EXPECT_NE(start(campaign, "tuesday").run, first.run);
    const auto runs = read([&](store::Session& session) {
        return store::list_campaign_runs(session, workspace(), campaign, {});
    });
    ASSERT_TRUE(runs) << runs.error().message;
    EXPECT_EQ(runs->items.size(), 2U);
    const auto another = make_campaign();
    const auto other =
        change(ann, [&](store::Change& made) { return start_campaign(made, another, "monday"); });
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, ErrorCode::kAlreadyExists);
}

TEST_P(CampaignJobTest, HoldsEverythingWithoutSafetyRules) {
    // Invariant 2: no rules, no pass, no experiment.
    pipeline::Screener broken(
        []() -> Result<std::unique_ptr<safety::SafetyAgent>> {
            return Error{ErrorCode::kInternal, "a rule does not compile", {}};
        },
        content());
    const auto started = start(make_campaign());
    FakeJobContext context(store(), get(started.job));
    const auto whole = generation_work();
    const GenerationWork with_broken{
        whole.store, whole.content, broken, whole.agent, whole.embedder};
    const auto result = make_campaign_work({{store(), 2}, with_broken})(context);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(result.error().message, HasSubstr("nothing can be screened"));
    for (const auto& variant : variants_of(run_of(started).generation_run))
        EXPECT_EQ(variant.state, store::VariantState::kUnscreened);
    EXPECT_THAT(experiments_of(started), IsEmpty());
    // With rules it goes on from there.
    EXPECT_TRUE(attempt(started));
    EXPECT_FALSE(experiments_of(started).empty());
}

}  // namespace
}  // namespace cpo::jobs
