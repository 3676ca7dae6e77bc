#include "agents/segmentation/structure.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include "base/random.h"

namespace cpo::segmentation {
namespace {

constexpr std::size_t kStructureRows = 250;

/// One row of a family of data sets, by its number.
using DrawRow = std::function<std::vector<double>(std::size_t row, Random& random)>;

PointBlocks drawn(const DrawRow& draw, std::uint64_t seed, std::size_t rows = kStructureRows) {
    Random random(seed);
    std::vector<float> values;
    std::size_t columns = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        const auto row = draw(i, random);
        columns = row.size();
        values.insert(values.end(), row.begin(), row.end());
    }
    return PointBlocks::from_rows(values, columns, 1);
}

/// Of `seeds` data sets, those that are called structured.
int structured(const DrawRow& draw, int seeds) {
    int count = 0;
    for (int seed = 1; seed <= seeds; ++seed) {
        const auto number = static_cast<std::uint64_t>(seed);
        if (test_structure(drawn(draw, number), {.seed = number, .threads = 2})->has_structure)
            ++count;
    }
    return count;
}

DrawRow even(std::size_t columns) {
    return [=](std::size_t, Random& random) {
        std::vector<double> row(columns);
        for (double& value : row) value = random.uniform();
        return row;
    };
}

/// Columns correlate when `common` > 0.
DrawRow bell(std::size_t columns, double common) {
    return [=](std::size_t, Random& random) {
        const double shared = common * random.normal();
        std::vector<double> row(columns);
        for (double& value : row) value = shared + random.normal();
        return row;
    };
}

/// Round groups by turns, each pair `apart` deviations apart, of which the last holds `share_last`.
DrawRow groups(std::size_t columns, std::size_t count, double apart, double share_last) {
    return [=](std::size_t i, Random& random) {
        std::vector<double> row(columns);
        for (double& value : row) value = random.normal();
        const std::size_t group = random.uniform() < share_last ? count - 1 : i % (count - 1);
        row[group] += apart / std::numbers::sqrt2;
        return row;
    };
}

std::vector<double> on_circle(double x, double y, double radius, double turn, Random& random) {
    const double angle = 2 * std::numbers::pi * turn;
    return {x + radius * std::cos(angle) + 0.05 * random.normal(),
            y + radius * std::sin(angle) + 0.05 * random.normal()};
}

std::vector<double> two_moons(std::size_t i, Random& random) {
    const double turn = random.uniform() / 2;
    return i % 2 == 0 ? on_circle(0, 0, 1, turn, random) : on_circle(1, 0.5, -1, turn, random);
}

std::vector<double> two_rings(std::size_t i, Random& random) {
    return on_circle(0, 0, i % 2 == 0 ? 1 : 0.4, random.uniform(), random);
}

TEST(Structure, IsRarelySeenWhereThereIsNone) {
    EXPECT_EQ(structured(even(2), 5), 0);
    EXPECT_EQ(structured(even(8), 5), 0);
    EXPECT_EQ(structured(bell(2, 2), 5), 0);
    EXPECT_EQ(structured(bell(4, 0), 5), 0);
    EXPECT_EQ(structured(bell(12, 1), 5), 0);
}

TEST(Structure, IsSeenInGroups) {
    EXPECT_EQ(structured(groups(2, 2, 6, 0.5), 3), 3);
    EXPECT_EQ(structured(groups(5, 5, 5, 0.2), 3), 3);
    EXPECT_EQ(structured(groups(8, 8, 5, 0.125), 3), 3);
    EXPECT_EQ(structured(groups(4, 3, 7, 0.1), 3), 3);
}

TEST(Structure, IsSeenInGroupsOfAnyShape) {
    EXPECT_EQ(structured(two_moons, 4), 4);
    EXPECT_EQ(structured(two_rings, 4), 4);
}

TEST(Structure, IsTheSameAtAnyNumberOfThreads) {
    const auto points = drawn(two_moons, 3);
    const auto expected = *test_structure(points, {});
    const auto found = *test_structure(points, {.threads = 3});
    EXPECT_EQ(found.p, expected.p);
    EXPECT_EQ(found.statistic, expected.statistic);
    EXPECT_EQ(found.sentence, expected.sentence);
}

TEST(Structure, SaysWhy) {
    const auto found = *test_structure(drawn(groups(2, 2, 9, 0.5), 1), {});
    EXPECT_LT(found.p, kStructureLevel);
    EXPECT_GT(found.statistic, found.reference_mean + 3 * found.reference_deviation);
    EXPECT_TRUE(found.sentence.starts_with("The customers fall into groups: the "));
    const auto none = *test_structure(drawn(bell(2, 0), 1), {});
    EXPECT_TRUE(none.sentence.starts_with("The customers look like one group: the "));
}

TEST(Structure, OfFewOrEqualRowsIsNone) {
    EXPECT_FALSE(test_structure(drawn(groups(2, 2, 9, 0.5), 1, 15), {})->has_structure);
    EXPECT_FALSE(test_structure(PointBlocks::from_rows(std::vector<float>(100, 3), 2, 1), {})
                     ->has_structure);
}

// Fewer different rows than groups are tried, and a column that repeats another.
TEST(Structure, OfTwoPlacesIsClear) {
    const auto points = drawn(
        [](std::size_t i, Random&) {
            const double value = i % 2 == 0 ? 0 : 1;
            return std::vector<double>{value, value};
        },
        1);
    const auto found = test_structure(points, {});
    EXPECT_TRUE(found->has_structure);
    EXPECT_TRUE(std::isfinite(found->statistic));
}

TEST(Structure, EndsWhenItIsCalledOff) {
    const auto ended = test_structure(drawn(two_moons, 3), {.deadline = Deadline::after({})});
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, ErrorCode::kDeadlineExceeded);
}

}  // namespace
}  // namespace cpo::segmentation
