#include "agents/segmentation/ward.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "agents/segmentation/points_fixture.h"

namespace cpo::segmentation {
namespace {

/// Heights by the definition: of all pairs the one whose union raises the sum of squares least.
std::vector<double> by_definition(const ExactPoints& points) {
    struct Cluster {
        std::vector<double> centre;
        double size = 1;
    };
    std::vector<Cluster> clusters;
    for (std::size_t row = 0; row < points.rows(); ++row)
        clusters.push_back({{points.row(row).begin(), points.row(row).end()}, 1});
    std::vector<double> heights;
    while (clusters.size() > 1) {
        std::size_t a = 0, b = 1;
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < clusters.size(); ++i)
            for (std::size_t j = i + 1; j < clusters.size(); ++j) {
                double squares = 0;
                for (std::size_t c = 0; c < points.columns; ++c)
                    squares += std::pow(clusters[i].centre[c] - clusters[j].centre[c], 2);
                const double n = clusters[i].size, m = clusters[j].size;
                if (n * m / (n + m) * squares >= least) continue;
                least = n * m / (n + m) * squares;
                a = i;
                b = j;
            }
        heights.push_back(std::sqrt(2 * least));
        Cluster& into = clusters[a];
        for (std::size_t c = 0; c < points.columns; ++c)
            into.centre[c] =
                (into.centre[c] * into.size + clusters[b].centre[c] * clusters[b].size) /
                (into.size + clusters[b].size);
        into.size += clusters[b].size;
        clusters.erase(clusters.begin() + static_cast<std::ptrdiff_t>(b));
    }
    return heights;
}

TEST(Ward, HasTheHeightsOfTheDefinition) {
    for (const std::size_t columns : {1U, 2U, 7U, 30U})
        for (const std::size_t rows : {1U, 2U, 3U, 16U, 17U, 150U}) {
            const auto points = random_points(rows, columns, rows * columns);
            const auto tree = *ward(points, 2);
            const auto expected = by_definition(points);
            ASSERT_EQ(tree.merges.size(), expected.size());
            for (std::size_t i = 0; i < expected.size(); ++i)
                ASSERT_NEAR(tree.merges[i].height, expected[i], 1e-9 * expected.back())
                    << rows << " x " << columns << " at " << i;
        }
}

// Many rounds, and clusters of many sizes: most neighbours are found among those remembered.
TEST(Ward, HasTheHeightsOfTheDefinitionOnSkewedRows) {
    for (const std::size_t columns : {2U, 9U}) {
        auto points = random_points(250, columns, columns);
        for (double& value : points.values) value = std::exp(2 * value);
        for (std::size_t i = 0; i < 20 * columns; ++i)  // Rows that are there twice.
            points.values[i] = points.values[i + 100 * columns];
        const auto tree = *ward(points, 2);
        const auto expected = by_definition(points);
        for (std::size_t i = 0; i < expected.size(); ++i)
            ASSERT_NEAR(tree.merges[i].height, expected[i], 1e-9 * expected.back())
                << columns << " columns at " << i;
    }
}

TEST(Ward, IsTheSameOnEveryInstructionSetAndNumberOfThreads) {
    const auto points = random_points(3'000, 5, 8);
    const auto expected = *ward(points, 1, Deadline::never(), SimdLevel::kScalar);
    for (const SimdLevel level : {SimdLevel::kAvx2, SimdLevel::kAvx512}) {
        if (level > simd_level()) continue;
        const auto tree = *ward(points, 3, Deadline::never(), level);
        for (std::size_t i = 0; i < expected.merges.size(); ++i) {
            ASSERT_EQ(tree.merges[i].left, expected.merges[i].left);
            ASSERT_EQ(tree.merges[i].right, expected.merges[i].right);
            ASSERT_EQ(tree.merges[i].height, expected.merges[i].height);
        }
    }
}

// A line on which each gap is longer than all before: one pair a round.
TEST(Ward, EndsOnAChain) {
    ExactPoints points{1, {}};
    for (int i = 0; i < 600; ++i) points.values.push_back(std::pow(1.05, i));
    const auto tree = *ward(points, 1);
    ASSERT_EQ(tree.merges.size(), 599U);
    EXPECT_EQ(tree.merges.back().size, 600U);
}

TEST(Ward, JoinsEqualRowsAtHeightZero) {
    const ExactPoints points{2, std::vector<double>(2 * 50'000, 3.5)};
    const auto tree = *ward(points, 2);
    for (const TreeMerge& merge : tree.merges) EXPECT_EQ(merge.height, 0);
    EXPECT_EQ(cut(tree, 50'000).back(), 49'999);
}

TEST(Ward, EndsOnAGrid) {
    ExactPoints points{2, {}};
    for (int x = 0; x < 60; ++x)
        for (int y = 0; y < 60; ++y) points.values.insert(points.values.end(), {1.0 * x, 1.0 * y});
    const auto tree = *ward(points, 2);
    EXPECT_EQ(tree.merges.front().height, 1);
    EXPECT_EQ(tree.merges.back().size, 3'600U);
}

// Rises that are equal but for their last bit: which pair is the nearest depends on who asks.
TEST(Ward, EndsOnSimplices) {
    for (const double edge : {0.7, 1.0, 4.47213595499958})
        for (std::size_t size = 2; size < 50; ++size) {
            ExactPoints points{size, std::vector<double>(size * size, -edge / 20)};
            for (std::size_t i = 0; i < size; ++i) points.values[i * size + i] = edge;
            EXPECT_EQ(ward(points, 1)->merges.back().size, size);
        }
}

TEST(Ward, TakesValuesWhoseSquaresAreInfinite) {
    auto points = random_points(200, 3, 4);
    const auto expected = *ward(points, 1);
    for (double& value : points.values) value = std::ldexp(value, 1000);
    const auto tree = *ward(points, 1);
    for (std::size_t i = 0; i < expected.merges.size(); ++i)
        EXPECT_EQ(tree.merges[i].height, std::ldexp(expected.merges[i].height, 1000));
}

// In a unit so small that its square is 0.
TEST(Ward, EndsOnRowsThatAreAlmostEqual) {
    ExactPoints points{2, {}};
    for (const double value : random_points(60, 1, 5).values)
        points.values.insert(points.values.end(), {1, std::ldexp(value, -560)});
    EXPECT_EQ(ward(points, 1)->merges.back().size, 60U);
}

TEST(Ward, EndsWhenItIsCalledOff) {
    const auto ended = ward(random_points(3'000, 5, 8), 2, Deadline::after({}));
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, ErrorCode::kDeadlineExceeded);
}

TEST(Cut, NumbersClustersByTheirFirstRow) {
    const ExactPoints points{1, {9, 1, 9.1, 1.1, 5}};
    const auto tree = *ward(points, 1);
    EXPECT_EQ(cut(tree, 3), (std::vector<int>{0, 1, 0, 1, 2}));
    EXPECT_EQ(cut(tree, 1), (std::vector<int>{0, 0, 0, 0, 0}));
    EXPECT_EQ(cut(tree, 5), (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST(Ordered, NumbersAsSciPyDoes) {
    const auto tree = ordered(4, {{2, 0, 5, 0}, {1, 0, 1, 0}, {3, 2, 2, 0}});
    EXPECT_EQ(tree.merges[0].left, 0U);
    EXPECT_EQ(tree.merges[0].right, 1U);
    EXPECT_EQ(tree.merges[1].left, 2U);
    EXPECT_EQ(tree.merges[1].right, 3U);
    EXPECT_EQ(tree.merges[2].left, 4U);
    EXPECT_EQ(tree.merges[2].right, 5U);
    EXPECT_EQ(tree.merges[2].size, 4U);
}

}  // namespace
}  // namespace cpo::segmentation
