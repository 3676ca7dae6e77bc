#include "agents/segmentation/dbscan.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>
#include <queue>

#include "base/random.h"

namespace cpo::segmentation {
namespace {

double squared(std::span<const double> a, std::span<const double> b) {
    double sum = 0;
    for (std::size_t j = 0; j < a.size(); ++j) sum += (a[j] - b[j]) * (a[j] - b[j]);
    return sum;
}

/// DBSCAN as the paper writes it, every pair of rows compared.
std::vector<int> by_the_paper(const ExactPoints& points, double radius, int points_min) {
    const std::size_t rows = points.rows();
    const auto near = [&](std::size_t row) {
        std::vector<std::size_t> found;
        for (std::size_t i = 0; i < rows; ++i)
            if (squared(points.row(row), points.row(i)) <= radius * radius) found.push_back(i);
        return found;
    };
    std::vector<int> cluster_of(rows, -1);
    int clusters = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        if (cluster_of[row] >= 0 || near(row).size() < static_cast<std::size_t>(points_min))
            continue;
        std::queue<std::size_t> open({row});
        cluster_of[row] = clusters;
        while (!open.empty()) {
            const auto found = near(open.front());
            open.pop();
            if (found.size() < static_cast<std::size_t>(points_min)) continue;
            for (const std::size_t other : found) {
                if (cluster_of[other] >= 0) continue;
                cluster_of[other] = clusters;
                open.push(other);
            }
        }
        ++clusters;
    }
    return cluster_of;
}

std::vector<int> labels(const ExactPoints& points,
                        double radius,
                        int points_min,
                        int threads = 1,
                        SimdLevel simd = simd_level()) {
    const BoxTree tree(points, threads, simd);
    return dbscan(points, tree, {radius, points_min, threads})->cluster_of;
}

/// Clouds of normal points around random centres, with some uniform ones between.
ExactPoints clouds(std::size_t rows, std::size_t columns, std::uint64_t seed, double shift = 0) {
    Random random(seed);
    ExactPoints points{columns, {}};
    std::vector<double> centres(5 * columns);
    for (double& value : centres) value = random.uniform() * 10;
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t j = 0; j < columns; ++j) {
            const double value = row % 7 == 0
                                     ? random.uniform() * 10
                                     : centres[row % 5 * columns + j] + random.normal() / 2;
            points.values.push_back(value + shift);
        }
    return points;
}

TEST(Dbscan, GivesWhatThePaperSays) {
    for (const std::size_t columns : {1U, 2U, 3U, 5U, 8U, 20U, 64U})
        for (const std::size_t rows : {1U, 15U, 16U, 17U, 300U})
            for (const int points_min : {1, 4, 20}) {
                const auto points = clouds(rows, columns, rows + columns);
                const double radius = 0.4 * std::sqrt(static_cast<double>(columns));
                EXPECT_EQ(labels(points, radius, points_min),
                          by_the_paper(points, radius, points_min))
                    << rows << " x " << columns << ", " << points_min;
            }
}

// Each distance between neighbours is the radius itself: the last bit decides.
TEST(Dbscan, CountsAPointAtTheRadius) {
    ExactPoints grid{2, {}};
    for (int x = 0; x < 30; ++x)
        for (int y = 0; y < 30; ++y) {
            grid.values.push_back(x * 0.1);
            grid.values.push_back(y * 0.1 + (x % 3 == 0 ? 1e-16 : 0));
        }
    for (const double radius : {0.1, 0.2, std::nextafter(0.1, 0.0), 0.1 * std::sqrt(2)})
        for (const int points_min : {2, 4, 5, 9})
            EXPECT_EQ(labels(grid, radius, points_min), by_the_paper(grid, radius, points_min))
                << radius << ' ' << points_min;
}

TEST(Dbscan, IsExactFarFromTheOrigin) {
    const auto points = clouds(500, 4, 3, 1e9);
    EXPECT_EQ(labels(points, 0.9, 5), by_the_paper(points, 0.9, 5));
}

