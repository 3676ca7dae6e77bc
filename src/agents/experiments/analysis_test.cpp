// Expected values: SciPy 1.17.1 (stats.t), statsmodels 0.15.0 (multipletests, proportion_confint,
// confint_proportions_2indep) on the same sums; the delta method written out in NumPy.
#include "agents/experiments/analysis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "base/random.h"
#include "model/experiment_json.h"

namespace cpo::experiments {
namespace {

using testing::HasSubstr;

AnalysisPlan plan_of(std::vector<std::string> arms, std::int64_t planned) {
    AnalysisPlan plan;
    plan.experiment = "win-back-s0";
    plan.control = arms.front();
    plan.weights.assign(arms.size(), 1.0 / static_cast<double>(arms.size()));
    plan.arms = std::move(arms);
    plan.planned_per_arm = planned;
    return plan;
}

ArmStatistics arm_of(const std::string& key, std::int64_t units, double sum, double squares) {
    ArmStatistics arm;
    arm.arm = key;
    arm.units = units;
    arm.sum = sum;
    arm.sum_of_squares = squares;
    return arm;
}

MetricData conversion(std::vector<std::tuple<std::string, std::int64_t, double>> arms) {
    MetricData metric{"conversion", MetricKind::kProportion, false, {}};
    for (const auto& [key, units, sum] : arms) metric.arms.push_back(arm_of(key, units, sum, sum));
    return metric;
}

MetricData unsubscribes(double control, double urgent) {
    MetricData metric{"unsubscribe", MetricKind::kProportion, true, {}};
    metric.arms = {arm_of("control", 10000, control, control),
                   arm_of("urgent", 10000, urgent, urgent)};
    return metric;
}

const MetricResult& result_of(const Analysis& analysis,
                              const std::string& metric,
                              const std::string& arm) {
    for (const MetricResult& result : analysis.results)
        if (result.metric == metric && result.arm == arm) return result;
    throw std::out_of_range(metric + " " + arm);
}

TEST(Analysis, NumbersAgreeWithScipyAndStatsmodels) {
    const auto analysis = analyze(
        plan_of({"control", "urgent", "friendly"}, 8155),
        {conversion({{"control", 10000, 500}, {"urgent", 10000, 600}, {"friendly", 10000, 520}})});
    ASSERT_TRUE(analysis) << analysis.error().message;
    const auto& urgent = result_of(*analysis, "conversion", "urgent");
    EXPECT_NEAR(*urgent.p_value, 0.001922535020729943, 1e-12);
    EXPECT_NEAR(*urgent.difference_low, 0.003681960397416869, 1e-12);
    EXPECT_NEAR(*urgent.difference_high, 0.016318039602583122, 1e-12);
    EXPECT_NEAR(*urgent.relative_lift, 0.2, 1e-12);
    EXPECT_NEAR(*urgent.relative_low, 0.06151209087994988, 1e-12);
    EXPECT_NEAR(*urgent.relative_high, 0.3384879091200499, 1e-12);
    EXPECT_NEAR(*urgent.adjusted_p_value, 0.003845070041459886, 1e-12);
    EXPECT_NEAR(*urgent.adjusted_low, 0.002774621274056248, 1e-12);
    EXPECT_NEAR(*urgent.adjusted_high, 0.017225378725943742, 1e-12);
    EXPECT_NEAR(*urgent.mean_low, 0.05551213038936487, 1e-12);
    EXPECT_NEAR(*urgent.mean_high, 0.06482578817683052, 1e-12);
    EXPECT_NEAR(*urgent.newcombe_low, 0.00368194547638762, 1e-12);
    EXPECT_NEAR(*urgent.newcombe_high, 0.016333298963973668, 1e-12);
    const auto& friendly = result_of(*analysis, "conversion", "friendly");
    EXPECT_NEAR(*friendly.adjusted_p_value, 0.5203368367888215, 1e-12);
    EXPECT_NEAR(*friendly.adjusted_low, -0.0040982200516910434, 1e-12);
}

TEST(Analysis, MeansAgreeWithScipy) {
    MetricData revenue{"revenue", MetricKind::kMean, false, {}};
    revenue.arms = {arm_of("control", 1000, 5200.5, 98000.25),
                    arm_of("urgent", 1010, 5600.75, 101000.5)};
    const auto analysis = analyze(plan_of({"control", "urgent"}, 900), {revenue});
    ASSERT_TRUE(analysis);
    const auto& control = result_of(*analysis, "revenue", "control");
    EXPECT_NEAR(*control.mean, 5.2005, 1e-12);
    EXPECT_NEAR(*control.mean_low, 4.677521915287975, 1e-10);
    EXPECT_FALSE(control.p_value);
    const auto& urgent = result_of(*analysis, "revenue", "urgent");
    EXPECT_NEAR(*urgent.p_value, 0.35630855706320896, 1e-11);
    EXPECT_NEAR(*urgent.difference_low, -0.3881015069378526, 1e-10);
    EXPECT_NEAR(*urgent.relative_high, 0.21205599236985018, 1e-10);
    EXPECT_EQ(analysis->advice, Advice::kNoDifference);
}

TEST(Analysis, ShipsTheSignificantArmOnceThePlannedSampleIsReached) {
    const auto analysis = analyze(plan_of({"control", "urgent"}, 8155),
                                  {conversion({{"control", 10000, 500}, {"urgent", 10000, 600}})});
    ASSERT_TRUE(analysis);
    EXPECT_EQ(analysis->advice, Advice::kShip);
    EXPECT_EQ(analysis->winner, "urgent");
    EXPECT_EQ(analysis->sentence,
              "Ship 'urgent': conversion is 6 % instead of 5 % in control, a lift of 20 % (95 % "
              "interval of the difference: 0.37 to 1.63 percentage points).");
}

TEST(Analysis, NamesNoWinnerBeforeThePlannedSample) {
    const auto analysis = analyze(plan_of({"control", "urgent"}, 20000),
                                  {conversion({{"control", 10000, 500}, {"urgent", 10000, 700}})});
    ASSERT_TRUE(analysis);
    EXPECT_EQ(analysis->advice, Advice::kKeepGoing);
    EXPECT_EQ(analysis->winner, "");
    EXPECT_THAT(analysis->sentence, HasSubstr("10,000 of 20,000 planned units"));
    EXPECT_THAT(analysis->sentence, testing::Not(HasSubstr("urgent")));
}

TEST(Analysis, NamesNoWinnerWithoutAPlan) {
    const auto analysis = analyze(plan_of({"control", "urgent"}, 0),
                                  {conversion({{"control", 10000, 500}, {"urgent", 10000, 700}})});
    ASSERT_TRUE(analysis);
    EXPECT_EQ(analysis->advice, Advice::kKeepGoing);
    EXPECT_THAT(analysis->sentence, HasSubstr("no sample was planned"));
}

TEST(Analysis, DoesNotTrustArmsThatAreNotAsLargeAsPlanned) {
    const auto analysis = analyze(plan_of({"control", "urgent"}, 8155),
                                  {conversion({{"control", 10000, 500}, {"urgent", 9500, 600}})});
    ASSERT_TRUE(analysis);
    EXPECT_TRUE(analysis->sample_ratio.is_mismatch);
    EXPECT_EQ(analysis->advice, Advice::kDoNotTrust);
    EXPECT_EQ(analysis->winner, "");
}

TEST(Analysis, StopsWhenAGuardrailRisesEvenIfConversionIsBetter) {
    const auto analysis = analyze(
        plan_of({"control", "urgent"}, 8155),
        {conversion({{"control", 10000, 500}, {"urgent", 10000, 600}}), unsubscribes(50, 120)});
    ASSERT_TRUE(analysis);
    EXPECT_EQ(analysis->advice, Advice::kStop);
    EXPECT_EQ(analysis->winner, "");
    EXPECT_THAT(analysis->sentence, HasSubstr("unsubscribe is 1.2 % instead of 0.5 %"));
    const auto fewer = analyze(
        plan_of({"control", "urgent"}, 8155),
        {conversion({{"control", 10000, 500}, {"urgent", 10000, 600}}), unsubscribes(120, 50)});
    EXPECT_EQ(fewer->advice, Advice::kShip);
}

TEST(Analysis, StopsWhenTheOnlySignificantArmIsWorse) {
    const auto analysis = analyze(plan_of({"control", "urgent"}, 8155),
                                  {conversion({{"control", 10000, 600}, {"urgent", 10000, 500}})});
    ASSERT_TRUE(analysis);
    EXPECT_EQ(analysis->advice, Advice::kStop);
    EXPECT_THAT(analysis->sentence, HasSubstr("keep 'control'"));
}

TEST(Analysis, TheWinnerIsTheArmWithTheHighestLowerLimit) {
    AnalysisPlan plan = plan_of({"control", "a", "b"}, 8000);
    const auto analysis = analyze(
        plan, {conversion({{"control", 10000, 500}, {"a", 10000, 640}, {"b", 10000, 660}})});
    ASSERT_TRUE(analysis);
    EXPECT_EQ(analysis->winner, "b");
}

TEST(Analysis, UndefinedNumbersAreAbsentWithAReason) {
    const auto nobody = analyze(plan_of({"control", "urgent"}, 10),
                                {conversion({{"control", 0, 0}, {"urgent", 20, 3}})});
    ASSERT_TRUE(nobody);
    const auto& empty = result_of(*nobody, "conversion", "control");
    EXPECT_FALSE(empty.mean);
    EXPECT_EQ(empty.no_result_reason, "arm 'control' has no units");
    EXPECT_FALSE(result_of(*nobody, "conversion", "urgent").p_value);

    const auto zeros = analyze(plan_of({"control", "urgent"}, 10),
                               {conversion({{"control", 20, 0}, {"urgent", 20, 0}})});
    const auto& flat = result_of(*zeros, "conversion", "urgent");
    EXPECT_EQ(*flat.difference, 0);
    EXPECT_FALSE(flat.p_value);
    EXPECT_THAT(flat.no_result_reason, HasSubstr("no value varies"));
    EXPECT_EQ(zeros->advice, Advice::kNoDifference);
    EXPECT_THAT(zeros->sentence, HasSubstr("could not be tested"));

    const auto no_base = analyze(plan_of({"control", "urgent"}, 10),
                                 {conversion({{"control", 20, 0}, {"urgent", 20, 5}})});
    const auto& lift = result_of(*no_base, "conversion", "urgent");
    EXPECT_TRUE(lift.p_value);
    EXPECT_FALSE(lift.relative_lift);
    EXPECT_THAT(lift.no_result_reason, HasSubstr("mean of control is 0"));

    const auto weak = analyze(plan_of({"control", "urgent"}, 10),
                              {conversion({{"control", 20, 1}, {"urgent", 20, 5}})});
    const auto& unbounded = result_of(*weak, "conversion", "urgent");
    EXPECT_TRUE(unbounded.relative_lift);
    EXPECT_FALSE(unbounded.relative_low);
    EXPECT_THAT(unbounded.no_result_reason, HasSubstr("relative effect unbounded"));
}

TEST(Analysis, WritesAbsentNumbersAsNull) {
    const auto analysis = analyze(plan_of({"control", "urgent"}, 10),
                                  {conversion({{"control", 0, 0}, {"urgent", 6, 3}})});
    ASSERT_TRUE(analysis);
    const auto written = to_json(*analysis);
    const auto& control = written.at("results").at(0).as_object();
    EXPECT_TRUE(control.at("mean").is_null());
    EXPECT_EQ(control.at("reason").as_string(), "arm 'control' has no units");
    EXPECT_TRUE(written.at("winner").is_null());
    EXPECT_EQ(written.at("advice").as_string(), "keep_going");
}

TEST(Analysis, RefusesStatisticsThatNoDataCanHave) {
    const auto message = [](const ArmStatistics& arm, MetricKind kind) {
        MetricData metric{"m", kind, false, {arm_of("control", 10, 5, 5), arm}};
        const auto analysis = analyze(plan_of({"control", "urgent"}, 10), {metric});
        return analysis ? std::string("accepted") : analysis.error().message;
    };
    const double infinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(message(arm_of("urgent", 10, 5, 5), MetricKind::kMean), "accepted");
    EXPECT_THAT(message(arm_of("urgent", 10, 20, 10), MetricKind::kMean),
                HasSubstr("metric 'm', arm 'urgent': sum_of_squares"));
    EXPECT_THAT(message(arm_of("urgent", -1, 0, 0), MetricKind::kMean), HasSubstr("negative"));
    EXPECT_THAT(message(arm_of("urgent", 10, infinity, 1), MetricKind::kMean),
                HasSubstr("not finite"));
    EXPECT_THAT(message(arm_of("urgent", 10, 11, 13), MetricKind::kProportion),
                HasSubstr("no share"));
    EXPECT_THAT(message(arm_of("urgent", 10, 5, 9), MetricKind::kProportion),
                HasSubstr("kind mean"));
    EXPECT_THAT(message(arm_of("other", 10, 5, 5), MetricKind::kMean), HasSubstr("no such arm"));
    EXPECT_THAT(message(arm_of("control", 10, 5, 5), MetricKind::kMean), HasSubstr("twice"));
}

TEST(Analysis, RefusesAPlanWithoutControlOrWithWrongWeights) {
    const auto metric = conversion({{"control", 10, 5}, {"urgent", 10, 5}});
    AnalysisPlan plan = plan_of({"control", "urgent"}, 10);
    plan.control = "nobody";
    EXPECT_THAT(analyze(plan, {metric}).error().message, HasSubstr("control"));
    plan = plan_of({"control", "urgent"}, 10);
    plan.weights = {0.5, 0.6};
    EXPECT_THAT(analyze(plan, {metric}).error().message, HasSubstr("weights"));
    plan = plan_of({"control", "urgent"}, 10);
    EXPECT_THAT(analyze(plan, {unsubscribes(1, 2)}).error().message, HasSubstr("no guardrail"));
    EXPECT_THAT(analyze(plan, {metric, metric}).error().message, HasSubstr("twice"));
}

RC_GTEST_PROP(Analysis, IntervalLeavesOutZeroExactlyWhenTheVerdictIsSignificant, ()) {
    const int arms = *rc::gen::inRange(2, 6);
    std::vector<std::string> keys{"control"};
    MetricData metric{"conversion", MetricKind::kProportion, false, {}};
    for (int i = 1; i < arms; ++i) keys.push_back("arm" + std::to_string(i));
    for (const std::string& key : keys) {
        const double sum = *rc::gen::inRange(40, 200);
        metric.arms.push_back(arm_of(key, 1000, sum, sum));
    }
    const auto analysis = analyze(plan_of(keys, 1000), {metric});
    RC_ASSERT(analysis.has_value());
    bool is_any = false;
    for (const MetricResult& result : analysis->results) {
        if (!result.adjusted_p_value) continue;
        const bool is_significant = *result.adjusted_p_value <= 0.05;
        is_any = is_any || is_significant;
        RC_ASSERT(is_significant == (*result.adjusted_low > 0 || *result.adjusted_high < 0));
    }
    RC_ASSERT(is_any == (analysis->advice == Advice::kShip || analysis->advice == Advice::kStop));
}

TEST(Analysis, ShipsFivePercentOfExperimentsWithoutADifferenceAtMost) {
    int shipped = 0;
    Random random(31);
    constexpr int kRuns = 4000;
    for (int run = 0; run < kRuns; ++run) {
        std::vector<std::tuple<std::string, std::int64_t, double>> arms;
        for (const char* key : {"control", "a", "b", "c"}) {
            double hits = 0;
            for (int i = 0; i < 500; ++i) hits += random.uniform() < 0.1 ? 1 : 0;
            arms.emplace_back(key, 500, hits);
        }
        const auto analysis = analyze(plan_of({"control", "a", "b", "c"}, 500), {conversion(arms)});
        ASSERT_TRUE(analysis);
        shipped += analysis->advice == Advice::kShip ? 1 : 0;
    }
    // Two-sided 5 % over the family: about half of it in the direction of a winner.
    EXPECT_LE(shipped, kRuns * 35 / 1000);
    EXPECT_GE(shipped, kRuns * 10 / 1000);
}

}  // namespace
}  // namespace cpo::experiments
