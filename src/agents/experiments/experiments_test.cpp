#include "agents/experiments/experiments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agents/experiments/assignment.h"
#include "agents/experiments/wording.h"
#include "model/experiment_json.h"

namespace cpo::safety {

/// Stands in for the safety agent, which this program does not link: the one friend of
/// ScreenedMessage.
class SafetyAgent {
public:
    static ScreenedMessage pass(const std::string& text, Decision decision = Decision::kPass) {
        Message message;
        message.text = text;
        Verdict verdict;
        verdict.decision = decision;
        return {message, verdict};
    }
};

}  // namespace cpo::safety

namespace cpo::experiments {
namespace {

using safety::SafetyAgent;
using testing::ElementsAre;
using testing::HasSubstr;

Candidate candidate(const std::string& key) {
    return {key, "s2-" + key, SafetyAgent::pass("Hello from " + key)};
}

Campaign winback() {
    Campaign campaign;
    campaign.goal = "Win back lapsed customers!";
    campaign.seed = 7;
    return campaign;
}

Segment segment_of(std::size_t size, double share) {
    Segment segment;
    segment.number = 2;
    segment.size = size;
    segment.share = share;
    return segment;
}

TEST(Design, PutsControlFirstWithEqualWeightsAndAKeyOfGoalAndSegment) {
    const auto experiment = ExperimentsAgent().design(
        winback(),
        segment_of(40000, 1),
        {candidate("urgent"), candidate("friendly"), candidate("control")});
    ASSERT_TRUE(experiment) << experiment.error().message;
    EXPECT_EQ(experiment->assignment.key, "win-back-lapsed-customers-s2");
    EXPECT_EQ(experiment->assignment.seed, "win-back-lapsed-customers-s2-7");
    EXPECT_THAT(experiment->assignment.arms, ElementsAre("control", "urgent", "friendly"));
    EXPECT_THAT(experiment->assignment.weights, ElementsAre(1 / 3.0, 1 / 3.0, 1 / 3.0));
    EXPECT_EQ(experiment->control, "control");
    EXPECT_EQ(experiment->arms[1].variant, "s2-urgent");
    EXPECT_TRUE(validate(experiment->assignment));
}

TEST(Design, PlansTheSampleSharedOverTheComparisons) {
    // Two arms: 8,155 per arm (statsmodels-checked in planning_test). 500 people a day, a quarter
    // of them this segment's: 16,310 / 125 = 130.48 -> 131 days, and 7 to wait.
    const auto two = ExperimentsAgent().design(
        winback(), segment_of(20000, 0.25), {candidate("control"), candidate("urgent")});
    ASSERT_TRUE(two);
    EXPECT_EQ(two->plan.needed_per_arm, 8155);
    EXPECT_EQ(two->plan.needed_total, 16310);
    EXPECT_EQ(two->plan.days, 138);
    EXPECT_TRUE(two->plan.is_feasible);
    EXPECT_THAT(two->plan.sentence, HasSubstr("needs 8,155 people per arm"));
    EXPECT_THAT(two->plan.sentence, HasSubstr("This segment has 20,000: enough."));
    // Four arms: alpha / 3 gives 10,878.
    const auto four = ExperimentsAgent().design(
        winback(),
        segment_of(20000, 0.25),
        {candidate("control"), candidate("urgent"), candidate("friendly"), candidate("proof")});
    ASSERT_TRUE(four);
    EXPECT_EQ(four->plan.needed_per_arm, 10878);
    EXPECT_EQ(four->plan.comparisons, 3);
    EXPECT_THAT(four->plan.sentence, HasSubstr("Bonferroni over 3 comparisons"));
}

TEST(Design, SaysInPlainWordsThatASegmentIsTooSmall) {
    // 1,083 people: 541 per arm find 87.7 % (brentq in planning_test).
    const auto experiment = ExperimentsAgent().design(
        winback(), segment_of(1083, 0.2), {candidate("control"), candidate("urgent")});
    ASSERT_TRUE(experiment);
    EXPECT_FALSE(experiment->plan.is_feasible);
    EXPECT_EQ(
        experiment->plan.sentence,
        "A lift of 20 % on an assumed baseline of 5 % needs 8,155 people per arm, 16,310 in 2 "
        "arms (alpha 0.05 two-sided, power 80 %). This segment has 1,083: the smallest lift "
        "that could be found is 87.7 %.");
}

TEST(Design, CountsOnlyCoveredPeopleAsAvailable) {
    Campaign campaign = winback();
    campaign.coverage = 0.1;
    const auto experiment = ExperimentsAgent().design(
        campaign, segment_of(20000, 1), {candidate("control"), candidate("urgent")});
    ASSERT_TRUE(experiment);
    EXPECT_EQ(experiment->plan.available, 2000);
    EXPECT_DOUBLE_EQ(experiment->assignment.ranges[1].second, 0.55);
}

TEST(Design, RefusesASegmentWithoutControlOrWithoutAnotherArm) {
    const auto no_control =
        ExperimentsAgent().design(winback(), segment_of(10, 1), {candidate("urgent")});
    ASSERT_FALSE(no_control);
    EXPECT_EQ(no_control.error().code, ErrorCode::kFailedPrecondition);
    EXPECT_THAT(no_control.error().message, HasSubstr("control message did not pass"));
    const auto only_control =
        ExperimentsAgent().design(winback(), segment_of(10, 1), {candidate("control")});
    ASSERT_FALSE(only_control);
    EXPECT_THAT(only_control.error().message, HasSubstr("no message beside control"));
    const auto nothing = ExperimentsAgent().design(winback(), segment_of(10, 1), {});
    ASSERT_FALSE(nothing);
    EXPECT_EQ(nothing.error().code, ErrorCode::kFailedPrecondition);
}

TEST(Design, RefusesAMessageThatIsNotIntact) {
    // Invariant 1: an arm cannot hold a message whose verdict is not a pass.
    const auto experiment = ExperimentsAgent().design(
        winback(),
        segment_of(10, 1),
        {candidate("control"), {"urgent", "s2-urgent", SafetyAgent::pass("x", Decision::kBlock)}});
    ASSERT_FALSE(experiment);
    EXPECT_EQ(experiment.error().code, ErrorCode::kInternal);
}

TEST(Design, RefusesAssumptionsThatCannotBePlanned) {
    Campaign campaign = winback();
    campaign.plan.baseline = 0.9;
    campaign.plan.minimum_lift = 0.5;
    const auto experiment = ExperimentsAgent().design(
        campaign, segment_of(10, 1), {candidate("control"), candidate("urgent")});
    ASSERT_FALSE(experiment);
    EXPECT_EQ(experiment.error().code, ErrorCode::kInvalidArgument);
}

TEST(Design, AGoalWithoutLatinLettersStillGivesAKey) {
    Campaign campaign = winback();
    campaign.goal = "вернуть клиентов";
    const auto experiment = ExperimentsAgent().design(
        campaign, segment_of(10, 1), {candidate("control"), candidate("urgent")});
    ASSERT_TRUE(experiment);
    EXPECT_EQ(experiment->assignment.key, "campaign-s2");
}

TEST(ExperimentJson, IsReadBackToTheSameAssignment) {
    Campaign campaign = winback();
    campaign.coverage = 0.6;
    const auto experiment = ExperimentsAgent().design(
        campaign,
        segment_of(500, 1),
        {candidate("control"), candidate("urgent"), candidate("friendly")});
    ASSERT_TRUE(experiment);
    const json::object written = to_json(*experiment);
    std::vector<std::string> keys;
    for (const auto& field : written) keys.emplace_back(field.key());
    EXPECT_THAT(keys,
                ElementsAre("key",
                            "segment",
                            "seed",
                            "hash_version",
                            "coverage",
                            "weights",
                            "ranges",
                            "arms",
                            "control",
                            "plan"));
    const auto parsed = parse_json(write_json(written));
    ASSERT_TRUE(parsed);
    const auto config = read_assignment_config(*parsed);
    ASSERT_TRUE(config) << config.error().message;
    ASSERT_TRUE(validate(*config));
    for (int i = 0; i < 1000; ++i) {
        const std::string unit = std::to_string(i);
        EXPECT_EQ(assign(*config, unit).arm, assign(experiment->assignment, unit).arm);
    }
}

TEST(ExperimentJson, NamesTheFieldThatIsWrong) {
    const auto message = [](const char* text) {
        const auto config = read_assignment_config(*parse_json(text), "/1");
        return config ? std::string("valid") : config.error().message;
    };
    EXPECT_EQ(message(R"({"key":"a","arms":[{"key":"x"},{"key":"y"}]})"), "valid");
    EXPECT_EQ(message(R"({"key":"a","arms":[{"key":"x"},{}]})"), "/1/arms/1/key: missing");
    EXPECT_THAT(message(R"({"key":"a","arms":[],"wieghts":[1]})"), HasSubstr("/1/wieghts"));
    EXPECT_THAT(message(R"({"key":"a","arms":[],"hash_version":1})"), HasSubstr("hash_version"));
    EXPECT_THAT(message(R"({"key":"a","arms":[],"ranges":[[0,1],[1]]})"), HasSubstr("ranges/1"));
}

TEST(Wording, WritesNumbersForPeople) {
    EXPECT_EQ(with_thousands(0), "0");
    EXPECT_EQ(with_thousands(999), "999");
    EXPECT_EQ(with_thousands(8155), "8,155");
    EXPECT_EQ(with_thousands(-1234567), "-1,234,567");
    EXPECT_EQ(percent(0.2), "20 %");
    EXPECT_EQ(percent(1), "100 %");
    EXPECT_EQ(percent(0.0345), "3.5 %");
    EXPECT_EQ(percent(0.00042), "0.04 %");
    EXPECT_EQ(percent(0), "0 %");
    EXPECT_EQ(percent(-0.123), "-12.3 %");
    EXPECT_EQ(amount(12.3456), "12.35");
    EXPECT_EQ(amount(8911407.9), "8,911,408");
}

}  // namespace
}  // namespace cpo::experiments
