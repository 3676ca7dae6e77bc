#include "agents/experiments/analysis_input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cpo::experiments {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<AnalysisInput> read(const char* text) {
    const auto value = parse_json(text);
    if (!value) return value.error();
    return read_analysis_input(*value);
}

std::string message(const char* text) {
    const auto input = read(text);
    return input ? std::string("accepted") : input.error().message;
}

TEST(AnalysisInput, ReadsStatisticsPerArm) {
    const auto input = read(R"({
        "experiment": {"key": "e", "arms": ["control", "urgent"], "control": "control",
                       "weights": [0.4, 0.6], "planned_per_arm": 500, "alpha": 0.1},
        "metrics": [
            {"name": "conversion", "kind": "proportion",
             "arms": [{"arm": "control", "units": 510, "sum": 20},
                      {"arm": "urgent", "units": 499, "sum": 30, "sum_of_squares": 30}]},
            {"name": "complaints", "kind": "mean",
             "arms": [{"arm": "control", "units": 9, "sum": 2, "sum_of_squares": 4}]},
            {"name": "ctr", "kind": "ratio",
             "arms": [{"arm": "control", "units": 8, "sum": 8, "sum_of_squares": 16,
                       "denominator_sum": 19, "denominator_sum_of_squares": 61,
                       "sum_of_products": 28}]}]})");
    ASSERT_TRUE(input) << input.error().message;
    EXPECT_EQ(input->plan.experiment, "e");
    EXPECT_THAT(input->plan.arms, ElementsAre("control", "urgent"));
    EXPECT_THAT(input->plan.weights, ElementsAre(0.4, 0.6));
    EXPECT_EQ(input->plan.planned_per_arm, 500);
    EXPECT_EQ(input->plan.alpha, 0.1);
    ASSERT_THAT(input->metrics, testing::SizeIs(3));
    EXPECT_EQ(input->metrics[0].arms[0].sum_of_squares, 20);
    EXPECT_FALSE(input->metrics[0].is_guardrail);
    EXPECT_TRUE(input->metrics[1].is_guardrail);
    EXPECT_EQ(input->metrics[2].arms[0].sum_of_products, 28);
}

TEST(AnalysisInput, TakesAnElementOfExperimentsJsonWithItsPlan) {
    const auto input = read(R"({"experiment": {
        "key": "win-back-s0", "segment": 0, "seed": "win-back-s0-1", "hash_version": 2,
        "coverage": 1, "weights": [0.5, 0.5], "ranges": [[0, 0.5], [0.5, 1]],
        "arms": [{"key": "control", "variant": "s0-control"}, {"key": "urgent", "variant": "x"}],
        "control": "control",
        "plan": {"needed_per_arm": 8155, "assumptions": {"alpha": 0.05, "attribution_days": 14}}}})");
    ASSERT_TRUE(input) << input.error().message;
    EXPECT_EQ(input->plan.planned_per_arm, 8155);
    EXPECT_EQ(input->scope.attribution, std::chrono::days(14));
    EXPECT_THAT(input->scope.arms, ElementsAre("control", "urgent"));
    EXPECT_THAT(input->scope.rules, testing::SizeIs(5));  // The default metrics.
}

TEST(AnalysisInput, ReadsRulesForEvents) {
    const auto input = read(R"({"experiment": {"key": "e", "arms": ["control", "b"]}, "metrics": [
        {"name": "basket", "kind": "mean", "events": ["revenue"], "aggregate": "sum"},
        {"name": "conversion", "kind": "proportion"}]})");
    ASSERT_TRUE(input) << input.error().message;
    ASSERT_THAT(input->scope.rules, testing::SizeIs(2));
    EXPECT_EQ(input->scope.rules[0].aggregate, Aggregate::kSum);
    EXPECT_THAT(input->scope.rules[0].events, ElementsAre("revenue"));
    EXPECT_EQ(input->scope.rules[1].aggregate, Aggregate::kAny);
    EXPECT_THAT(input->scope.rules[1].events, ElementsAre("conversion"));
}

TEST(AnalysisInput, NamesTheFieldThatIsWrong) {
    EXPECT_THAT(message("[]"), HasSubstr("expected an object"));
    EXPECT_EQ(message(R"({"metrics": []})"), "/experiment: missing");
    EXPECT_EQ(message(R"({"experiment": {"key": "e", "arms": [1]}})"),
              "/experiment/arms/0: expected an object");
    EXPECT_EQ(message(R"({"experiment": {"key": "e", "arms": ["a"], "alfa": 1}})"),
              "/experiment/alfa: unknown field");
    EXPECT_THAT(message(R"({"experiment": {"key": "e", "arms": ["a"], "attribution_days": 0}})"),
                HasSubstr("/experiment/attribution_days"));
    EXPECT_THAT(message(R"({"experiment": {"key": "e", "arms": ["a"], "start": "monday"}})"),
                HasSubstr("/experiment/start"));
    EXPECT_THAT(message(R"({"experiment": {"key": "e", "arms": ["a"]},
                            "metrics": [{"name": "m", "kind": "median", "arms": []}]})"),
                HasSubstr("/metrics/0/kind: expected proportion, mean or ratio"));
    EXPECT_EQ(message(R"({"experiment": {"key": "e", "arms": ["a"]}, "metrics":
                          [{"name": "m", "kind": "mean", "arms": [{"arm": "a", "units": 1.5}]}]})"),
              "/metrics/0/arms/0/units: expected a whole number");
    EXPECT_THAT(message(R"({"experiment": {"key": "e", "arms": ["a"]}, "metrics": [
                            {"name": "m", "kind": "mean"},
                            {"name": "n", "kind": "mean", "arms": []}]})"),
                HasSubstr("either all metrics carry statistics"));
    EXPECT_THAT(message(R"({"experiment": {"key": "e", "arms": ["a"]}, "metrics": [
                            {"name": "m", "kind": "mean", "aggregate": "any"}]})"),
                HasSubstr("/metrics/0/aggregate"));
}

}  // namespace
}  // namespace cpo::experiments