TEST(Dbscan, TakesValuesWhoseSquaresAreInfinite) {
    auto points = clouds(300, 3, 9);
    const auto expected = by_the_paper(points, 0.8, 5);
    for (double& value : points.values) value = std::ldexp(value, 1000);
    EXPECT_EQ(labels(points, std::ldexp(0.8, 1000), 5), expected);
}

TEST(Dbscan, PutsEqualRowsInOneCluster) {
    const ExactPoints points{3, std::vector<double>(3 * 100, 7.5)};
    const BoxTree tree(points, 1);
    const auto all = *dbscan(points, tree, {1e-9, 100, 1});
    EXPECT_EQ(all.clusters, 1);
    EXPECT_EQ(all.core_points, 100U);
    const auto none = *dbscan(points, tree, {1e-9, 101, 1});
    EXPECT_EQ(none.clusters, 0);
    EXPECT_EQ(none.noise, 100U);
}

// So many are near a border point that not all are remembered until the clusters are known.
TEST(Dbscan, FindsTheBorderOfClustersOfMany) {
    const auto points = clouds(1'000, 5, 8);
    for (const int points_min : {60, 120, 150})
        EXPECT_EQ(labels(points, 1.3, points_min), by_the_paper(points, 1.3, points_min))
            << points_min;
}

// Left and right of the middle point lies a cluster each; it reaches a core point of both.
TEST(Dbscan, GivesABorderPointToTheFirstCluster) {
    const ExactPoints points{1, {9.5, 9.5, 9.5, 10, 11, 12, 12.5, 12.5, 12.5}};
    EXPECT_EQ(labels(points, 1, 4), (std::vector<int>{0, 0, 0, 0, 0, 1, 1, 1, 1}));
}

TEST(Dbscan, IsTheSameOnEveryInstructionSetAndNumberOfThreads) {
    const auto points = clouds(5'000, 6, 11);
    const auto expected = labels(points, 0.9, 8, 1, SimdLevel::kScalar);
    for (const SimdLevel level : {SimdLevel::kAvx2, SimdLevel::kAvx512})
        for (const int threads : {1, 2, 5})
            if (level <= simd_level()) {
                EXPECT_EQ(labels(points, 0.9, 8, threads, level), expected);
            }
    EXPECT_GT(*std::max_element(expected.begin(), expected.end()), 1);
}

TEST(Kernels, CompareAlikeOnEveryInstructionSet) {
    Random random(4);
    for (const std::size_t columns : {1U, 4U, 7U, 33U}) {
        std::vector<Lanes> lows(columns), highs(columns);
        std::vector<float> queries(kLanes * columns);
        for (std::size_t j = 0; j < columns; ++j)
            for (std::size_t lane = 0; lane < kLanes; ++lane) {
                lows[j].values[lane] = static_cast<float>(random.normal());
                highs[j].values[lane] = lows[j].values[lane] + static_cast<float>(random.uniform());
            }
        for (float& value : queries) value = static_cast<float>(random.normal());
        const float far = 2 * static_cast<float>(columns);
        const BoxBlock boxes{lows.data(), highs.data(), columns};
        const auto& scalar = kernels_of(SimdLevel::kScalar);
        for (const SimdLevel level : {SimdLevel::kAvx2, SimdLevel::kAvx512}) {
            if (level > simd_level()) continue;
            const Kernels& kernels = kernels_of(level);
            for (const unsigned wanted : {1U, 0x8000U, 0x0210U, 0x0016U, 0x1F31U, 0xFFFFU}) {
                const LaneQueries asked{queries.data(), wanted};
                const NearLimits limits{far * 0.8F, far};
                const auto a = scalar.compare(lows.data(), columns, asked, limits);
                const auto b = kernels.compare(lows.data(), columns, asked, limits);
                const auto near_a = scalar.near_boxes_of(boxes, asked, far / 4);
                const auto near_b = kernels.near_boxes_of(boxes, asked, far / 4);
                for (std::size_t lane = 0; lane < kLanes; ++lane) {
                    if ((wanted >> lane & 1U) == 0) continue;
                    EXPECT_EQ(a.near[lane], b.near[lane]);
                    EXPECT_EQ(a.perhaps[lane], b.perhaps[lane]);
                    EXPECT_EQ(near_a[lane], near_b[lane]);
                    const float* point = queries.data() + lane * columns;
                    EXPECT_EQ(near_a[lane], scalar.near_boxes(boxes, {point, point}, far / 4));
                }
            }
            Lanes shares;
            for (float& share : shares.values) share = static_cast<float>(random.uniform());
            std::array<const float*, kLanes> points{};
            std::array<ShareLimit, kLanes> of_each{};
            for (std::size_t lane = 0; lane < kLanes; ++lane) {
                points[lane] = queries.data() + lane * columns;
                of_each[lane] = {far * static_cast<float>(random.uniform()), far / 4};
            }
            for (const unsigned wanted : {1U, 0x8000U, 0x1F31U, 0xFFFFU}) {
                const ShareQueries asked{points.data(), of_each.data(), wanted};
                std::array<Lanes, kLanes> squared_a{};
                std::array<Lanes, kLanes> squared_b{};
                const auto a =
                    scalar.within_shares(lows.data(), columns, asked, shares, squared_a.data());
                const auto b =
                    kernels.within_shares(lows.data(), columns, asked, shares, squared_b.data());
                for (std::size_t lane = 0; lane < kLanes; ++lane) {
                    if ((wanted >> lane & 1U) == 0) continue;
                    EXPECT_EQ(a[lane], b[lane]);
                    EXPECT_EQ(squared_a[lane].values, squared_b[lane].values);
                }
            }
            const BoxView point{queries.data(), queries.data()};
            for (const float limit : {0.0F, far / 4, far / 2})
                EXPECT_EQ(scalar.near_boxes(boxes, point, limit),
                          kernels.near_boxes(boxes, point, limit));
        }
    }
}

TEST(CoreDistances, AreThoseOfEveryPair) {
    const auto points = clouds(700, 3, 5);
    const BoxTree tree(points, 1);
    for (const int points_min : {1, 5, 40, 700}) {
        std::vector<double> expected;
        for (std::size_t row = 0; row < points.rows(); ++row) {
            std::vector<double> distances;
            for (std::size_t i = 0; i < points.rows(); ++i)
                distances.push_back(std::sqrt(squared(points.row(row), points.row(i))));
            std::sort(distances.begin(), distances.end());
            expected.push_back(distances[static_cast<std::size_t>(points_min) - 1]);
        }
        std::sort(expected.begin(), expected.end(), std::greater<>());
        const auto curve = core_distances(tree, points_min, points.rows(), 2);
        ASSERT_EQ(curve.size(), expected.size());
        for (std::size_t i = 0; i < curve.size(); ++i) {
            EXPECT_GE(curve[i], expected[i]);
            EXPECT_LE(curve[i], expected[i] * (1 + 1e-6) + 1e-5);  // The rows span 16.
        }
    }
}

// On a grid each distance is a tie: a radius a hair too small would reach nobody.
TEST(CoreDistances, ReachTheirCustomersAsARadius) {
    for (const std::size_t size : {3U, 5U, 10U, 12U}) {
        ExactPoints points{size, std::vector<double>(size * size)};
        for (std::size_t i = 0; i < size; ++i)
            for (std::size_t j = 0; j < size; ++j)
                points.values[i * size + j] = (i == j ? 1 : 0) / 0.3 - 1.7;
        const BoxTree tree(points, 1);
        const double radius = core_distances(tree, 2, size, 1).front();
        EXPECT_EQ(dbscan(points, tree, {radius, 2, 1})->noise, 0U) << size;
    }
}

TEST(Dbscan, EndsWhenItIsCalledOff) {
    const auto points = clouds(5'000, 4, 2);
    const BoxTree tree(points, 1);
    const auto ended = dbscan(points, tree, {0.5, 5, 2, Deadline::after({})});
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, ErrorCode::kDeadlineExceeded);
}

TEST(BendOf, IsWhereTheCurveStopsFalling) {
    EXPECT_EQ(bend_of({10, 6, 2, 1, 0.9, 0.8, 0.7, 0.6}), 2U);
    EXPECT_EQ(bend_of({4}), 0U);
    EXPECT_EQ(bend_of({4, 4, 4}), 0U);
}

}  // namespace
}  // namespace cpo::segmentation
