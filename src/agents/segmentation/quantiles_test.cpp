#include "agents/segmentation/quantiles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace cpo::segmentation {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

TEST(Quantiles, AreThoseOfScikitLearn) {
    // scikit-learn 1.9: QuantileTransformer(n_quantiles=6) of 0, 0, 1, 1, 1, 9.
    const auto quantiles = quantiles_of({9, 1, 0, 1, 1, 0});
    EXPECT_THAT(quantiles, ElementsAre(0, 0, 1, 1, 1, 9));
    std::vector<double> values{-5, 0, .5, 1, 5, 9, 99};
    ShareBelow(quantiles).replace(values);
    const std::vector<double> expected{0, 0, .3, .6, .9, 1, 1};
    EXPECT_THAT(values, Pointwise(DoubleNear(1e-12), expected));
}

/// As scikit-learn's QuantileTransformer, one value at a time.
double share_of(const std::vector<double>& quantiles, double value) {
    if (value <= quantiles.front()) return 0;
    if (value >= quantiles.back()) return 1;
    const auto [first, behind] = std::equal_range(quantiles.begin(), quantiles.end(), value);
    const auto steps = static_cast<double>(quantiles.size() - 1);
    const auto last = static_cast<double>(behind - quantiles.begin() - 1);
    if (first == behind) return (last + (value - behind[-1]) / (behind[0] - behind[-1])) / steps;
    return (static_cast<double>(first - quantiles.begin()) + last) / 2 / steps;
}

RC_GTEST_PROP(Quantiles, ManyValuesAtOnceAreWhatTheyAreOneByOne, (bool is_tied)) {
    const auto count = *rc::gen::inRange<std::size_t>(2, kQuantilesMax + 50);
    const auto number = rc::gen::map(rc::gen::inRange(-1'000'000, 1'000'000), [&](int drawn) {
        return is_tied ? static_cast<double>(drawn % 20) : drawn / 7.0;
    });
    const auto quantiles = quantiles_of(*rc::gen::container<std::vector<double>>(count, number));
    auto values = *rc::gen::container<std::vector<double>>(number);
    values.insert(values.end(), quantiles.begin(), quantiles.end());
    auto shares = values;
    ShareBelow(quantiles).replace(shares);
    for (std::size_t i = 0; i < values.size(); ++i)
        RC_ASSERT(shares[i] == share_of(quantiles, values[i]));
}

}  // namespace
}  // namespace cpo::segmentation
