// Expected values: SciPy 1.17.1 (ttest_ind, ttest_ind_from_stats, stats.t) and statsmodels 0.15.0
// (proportion_confint, confint_proportions_2indep), NumPy 2.4.6 for the delta method written out.
#include "statistics/comparison.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.h"
#include "statistics/distributions.h"
#include "statistics/moments.h"

namespace cpo::statistics {
namespace {

Sample sample_of(const std::vector<double>& values) {
    Moments moments;
    for (const double value : values) moments.add(value);
    return {moments.count(), moments.mean(), moments.variance()};
}

TEST(Comparison, WelchAgreesWithScipyOnRawValues) {
    const auto comparison =
        welch(sample_of({3.1, 4.7, 2.2, 5.9, 4.4, 3.8}), sample_of({6.1, 5.2, 7.7, 4.9}));
    ASSERT_TRUE(comparison);
    EXPECT_NEAR(comparison->p_value, 0.04998522472622937, 1e-13);
    EXPECT_NEAR(comparison->degrees_of_freedom, 6.71208855753195, 1e-12);
    EXPECT_NEAR(comparison->interval(0.05).low, 0.00016835379874291512, 1e-12);
    EXPECT_NEAR(comparison->interval(0.05).high, 3.9164983128679234, 1e-12);
}

TEST(Comparison, WelchAndLiftAgreeWithScipyOnSummaries) {
    const Sample control{12, 10.5, 4.2};
    const Sample treatment{15, 12.1, 9.7};
    const auto comparison = welch(control, treatment);
    ASSERT_TRUE(comparison);
    EXPECT_NEAR(comparison->p_value, 0.1219676676178552, 1e-13);
    EXPECT_NEAR(comparison->standard_error, 0.9983319421247958, 1e-14);
    const auto relative = relative_lift(control, treatment, 0.05);
    ASSERT_TRUE(relative);
    EXPECT_NEAR(relative->lift, 0.15238095238095234, 1e-14);
    EXPECT_NEAR(relative->interval.low, -0.054744431212834066, 1e-13);
    EXPECT_NEAR(relative->interval.high, 0.35950633597473874, 1e-13);
    EXPECT_NEAR(relative->fieller_g, 0.01350954536947893, 1e-14);
    EXPECT_TRUE(relative->is_bounded());
}

TEST(Comparison, LiftOverANegativeControlKeepsTheSignOfTheDifference) {
    const Sample control{400, -3.0, 25.0};
    const Sample treatment{380, -2.4, 16.0};
    const auto relative = relative_lift(control, treatment, 0.05);
    ASSERT_TRUE(relative);
    EXPECT_NEAR(relative->lift, 0.20000000000000004, 1e-14);
    EXPECT_NEAR(relative->interval.low, 0.012497142396007549, 1e-12);
    EXPECT_NEAR(relative->interval.high, 0.3875028576039925, 1e-12);
}

TEST(Comparison, SaysWhenTheControlMeanCannotBeToldFromZero) {
    // t = mean / standard error = 1 / 1 < 1.96, so Fieller's set is unbounded.
    const auto relative = relative_lift({100, 1, 100}, {100, 2, 100}, 0.05);
    ASSERT_TRUE(relative);
    EXPECT_FALSE(relative->is_bounded());
}

TEST(Comparison, HasNoResultWithoutTwoUnitsSpreadOrBaseline) {
    EXPECT_FALSE(welch({1, 5, 0}, {9, 5, 1}));
    EXPECT_FALSE(welch({9, 5, 0}, {9, 6, 0}));
    EXPECT_TRUE(welch({9, 5, 0}, {9, 6, 1}));
    EXPECT_FALSE(relative_lift({9, 0, 1}, {9, 6, 1}, 0.05));
}

TEST(Comparison, WilsonAgreesWithStatsmodels) {
    EXPECT_NEAR(wilson(7, 120, 0.05).low, 0.028541010000220288, 1e-14);
    EXPECT_NEAR(wilson(7, 120, 0.05).high, 0.11552592033630114, 1e-14);
    EXPECT_EQ(wilson(0, 30, 0.05).low, 0);
    EXPECT_NEAR(wilson(0, 30, 0.05).high, 0.1135133931739688, 1e-14);
    EXPECT_NEAR(wilson(30, 30, 0.05).low, 0.8864866068260311, 1e-14);
    EXPECT_EQ(wilson(30, 30, 0.05).high, 1);
    EXPECT_NEAR(wilson(450, 9000, 0.05).low, 0.04568615294191823, 1e-14);
}

TEST(Comparison, NewcombeAgreesWithThePaperAndStatsmodels) {
    // Newcombe 1998, table II, method 10: (a) 0.0524 to 0.3339, (c) 0.1705 to 0.8090,
    // (h) 0.6791 to 1.
    const auto a = newcombe({48, 80}, {56, 70}, 0.05);
    EXPECT_NEAR(a.low, 0.05243147240236498, 1e-13);
    EXPECT_NEAR(a.high, 0.33387265403690614, 1e-13);
    const auto c = newcombe({3, 10}, {9, 10}, 0.05);
    EXPECT_NEAR(c.low, 0.1705227239345029, 1e-13);
    EXPECT_NEAR(c.high, 0.809017973535488, 1e-13);
    const auto h = newcombe({0, 20}, {10, 10}, 0.05);
    EXPECT_NEAR(h.low, 0.6790860371419145, 1e-13);
    EXPECT_NEAR(h.high, 1, 1e-13);
}

TEST(Comparison, RatioSampleUsesTheDeltaMethod) {
    // Units (clicks, exposures): (0,1) (1,2) (1,1) (1,4) (2,3) (0,1) (0,2) (3,5); NumPy's cov.
    const auto sample = ratio_sample({8, 8, 16, 19, 61, 28});
    ASSERT_TRUE(sample);
    EXPECT_NEAR(sample->mean, 0.42105263157894735, 1e-15);
    EXPECT_NEAR(sample->variance, 0.08194271946084776, 1e-14);
    EXPECT_FALSE(ratio_sample({8, 0, 0, 0, 0, 0}));
}

RC_GTEST_PROP(Comparison, SwappingTheArmsFlipsTheSignAndKeepsTheP, ()) {
    const Sample one{*rc::gen::inRange(2, 5000),
                     *rc::gen::inRange(-500, 500) / 7.0,
                     *rc::gen::inRange(1, 9000) / 11.0};
    const Sample two{*rc::gen::inRange(2, 5000),
                     *rc::gen::inRange(-500, 500) / 7.0,
                     *rc::gen::inRange(1, 9000) / 11.0};
    const auto there = welch(one, two);
    const auto back = welch(two, one);
    RC_ASSERT(there && back);
    RC_ASSERT(there->difference == -back->difference);
    RC_ASSERT(std::abs(there->p_value - back->p_value) <= 1e-12);
    // The interval leaves out 0 exactly when p is below alpha.
    const auto interval = there->interval(0.05);
    if (std::abs(there->p_value - 0.05) > 1e-9)
        RC_ASSERT((interval.low > 0 || interval.high < 0) == (there->p_value < 0.05));
}

/// One arm of a simulated experiment.
Sample draw(Random& random, std::int64_t units, double shift, bool is_proportion) {
    Moments moments;
    for (std::int64_t i = 0; i < units; ++i) {
        if (is_proportion)
            moments.add(random.uniform() < 0.2 * (1 + shift) ? 1 : 0);
        else
            moments.add(std::exp(0.5 * random.normal()) * (1 + shift));  // Skewed, like baskets.
    }
    return {moments.count(), moments.mean(), moments.variance()};
}

TEST(Comparison, RejectsFivePercentOfExperimentsWithoutADifference) {
    // experiments without an effect: 4.4 % ... 5.6 % rejections at alpha 0.05 (10,000 runs have a
    // standard error of 0.22 %).
    for (const bool is_proportion : {true, false}) {
        int rejected = 0;
        std::vector<int> decile(10, 0);
        Random random(is_proportion ? 101 : 202);
        constexpr int kRuns = 10000;
        for (int run = 0; run < kRuns; ++run) {
            const auto comparison =
                welch(draw(random, 400, 0, is_proportion), draw(random, 300, 0, is_proportion));
            ASSERT_TRUE(comparison);
            rejected += comparison->p_value <= 0.05 ? 1 : 0;
            ++decile[std::min<std::size_t>(9, static_cast<std::size_t>(comparison->p_value * 10))];
        }
        EXPECT_GE(rejected, kRuns * 44 / 1000);
        EXPECT_LE(rejected, kRuns * 56 / 1000);
        // p-values are uniform: chi-square over deciles.
        double statistic = 0;
        for (const int count : decile) statistic += (count - 1000.0) * (count - 1000.0) / 1000.0;
        EXPECT_GT(chi_square_survival(statistic, 9), 0.001);
    }
}

TEST(Comparison, IntervalsCoverAPlantedLiftNinetyFivePercentOfTheTime) {
    constexpr double kLift = 0.15;
    for (const bool is_proportion : {true, false}) {
        const double control_mean = is_proportion ? 0.2 : std::exp(0.125);
        int covered = 0;
        int covered_relative = 0;
        Random random(is_proportion ? 303 : 404);
        constexpr int kRuns = 10000;
        for (int run = 0; run < kRuns; ++run) {
            const Sample control = draw(random, 500, 0, is_proportion);
            const Sample treatment = draw(random, 500, kLift, is_proportion);
            const auto interval = welch(control, treatment)->interval(0.05);
            const double truth = control_mean * kLift;
            covered += interval.low <= truth && truth <= interval.high ? 1 : 0;
            const auto relative = relative_lift(control, treatment, 0.05)->interval;
            covered_relative += relative.low <= kLift && kLift <= relative.high ? 1 : 0;
        }
        EXPECT_NEAR(covered, 0.95 * kRuns, 0.006 * kRuns);
        EXPECT_NEAR(covered_relative, 0.95 * kRuns, 0.006 * kRuns);
    }
}

}  // namespace
}  // namespace cpo::statistics
