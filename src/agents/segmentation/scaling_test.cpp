#include "agents/segmentation/scaling.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace cpo::segmentation {
namespace {

/// One column per inner vector.
FeatureTable table_of(const std::vector<std::vector<double>>& columns) {
    FeatureTable table;
    for (std::size_t j = 0; j < columns.size(); ++j)
        table.definitions.push_back({fmt::format("f{}", j), fmt::format("f{}", j), "", ""});
    for (std::size_t i = 0; i < columns[0].size(); ++i) {
        table.ids.push_back(fmt::format("c{}", i));
        for (const auto& column : columns) table.values.push_back(column[i]);
    }
    return table;
}

std::vector<double> powers_of_two(int count) {
    std::vector<double> values(static_cast<std::size_t>(count), 1.0);
    for (int i = 1; i < count; ++i) values[static_cast<std::size_t>(i)] = std::ldexp(1.0, i);
    return values;
}

TEST(Scaling, MeasuresSkewnessAsScipyDoes) {
    // scipy 1.17.1: scipy.stats.skew([1, 2, 4, ..., 2048]).
    EXPECT_NEAR(skewness(powers_of_two(12)), 2.034258130729, 1e-9);
    EXPECT_EQ(skewness(std::vector<double>{3, 3, 3}), 0);
}

TEST(Scaling, TakesTheLogOfSkewedColumnsOnly) {
    std::vector<double> even(12);
    std::iota(even.begin(), even.end(), 0.0);
    const auto scaling = choose_scaling(table_of({powers_of_two(12), even}), {}, Scaling::kAuto, 1);
    ASSERT_TRUE(scaling);
    EXPECT_TRUE((*scaling)[0].is_log);
    EXPECT_FALSE((*scaling)[1].is_log);
    EXPECT_NEAR((*scaling)[1].center, 5.5, 1e-12);
    EXPECT_NEAR((*scaling)[1].scale, std::sqrt(143.0 / 12), 1e-12);  // Of 0 ... n-1: (n^2-1)/12.
}

TEST(Scaling, KeepsAFewNegativeAmountsFromPreventingTheLog) {
    std::vector<double> amounts(200);
    for (std::size_t i = 0; i < 200; ++i) amounts[i] = std::exp(static_cast<double>(i) / 20);
    amounts[3] = -50;  // A customer who returned more than was bought.
    const auto few = choose_scaling(table_of({amounts}), {}, Scaling::kAuto, 1);
    ASSERT_TRUE(few);
    EXPECT_TRUE(few->front().is_log);
    for (std::size_t i = 0; i < 10; ++i) amounts[i] = -50;
    const auto many = choose_scaling(table_of({amounts}), {}, Scaling::kAuto, 1);
    ASSERT_TRUE(many);
    EXPECT_FALSE(many->front().is_log);
}

TEST(Scaling, DoesNotUseColumnsThatDoNotVaryOrWereNotAskedFor) {
    const auto table = table_of({{1, 2, 3}, {4, 4, 4}, {7, 8, 10}});
    const auto scaling = choose_scaling(table, {"f0", "f1"}, Scaling::kStandard, 1);
    ASSERT_TRUE(scaling);
    EXPECT_TRUE((*scaling)[0].is_used);
    EXPECT_FALSE((*scaling)[1].is_used);
    EXPECT_FALSE((*scaling)[2].is_used);
    EXPECT_EQ((*scaling)[2].reason, "not asked for");
    EXPECT_EQ(scaled_points(table, *scaling, 1).columns(), 1U);
}

TEST(Scaling, RefusesWhatCannotBeSegmented) {
    const auto table = table_of({{1, 2}, {4, 4}});
    EXPECT_FALSE(choose_scaling(FeatureTable{}, {}, Scaling::kAuto, 1));
    EXPECT_FALSE(choose_scaling(table, {"f1"}, Scaling::kAuto, 1));
    EXPECT_FALSE(choose_scaling(table, {"f0", "f0"}, Scaling::kAuto, 1));
    const auto unknown = choose_scaling(table, {"age"}, Scaling::kAuto, 1);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().message, "there is no feature \"age\"; there are: f0, f1");
}

TEST(Scaling, FollowsTheModeThatWasAsked) {
    const auto table = table_of({{0, 1, 2, 3, 100}});
    const auto robust = choose_scaling(table, {}, Scaling::kRobust, 1);
    const auto range = choose_scaling(table, {}, Scaling::kMinMax, 1);
    const auto none = choose_scaling(table, {}, Scaling::kNone, 1);
    ASSERT_TRUE(robust && range && none);
    EXPECT_EQ(robust->front().center, 2);
    EXPECT_NEAR(robust->front().scale, 2 / 1.3489795, 1e-6);  // Quartiles 1 and 3.
    EXPECT_EQ(range->front().scale, 100);
    EXPECT_EQ(none->front().scale, 1);
    const auto points = scaled_points(table, *none, 1);
    EXPECT_NEAR(points.at(4, 0) - points.at(0, 0), 100, 1e-5);  // Shifted to mean 0, not stretched.
}

TEST(Scaling, LeavesOutWhatRepeatsAnotherOrHardlyVaries) {
    std::vector<double> a, b, c;
    for (int i = 0; i < 400; ++i) {
        a.push_back(std::sin(i));
        b.push_back(3 * std::sin(i) + .01 * std::cos(7 * i));
        c.push_back(i == 9 ? 1 : 0);
    }
    auto table = table_of({a, b, a, c});
    table.definitions[0].label = "Pieces per order";
    table.definitions[1].label = "";  // Its name is for people then.
    const auto scaling = choose_scaling(table, {}, Scaling::kStandard, 1);
    ASSERT_TRUE(scaling);
    EXPECT_TRUE((*scaling)[0].is_used && (*scaling)[0].note.empty());
    EXPECT_TRUE((*scaling)[1].is_used);
    EXPECT_EQ(
        (*scaling)[1].note,
        "\"f1\" says nearly the same as \"Pieces per order\" (correlation 1.00): together they "
        "count twice.");
    EXPECT_EQ((*scaling)[2].reason, "the same values as \"Pieces per order\"");
    EXPECT_EQ((*scaling)[3].reason, "nearly all customers have the same value, all but 1");
    const auto as_they_are = choose_scaling(table, {}, Scaling::kNone, 1);
    EXPECT_TRUE((*as_they_are)[2].is_used && (*as_they_are)[3].is_used);
    EXPECT_TRUE((*choose_scaling(table_of({c}), {}, Scaling::kAuto, 1))[0].is_used);
}

TEST(Scaling, ByQuantilesGivesTheShareBelow) {
    const auto table = table_of({{0, 0, 1, 1, 1, 9}});
    const auto scaling = choose_scaling(table, {}, Scaling::kQuantile, 1);
    ASSERT_TRUE(scaling);
    const auto points = exact_points(table, *scaling, 1);
    for (const auto& [row, share] : {std::pair{0, 0.0}, {2, .6}, {5, 1.0}})
        EXPECT_NEAR(points.values[static_cast<std::size_t>(row)], share, 1e-12);
}

}  // namespace
}  // namespace cpo::segmentation
