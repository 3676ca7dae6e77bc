#include "statistics/multiplicity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.h"
#include "statistics/distributions.h"

namespace cpo::statistics {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

TEST(Holm, AgreesWithStatsmodels) {
    // statsmodels 0.15.0, multipletests(..., method="holm").
    const auto adjusted = holm(std::vector<double>{0.01, 0.04, 0.03, 0.005, 0.9}, 0.05);
    EXPECT_THAT(adjusted.p_values,
                ElementsAre(DoubleNear(0.04, 1e-15),
                            DoubleNear(0.09, 1e-15),
                            DoubleNear(0.09, 1e-15),
                            DoubleNear(0.025, 1e-15),
                            DoubleNear(0.9, 1e-15)));
    // Two rejections (0.005 at alpha/5, 0.01 at alpha/4), then alpha/3 for all that are kept.
    EXPECT_THAT(adjusted.interval_alphas,
                ElementsAre(DoubleNear(0.05 / 4, 1e-15),
                            DoubleNear(0.05 / 3, 1e-15),
                            DoubleNear(0.05 / 3, 1e-15),
                            DoubleNear(0.05 / 5, 1e-15),
                            DoubleNear(0.05 / 3, 1e-15)));
}

TEST(Holm, OfNothingIsNothing) { EXPECT_TRUE(holm({}, 0.05).p_values.empty()); }

RC_GTEST_PROP(Holm, IntervalLevelsRejectExactlyWhatTheAdjustedPRejects, ()) {
    const auto raw = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 2000));
    std::vector<double> p_values;
    for (const int value : raw) p_values.push_back(value / 20000.0);
    const auto adjusted = holm(p_values, 0.05);
    for (std::size_t i = 0; i < p_values.size(); ++i) {
        RC_ASSERT(adjusted.p_values[i] >= p_values[i]);
        if (std::abs(adjusted.p_values[i] - 0.05) < 1e-12) continue;  // Rounding decides.
        RC_ASSERT((adjusted.p_values[i] <= 0.05) == (p_values[i] <= adjusted.interval_alphas[i]));
    }
}

TEST(Holm, HoldsTheChanceOfAnyFalseWinnerWithSharedControl) {
    // Four arms against one control, no effect: correlated tests, so below 5 %, never above 5.6 %.
    int any = 0;
    Random random(55);
    constexpr int kRuns = 10000;
    for (int run = 0; run < kRuns; ++run) {
        const double control = random.normal();
        std::vector<double> p_values;
        for (int arm = 0; arm < 4; ++arm)
            p_values.push_back(2 *
                               normal_cdf(-std::abs(random.normal() - control) / std::sqrt(2.0)));
        const auto adjusted = holm(p_values, 0.05);
        any += *std::min_element(adjusted.p_values.begin(), adjusted.p_values.end()) <= 0.05;
    }
    EXPECT_LE(any, kRuns * 56 / 1000);
    EXPECT_GE(any, kRuns * 30 / 1000);
}

}  // namespace
}  // namespace cpo::statistics
