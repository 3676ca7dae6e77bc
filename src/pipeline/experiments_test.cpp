#include "pipeline/experiments.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "experiments_fixture.h"
#include "model/experiment_json.h"
#include "pipeline/experiment_draft.h"
#include "pipeline/experiment_history.h"
#include "store/audit.h"

namespace cpo::pipeline {
namespace {

using store::ExperimentMove;
using store::ExperimentState;
using testing::Each;
using testing::HasSubstr;

using ExperimentDrafts = ExperimentsTest;
using ExperimentLife = ExperimentsTest;
using ExperimentAssignment = ExperimentsTest;
INSTANTIATE_TEST_SUITE_P(Engines, ExperimentDrafts, kEngines, engine_name);
INSTANTIATE_TEST_SUITE_P(Engines, ExperimentLife, kEngines, engine_name);
INSTANTIATE_TEST_SUITE_P(Engines, ExperimentAssignment, kEngines, engine_name);

std::vector<std::string> reasons(const AssignedUnits& assigned) {
    std::vector<std::string> all;
    for (const AssignedUnit& unit : assigned.units) all.push_back(unit.reason);
    return all;
}

TEST_P(ExperimentDrafts, ArePlannedForTheirSegmentWithEqualWeights) {
    const auto view = must(experiments().create(request()));
    const auto& experiment = view.experiment;
    EXPECT_EQ(experiment.segment, 0);
    EXPECT_EQ(experiment.segmentation_run, segmentation_run);
    EXPECT_EQ(experiment.plan.available, 30'000);
    // The formula of docs/experiments.md with SciPy's quantiles: 8,155 per arm for one comparison.
    EXPECT_EQ(experiment.plan.needed_per_arm, 8'155);
    EXPECT_TRUE(experiment.plan.is_feasible);
    EXPECT_EQ(experiment.arms[1].weight, 0.5);
    EXPECT_EQ(experiment.arms[1].range_low, 0.5);
    EXPECT_EQ(experiment.seed, "spring");
    EXPECT_EQ(view.arms[0].text_hash, variant(variants.at("0-control")).text_hash);
    EXPECT_TRUE(view.arms[0].is_approved);
}

TEST_P(ExperimentDrafts, GetAKeyFromTheGoalWhenNoneIsGiven) {
    EXPECT_EQ(must(experiments().create(request(""))).experiment.key,
              "win-back-lapsed-customers-s0");
    EXPECT_EQ(must(experiments().create(request(""))).experiment.key,
              "win-back-lapsed-customers-s0-2");
}

TEST_P(ExperimentDrafts, AreRefusedWithThePlaceThatIsWrong) {
    const auto refusal = [&](const DraftRequest& draft) {
        const auto made = experiments().create(draft);
        EXPECT_FALSE(made);
        if (made) return std::string();
        EXPECT_EQ(made.error().code, ErrorCode::kInvalidArgument);
        return made.error().message;
    };
    auto wrong = request();
    wrong.control = "plain";
    EXPECT_THAT(refusal(wrong), HasSubstr("/control"));
    wrong = request();
    wrong.arms[1].key = "control";
    EXPECT_THAT(refusal(wrong), HasSubstr("/arms/1/key"));
    wrong = request();
    wrong.arms[1].variant = variants.at("1-urgent");
    EXPECT_THAT(refusal(wrong), HasSubstr("/arms/1/variant: it is for segment 1"));
    wrong = request();
    wrong.arms[1].variant = segmentation_run;
    EXPECT_THAT(refusal(wrong), HasSubstr("/arms/1/variant: there is no variant"));
    wrong = request();
    wrong.arms[0].weight = 0.5;
    EXPECT_THAT(refusal(wrong), HasSubstr("every arm or to none"));
    wrong.arms[1].weight = 0.4;
    EXPECT_THAT(refusal(wrong), HasSubstr("weights"));
}

TEST_P(ExperimentLife, StartsOnlyWithScreenedAndApprovedWords) {
    const std::string id = draft();
    edit(variants.at("0-urgent"), "Only today!");
    const auto unscreened = experiments().move(id, ExperimentMove::kStart, "");
    ASSERT_FALSE(unscreened);
    EXPECT_EQ(unscreened.error().code, ErrorCode::kFailedPrecondition);
    EXPECT_THAT(unscreened.error().message, HasSubstr("arm 'urgent'"));
    EXPECT_THAT(unscreened.error().message, testing::Not(HasSubstr("arm 'control'")));
    screen(variants.at("0-urgent"));
    EXPECT_FALSE(experiments().move(id, ExperimentMove::kStart, ""));
    review(variants.at("0-urgent"), true);
    EXPECT_EQ(move(id, ExperimentMove::kStart).experiment.state, ExperimentState::kRunning);
}

TEST_P(ExperimentLife, KeepsTheWordsOfTheStartWhenAVariantIsEdited) {
    const std::string id = running();
    const std::string before = variant(variants.at("0-urgent")).text_hash;
    edit(variants.at("0-urgent"), "Other words.");
    const auto view = must(experiments().get(id));
    EXPECT_EQ(view.experiment.arms[1].message.text, "Come back.");
    EXPECT_EQ(view.arms[1].text_hash, before);
    EXPECT_TRUE(view.arms[1].is_approved) << "the frozen words were approved";
}

TEST_P(ExperimentLife, DoesNotResumeOrShipWordsThatWereBlockedSince) {
    const std::string id = running();
    move(id, ExperimentMove::kPause);
    screen(variants.at("0-urgent"), Decision::kBlock);
    EXPECT_FALSE(must(experiments().get(id)).arms[1].is_approved);
    const auto resumed = experiments().move(id, ExperimentMove::kResume, "");
    ASSERT_FALSE(resumed);
    EXPECT_THAT(resumed.error().message, HasSubstr("arm 'urgent'"));
    move(id, ExperimentMove::kStop);
    const auto shipped = experiments_of(rob).ship(id, "urgent", "I like it");
    ASSERT_FALSE(shipped);
    EXPECT_THAT(shipped.error().message, HasSubstr("arm 'urgent'"));
}

TEST_P(ExperimentLife, WordsThatWereBlockedAreNotSavedByALaterEdit) {
    const std::string id = running();
    move(id, ExperimentMove::kPause);
    screen(variants.at("0-urgent"), Decision::kBlock);
    edit(variants.at("0-urgent"), "Other words.");
    EXPECT_FALSE(must(experiments().get(id)).arms[1].is_approved);
    EXPECT_FALSE(experiments().move(id, ExperimentMove::kResume, ""));
}

TEST_P(ExperimentLife, WordsThatNeedAReviewSinceAreNotSavedByALaterEdit) {
    const std::string id = running();
    move(id, ExperimentMove::kPause);
    screen(variants.at("0-urgent"), Decision::kReview);
    EXPECT_FALSE(must(experiments().get(id)).arms[1].is_approved);
    edit(variants.at("0-urgent"), "Other words.");
    EXPECT_FALSE(must(experiments().get(id)).arms[1].is_approved);
    EXPECT_FALSE(experiments().move(id, ExperimentMove::kResume, ""));
}

TEST_P(ExperimentLife, WordsThatWereRejectedAreNotSavedByALaterEdit) {
    const std::string id = running();
    move(id, ExperimentMove::kPause);
    review(variants.at("0-urgent"), false);
    edit(variants.at("0-urgent"), "Other words.");
    EXPECT_FALSE(must(experiments().get(id)).arms[1].is_approved);
    EXPECT_FALSE(experiments().move(id, ExperimentMove::kResume, ""));
}

TEST_P(ExperimentLife, LetsADraftChangeAndFreezesItAtTheStart) {
    const std::string id = draft();
    const auto edited = must(experiments().update(id, 1, {{}, 0.5, std::vector<double>{0.8, 0.2}}));
    EXPECT_EQ(edited.experiment.version, 2);
    EXPECT_EQ(edited.experiment.arms[1].range_low, 0.8);
    EXPECT_NEAR(edited.experiment.arms[1].range_high, 0.9, 1e-12);
    EXPECT_EQ(edited.experiment.plan.available, 15'000);
    // The smaller arm gets a fifth: 5 x 8,155.
    EXPECT_EQ(edited.experiment.plan.needed_total, 40'775);
    const auto outdated = experiments().update(id, 1, {"late", {}, {}});
    ASSERT_FALSE(outdated);
    EXPECT_EQ(outdated.error().code, ErrorCode::kAborted);
    const auto version = move(id, ExperimentMove::kStart).experiment.version;
    const auto weights = experiments().update(id, version, {{}, {}, std::vector<double>{0.5, 0.5}});
    ASSERT_FALSE(weights);
    EXPECT_EQ(weights.error().code, ErrorCode::kFailedPrecondition);
    EXPECT_THAT(weights.error().message, HasSubstr("draft another experiment"));
    EXPECT_FALSE(experiments().update(id, version, {{}, 0.4, {}}));
    EXPECT_EQ(must(experiments().update(id, version, {"more", 0.6, {}})).experiment.coverage, 0.6);
    const auto stopped = move(id, ExperimentMove::kStop).experiment;
    EXPECT_FALSE(experiments().update(id, stopped.version, {{}, 0.9, {}}));
    EXPECT_EQ(
        must(experiments().update(id, stopped.version, {"done", {}, {}})).experiment.description,
        "done");
}

TEST_P(ExperimentLife, ShipsWithoutAdviceOnlyForAReason) {
    const std::string id = running();
    move(id, ExperimentMove::kStop);
    const auto unknown = experiments_of(rob).ship(id, "friendly", "because");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, ErrorCode::kInvalidArgument);
    const auto silent = experiments_of(rob).ship(id, "urgent", " ");
    ASSERT_FALSE(silent);
    EXPECT_EQ(silent.error().code, ErrorCode::kFailedPrecondition);
    EXPECT_THAT(silent.error().message, HasSubstr("give a reason"));
    EXPECT_EQ(must(experiments().get(id)).experiment.state, ExperimentState::kStopped);
    const auto own = experiments_of(ann).ship(id, "urgent", "the season ends");
    ASSERT_FALSE(own);
    EXPECT_EQ(own.error().code, ErrorCode::kPermissionDenied) << "Ann made the experiment";
    const auto shipped = must(experiments_of(rob).ship(id, "urgent", "the season ends"));
    EXPECT_EQ(shipped.experiment.shipped_arm, "urgent");
    const auto again = must(experiments_of(rob).ship(id, "urgent", ""));
    EXPECT_EQ(again.experiment.version, shipped.experiment.version) << "shipped already";
    EXPECT_FALSE(experiments_of(rob).ship(id, "control", "no, that one"));
    const auto decisions = must(store().read(
        [&](store::Session& session) { return store::list_decisions(session, workspace(), id); },
        soon()));
    EXPECT_TRUE(decisions.back().is_override);
    EXPECT_EQ(decisions.back().advice, "keep_going");
    EXPECT_EQ(decisions.back().reason, "the season ends");
    EXPECT_EQ(decisions.back().snapshot, must(experiments().results(id)).snapshot);
    const auto back = move(id, ExperimentMove::kRollBack).experiment;
    EXPECT_EQ(back.state, ExperimentState::kStopped);
    EXPECT_EQ(back.shipped_arm, "");
    EXPECT_TRUE(back.stopped_at);
}

TEST_P(ExperimentAssignment, EqualsThatOfTheCommandLine) {
    auto draft = request();
    draft.coverage = 0.6;
    draft.arms = {{"control", variants.at("0-control"), 0.5},
                  {"urgent", variants.at("0-urgent"), 0.3},
                  {"friendly", variants.at("0-friendly"), 0.2}};
    const std::string id = must(experiments().create(draft)).experiment.id;
    move(id, ExperimentMove::kStart);
    // What `cpo assign` reads: no ranges, they follow from coverage and weights.
    const json::value file{{"key", "spring"},
                           {"coverage", 0.6},
                           {"weights", json::array{0.5, 0.3, 0.2}},
                           {"arms",
                            json::array{json::object{{"key", "control"}},
                                        json::object{{"key", "urgent"}},
                                        json::object{{"key", "friendly"}}}}};
    const auto config = must(read_assignment_config(file));
    std::vector<std::string> units;
    for (int i = 0; i < 1000; ++i) units.push_back(fmt::format("customer-{}", i));
    const auto assigned = must(experiments().assign(id, units, recent()));
    for (const AssignedUnit& unit : assigned.units) {
        const Assignment expected = cpo::experiments::assign(config, unit.unit);
        EXPECT_EQ(unit.reason, expected.reason);
        ASSERT_EQ(unit.arm,
                  expected.arm < 0 ? "" : config.arms[static_cast<std::size_t>(expected.arm)]);
        EXPECT_EQ(unit.variant, unit.arm.empty() ? "" : variants.at("0-" + unit.arm));
    }
}

TEST_P(ExperimentAssignment, FollowsTheState) {
    const std::string id = draft();
    const std::vector<std::string> units{"", "a", "b", "c"};
    EXPECT_THAT(reasons(must(experiments().assign(id, {"a", "b"}, recent()))), Each("not started"));
    move(id, ExperimentMove::kStart);
    const auto at_start = must(experiments().assign(id, units, recent()));
    EXPECT_EQ(at_start.units[0].reason, "empty unit");
    must(experiments().record_events(id, {exposure("a", at_start.units[1].arm)}));
    move(id, ExperimentMove::kPause);
    const auto paused = must(experiments().assign(id, units, recent()));
    EXPECT_EQ(paused.units[1].arm, at_start.units[1].arm) << "who is in keeps the arm";
    EXPECT_EQ(paused.units[2].reason, "paused");
    EXPECT_EQ(paused.units[2].arm, "");
    move(id, ExperimentMove::kStop);
    const auto stopped = must(experiments().assign(id, units, recent()));
    EXPECT_EQ(stopped.units[1].arm, "control");
    EXPECT_EQ(stopped.units[2].variant, variants.at("0-control"));
    EXPECT_EQ(stopped.units[2].reason, "stopped");
    must(experiments_of(rob).ship(id, "urgent", "decided"));
    const auto shipped = must(experiments().assign(id, units, recent()));
    EXPECT_EQ(shipped.units[2].arm, "urgent");
    EXPECT_EQ(shipped.units[2].reason, "shipped");
    EXPECT_EQ(shipped.units[0].arm, "");
}

TEST_P(ExperimentAssignment, HidesExperimentsOfOtherWorkspaces) {
    const std::string id = running();
    must(experiments().assign(id, {"a"}, recent()));  // Kept, and not for others.
    Experiments other{store(), {make_workspace("Other"), ann, soon()}};
    EXPECT_EQ(other.assign(id, {"a"}, recent()).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(other.results(id).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(other.record_events(id, {exposure("a", "control")}).error().code,
              ErrorCode::kNotFound);
}

RC_GTEST_PROP(ExperimentCoverage, KeepsEverybodyWhoIsInWhenItRises, ()) {
    store::StoredExperiment experiment;
    experiment.key =
        *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', 'z')));
    experiment.seed = experiment.key;
    experiment.segment_size = 1000;
    const int arms = *rc::gen::inRange(2, 11);
    for (int i = 0; i < arms; ++i) {
        store::StoredArm arm;
        arm.key = fmt::format("arm-{}", i);
        arm.weight = 1.0 / arms;
        experiment.arms.push_back(std::move(arm));
    }
    const double low = *rc::gen::inRange(1, 100) / 100.0;
    const double high = low + (1 - low) * *rc::gen::inRange(0, 101) / 100.0;
    auto before = edited(experiment, {{}, low, {}});
    RC_ASSERT(before.has_value());
    before->state = ExperimentState::kRunning;
    const auto after = edited(*before, {{}, std::min(1.0, high), {}});
    RC_ASSERT(after.has_value());
    const auto narrow = assignment_of(*before);
    const auto wide = assignment_of(*after);
    for (int i = 0; i < 500; ++i) {
        const std::string unit = fmt::format("unit-{}", i);
        const int arm = cpo::experiments::assign(narrow, unit).arm;
        if (arm >= 0) RC_ASSERT(cpo::experiments::assign(wide, unit).arm == arm);
    }
}

}  // namespace
}  // namespace cpo::pipeline
