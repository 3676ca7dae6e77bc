#include "statistics/moments.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace cpo::statistics {
namespace {

TEST(Moments, AgreeWithNumpy) {
    // numpy 2.4.6: mean and var(ddof=1).
    Moments moments;
    for (const double value : {3.1, 4.7, 2.2, 5.9, 4.4, 3.8}) moments.add(value);
    EXPECT_EQ(moments.count(), 6);
    EXPECT_NEAR(moments.mean(), 4.016666666666667, 1e-14);
    EXPECT_NEAR(moments.variance(), 1.6696666666666669, 1e-14);
}

TEST(Moments, KeepTheVarianceOfValuesFarFromZero) {
    // Exact by hand: {0, 1, 2} has variance 1, wherever it lies.
    Moments moments;
    for (const double value : {1e9, 1e9 + 1, 1e9 + 2}) moments.add(value);
    EXPECT_DOUBLE_EQ(moments.variance(), 1);
}

TEST(Moments, OfNothingOrOneValueHaveNoVariance) {
    Moments moments;
    EXPECT_EQ(moments.variance(), 0);
    moments.add(5);
    EXPECT_EQ(moments.variance(), 0);
    EXPECT_EQ(Moments::from_sums(0, 0, 0).count(), 0);
}

std::vector<double> some_values() {
    return *rc::gen::map(rc::gen::container<std::vector<int>>(rc::gen::inRange(-100000, 100000)),
                         [](const std::vector<int>& numbers) {
                             std::vector<double> values;
                             for (const int number : numbers) values.push_back(number / 100.0);
                             return values;
                         });
}

RC_GTEST_PROP(Moments, MergedEqualThoseOfAllValues, ()) {
    const auto first = some_values();
    const auto second = some_values();
    PairMoments left, right, all;
    for (const double value : first) left.add(value, value * value / 3);
    for (const double value : second) right.add(value, value * value / 3);
    for (const auto* values : {&first, &second})
        for (const double value : *values) all.add(value, value * value / 3);
    left.merge(right);
    const auto close = [](double a, double b) {
        return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)});
    };
    RC_ASSERT(left.first().count() == all.first().count());
    RC_ASSERT(close(left.first().mean(), all.first().mean()));
    RC_ASSERT(close(left.first().variance(), all.first().variance()));
    RC_ASSERT(close(left.second().variance(), all.second().variance()));
    RC_ASSERT(close(left.covariance(), all.covariance()));
}

RC_GTEST_PROP(Moments, FromSumsEqualThoseOfTheValues, ()) {
    const auto values = some_values();
    Moments moments;
    double sum = 0;
    double squares = 0;
    for (const double value : values) {
        moments.add(value);
        sum += value;
        squares += value * value;
    }
    const auto same = Moments::from_sums(static_cast<std::int64_t>(values.size()), sum, squares);
    RC_ASSERT(same.count() == moments.count());
    RC_ASSERT(std::abs(same.variance() - moments.variance()) <= 1e-9 * std::max(1.0, squares));
}

}  // namespace
}  // namespace cpo::statistics
