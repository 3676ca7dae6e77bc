// Expected values: the textbook formula written out with SciPy 1.17.1's norm.ppf; inverses by
// scipy.optimize.brentq.
#include "statistics/planning.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "base/random.h"
#include "statistics/comparison.h"

namespace cpo::statistics {
namespace {

TEST(Planning, NeedsAsManyUnitsAsTheFormulaSays) {
    EXPECT_EQ(needed_for_proportions(0.05, 0.2, {0.05, 0.8}), 8155);       // 8154.99
    EXPECT_EQ(needed_for_proportions(0.05, 0.2, {0.05 / 3, 0.8}), 10878);  // 10877.41
    EXPECT_EQ(needed_for_proportions(0.3, -0.1, {0.01, 0.9}), 6731);       // 6730.44
    EXPECT_EQ(needed_for_proportions(0.012, 0.5, {0.05, 0.95}), 10660);    // 10659.99
    EXPECT_EQ(needed_for_means(12.5, 1.1, {0.05, 0.8}), 2028);             // 2027.09
}

TEST(Planning, DetectableLiftInvertsTheSampleSize) {
    EXPECT_NEAR(*detectable_lift(0.05, 541, {0.05, 0.8}), 0.8770295286820775, 1e-11);
    EXPECT_NEAR(*detectable_lift(0.05, 8155, {0.05, 0.8}), 0.19999982129776522, 1e-11);
    EXPECT_NEAR(*detectable_lift(0.2, 1000, {0.025, 0.9}), 0.3320932210582235, 1e-11);
    EXPECT_NEAR(*detectable_difference(12.5, 3000, {0.05, 0.8}), 0.9042077410610333, 1e-12);
}

TEST(Planning, RefusesWhatCannotBePlanned) {
    EXPECT_FALSE(needed_for_proportions(0.6, 0.8, {0.05, 0.8}));  // 108 % cannot be converted.
    EXPECT_FALSE(needed_for_proportions(0.05, 0, {0.05, 0.8}));
    EXPECT_FALSE(needed_for_proportions(0, 0.2, {0.05, 0.8}));
    EXPECT_FALSE(needed_for_proportions(0.05, 0.2, {0, 0.8}));
    EXPECT_FALSE(needed_for_proportions(0.05, std::nan(""), {0.05, 0.8}));
    EXPECT_FALSE(needed_for_proportions(1e-9, 1e-9, {0.05, 0.8}));  // More than 2^53 units.
    EXPECT_FALSE(needed_for_means(0, 1, {0.05, 0.8}));
    EXPECT_FALSE(detectable_lift(0.05, 0, {0.05, 0.8}));
    EXPECT_FALSE(detectable_lift(0.5, 2, {0.05, 0.8}));  // Not even everybody would show it.
}

RC_GTEST_PROP(Planning, NeededAndDetectableAgree, ()) {
    const double baseline = *rc::gen::inRange(1, 400) / 1000.0;
    const auto per_arm = *rc::gen::inRange<std::int64_t>(50, 1000000);
    const auto lift = detectable_lift(baseline, per_arm, {0.05, 0.8});
    RC_PRE(lift.has_value());
    const auto needed = needed_for_proportions(baseline, *lift, {0.05, 0.8});
    RC_ASSERT(needed.has_value());
    RC_ASSERT(std::abs(static_cast<double>(*needed - per_arm)) <= 1);
}

TEST(Planning, GivesThePowerThatItPromises) {
    // 4,000 experiments at the planned size with the planned lift: 80 % are found, within 2 points.
    const auto units = *needed_for_proportions(0.3, 0.25, {0.05, 0.8});
    Random random(9);
    int found = 0;
    constexpr int kRuns = 4000;
    const auto draw = [&](double share) {
        std::int64_t hits = 0;
        for (std::int64_t i = 0; i < units; ++i) hits += random.uniform() < share ? 1 : 0;
        const double mean = static_cast<double>(hits) / static_cast<double>(units);
        return Sample{units, mean, mean * (1 - mean)};
    };
    for (int run = 0; run < kRuns; ++run)
        found += welch(draw(0.3), draw(0.375))->p_value <= 0.05 ? 1 : 0;
    EXPECT_NEAR(found, 0.8 * kRuns, 0.02 * kRuns);
}

}  // namespace
}  // namespace cpo::statistics
