#include "statistics/sample_ratio.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"

namespace cpo::statistics {
namespace {

using Units = std::vector<std::int64_t>;
using Weights = std::vector<double>;

TEST(SampleRatio, AgreesWithScipy) {
    // scipy.stats.chisquare, SciPy 1.17.1.
    const auto even = check_sample_ratio(Units{5120, 4880}, Weights{0.5, 0.5});
    ASSERT_TRUE(even);
    EXPECT_NEAR(even->statistic, 5.76, 1e-12);
    EXPECT_NEAR(even->p_value, 0.01639507184919225, 1e-13);
    EXPECT_FALSE(even->is_mismatch());
    const auto three = check_sample_ratio(Units{1010, 980, 2010}, Weights{0.25, 0.25, 0.5});
    ASSERT_TRUE(three);
    EXPECT_NEAR(three->p_value, 0.7595721232249684, 1e-13);
    const auto uneven = check_sample_ratio(Units{15752, 15257}, Weights{0.5, 0.5});
    ASSERT_TRUE(uneven);
    EXPECT_NEAR(uneven->statistic, 7.9017382050372476, 1e-11);
    EXPECT_NEAR(uneven->p_value, 0.0049387316157770466, 1e-13);
}

TEST(SampleRatio, LeavesArmsOfWeightZeroOutOfStatisticAndFreedom) {
    const auto with = check_sample_ratio(Units{510, 7, 490}, Weights{0.5, 0, 0.5});
    const auto without = check_sample_ratio(Units{510, 490}, Weights{0.5, 0.5});
    ASSERT_TRUE(with && without);
    EXPECT_EQ(with->degrees_of_freedom, 1);
    EXPECT_EQ(with->statistic, without->statistic);
}

TEST(SampleRatio, HasNoResultForOneArmOrNoUnits) {
    EXPECT_FALSE(check_sample_ratio(Units{10}, Weights{1}));
    EXPECT_FALSE(check_sample_ratio(Units{0, 0}, Weights{0.5, 0.5}));
    EXPECT_FALSE(check_sample_ratio(Units{5, 5}, Weights{1, 0}));
}

TEST(SampleRatio, FindsALossOfTwoPercentAndRarelyAlarmsWithoutOne) {
    // experiments of two arms with 200,000 units each, drawn as sums of coin flips (64 a word).
    int alarms = 0;
    int found = 0;
    Random random(77);
    constexpr int kRuns = 1000;
    for (int run = 0; run < kRuns; ++run) {
        std::int64_t heads = 0;
        constexpr std::int64_t kWords = 6250;  // 400,000 units.
        for (int word = 0; word < kWords; ++word) heads += __builtin_popcountll(random.next());
        const std::int64_t tails = 64 * kWords - heads;
        alarms += check_sample_ratio(Units{heads, tails}, Weights{0.5, 0.5})->is_mismatch() ? 1 : 0;
        const auto lost = tails - tails / 50;
        found += check_sample_ratio(Units{heads, lost}, Weights{0.5, 0.5})->is_mismatch() ? 1 : 0;
    }
    EXPECT_LE(alarms, 6);  // Expected 1; more than 6 has a chance below 1e-4.
    EXPECT_GE(found, kRuns * 99 / 100);
}

}  // namespace
}  // namespace cpo::statistics
