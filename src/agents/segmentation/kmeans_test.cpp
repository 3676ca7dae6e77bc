#include "agents/segmentation/kmeans.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "agents/segmentation/kernels.h"
#include "agents/segmentation/lloyd.h"
#include "agents/segmentation/row_sample.h"
#include "base/random.h"

namespace cpo::segmentation {
namespace {

/// Values of a formula that Python computes to the same float32 (see SilhouetteTest): no library's
/// random numbers.
std::vector<float> formula_rows(std::size_t rows, std::size_t columns) {
    std::vector<float> values(rows * columns);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j)
            values[i * columns + j] =
                static_cast<float>((i * 7 + j * 13 + i * i * (j + 3)) % 101) / 50.0F - 1.0F +
                2.0F * static_cast<float>((i % 3) * (j + 1) % 3);
    return values;
}

/// Overlapping groups of normal rows.
std::vector<float> normal_rows(std::size_t rows, std::size_t columns, std::uint64_t seed) {
    Random random(seed);
    std::vector<float> values(rows * columns);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j)
            values[i * columns + j] =
                static_cast<float>(random.normal() + 3.0 * static_cast<double>((i + j) % 5));
    return values;
}

std::vector<SimdLevel> levels_here() {
    std::vector<SimdLevel> levels{SimdLevel::kScalar};
    for (const auto level : {SimdLevel::kAvx2, SimdLevel::kAvx512})
        if (simd_level() >= level) levels.push_back(level);
    return levels;
}

BlockRange all_of(const PointBlocks& points) {
    return {points.block(0), points.blocks(), points.columns()};
}

TEST(Kernels, GiveTheSameBitsOnEveryInstructionSet) {
    for (const std::size_t rows : {1u, 15u, 16u, 17u, 31u, 33u, 700u, 1041u})
        for (const std::size_t columns : {1u, 3u, 16u})
            for (const int count : {1, 2, 5, 6, 7, 8, 9, 13, 17, 40}) {
                const auto points =
                    PointBlocks::from_rows(normal_rows(rows, columns, rows), columns, 1);
                const auto centres = normal_rows(static_cast<std::size_t>(count), columns, 99);
                const auto halves = normal_rows(static_cast<std::size_t>(count), 1, 98);
                const auto queries = normal_rows(kQueries, columns, 97);
                std::vector<std::uint8_t> expected_labels(points.blocks() * kLanes);
                std::vector<float> expected(points.blocks() * kLanes);
                std::array<double, kQueries> expected_sums{};
                std::vector<float> expected_point_sums;
                for (const SimdLevel level : levels_here()) {
                    const Kernels& kernels = kernels_of(level);
                    std::vector<std::uint8_t> labels(expected_labels.size());
                    std::vector<float> distances(expected.size());
                    std::array<double, kQueries> sums{};
                    std::vector<float> point_sums(expected.size());
                    kernels.assign(
                        all_of(points), {centres.data(), halves.data(), count}, labels.data());
                    kernels.squared_distances(all_of(points), queries.data(), distances.data());
                    const std::size_t asked = 1 + static_cast<std::size_t>(count) % kQueries;
                    kernels.distance_sums(all_of(points),
                                          rows,
                                          {queries.data(), asked},
                                          point_sums.data(),
                                          sums.data());
                    point_sums.resize(rows);
                    if (level == SimdLevel::kScalar) {
                        expected_labels = labels;
                        expected = distances;
                        expected_sums = sums;
                        expected_point_sums = point_sums;
                    }
                    ASSERT_EQ(labels, expected_labels) << name_of(level) << rows << "x" << count;
                    ASSERT_EQ(distances, expected) << name_of(level);
                    ASSERT_EQ(sums, expected_sums) << name_of(level);
                    ASSERT_EQ(point_sums, expected_point_sums) << name_of(level);
                }
            }
}

TEST(Kernels, MeasureDistancesAsPlainArithmeticDoes) {
    const auto values = formula_rows(50, 4);
    const auto points = PointBlocks::from_rows(values, 4, 1);
    std::vector<float> queries(kQueries * 4, 0.5F);
    std::array<double, kQueries> sums{};
    std::vector<float> point_sums(64, 1.0F);
    kernels_of(simd_level())
        .distance_sums(
            all_of(points), 50, {queries.data(), kQueries}, point_sums.data(), sums.data());
    double expected = 0;
    for (std::size_t i = 0; i < 50; ++i) {
        double squares = 0;
        for (std::size_t j = 0; j < 4; ++j)
            squares += std::pow(static_cast<double>(values[i * 4 + j]) - 0.5, 2);
        expected += std::sqrt(squares);
        EXPECT_NEAR(point_sums[i], 1 + kQueries * std::sqrt(squares), 1e-4);
    }
    EXPECT_NEAR(sums[0], expected, 1e-4);
}

TEST(KMeans, FindsTheInertiaThatScikitLearnFindsInFiftyStartsOrLess) {
    // scikit-learn 1.9.1: KMeans(k, n_init=50, random_state=0).fit(X).inertia_ of formula_rows(300,
    // 4) as float64, and the same with n_init=2000.
    struct Expected {
        int clusters;
        double inertia, least;
    };
    const auto points = PointBlocks::from_rows(formula_rows(300, 4), 4, 1);
    for (const auto& [count, inertia, least] : {Expected{1, 2801.4642, 2801.4642},
                                                Expected{2, 1005.2775, 1005.2775},
                                                Expected{3, 404.9571, 404.9571},
                                                Expected{5, 345.4344, 345.1854},
                                                Expected{8, 277.0773, 274.7720}}) {
        const auto result = kmeans(points, {.cluster_count = count, .starts = 50});
        ASSERT_TRUE(result) << result.error().message;
        EXPECT_LE(result->inertia, inertia * (1 + 1e-4)) << count;
        EXPECT_GE(result->inertia, least * (1 - 1e-6)) << count;
    }
}

/// Twelve groups far apart, of which plain k-means from one seeding often joins two.
std::vector<float> far_groups(std::size_t rows, std::uint64_t seed) {
    Random random(seed);
    std::array<float, 24> centres{};
    for (float& value : centres) value = static_cast<float>(60 * random.uniform() - 30);
    std::vector<float> values;
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < 2; ++j)
            values.push_back(centres[i % 12 * 2 + j] + static_cast<float>(0.3 * random.normal()));
    return values;
}

TEST(KMeans, FindsGroupsFarApartInOneStart) {
    for (const std::size_t rows : {3000u, 20000u})
        for (std::uint64_t seed = 1; seed <= 9; ++seed) {
            const auto points = PointBlocks::from_rows(far_groups(rows, seed), 2, 1);
            const auto result =
                kmeans(points, {.cluster_count = 12, .starts = 1, .seed = seed, .threads = 2});
            ASSERT_TRUE(result);
            // The groups' own inertia: two columns of variance 0.09.
            EXPECT_NEAR(result->inertia / static_cast<double>(rows), 0.18, 0.01) << seed;
        }
}

TEST(Coreset, WeighsAsMuchAsAllRowsAndHasThoseFarOut) {
    Random random(3);
    std::vector<float> values(std::size_t{50000} * 3);
    for (float& value : values)  // Pareto: few rows make most of the sum of squares.
        value = static_cast<float>(std::pow(1 - random.uniform(), -1 / 1.3));
    const auto points = PointBlocks::from_rows(values, 3, 1);
    std::vector<double> weights(50000, 1);
    for (std::size_t row = 0; row < weights.size(); row += 3) weights[row] = 0;
    for (const auto& given : {std::vector<double>{}, weights}) {
        double total = 0, squares = 0;
        std::size_t farthest = 1;
        const auto length = [&](std::size_t row) {
            double sum = 0;
            for (std::size_t j = 0; j < 3; ++j) sum += std::pow(points.at(row, j), 2);
            return sum;
        };
        for (std::size_t row = 0; row < points.rows(); ++row) {
            const double weight = given.empty() ? 1 : given[row];
            total += weight;
            squares += weight * length(row);
            if (weight > 0 && length(row) > length(farthest)) farthest = row;
        }
        const Coreset coreset = draw_coreset(points, given, 2000, Random(1), 2);
        ASSERT_EQ(coreset.rows.size(), 2000U);
        EXPECT_NEAR(coreset.squares / squares, 1, 1e-6);
        double found = 0, found_squares = 0;
        for (std::size_t i = 0; i < 2000; ++i) {
            EXPECT_GT(coreset.weights[i], 0);
            if (!given.empty()) EXPECT_GT(given[coreset.rows[i]], 0);
            found += coreset.weights[i];
            found_squares += coreset.weights[i] * length(coreset.rows[i]);
        }
        EXPECT_NEAR(found / total, 1, 0.02);
        EXPECT_NEAR(found_squares / squares, 1, 0.02);
        EXPECT_TRUE(std::binary_search(coreset.rows.begin(), coreset.rows.end(), farthest));
    }
}

TEST(Lloyd, InertiaNeverRisesFromPassToPass) {
    const auto points = PointBlocks::from_rows(normal_rows(4000, 4, 2), 4, 1);
    double squares = 0;
    for (std::size_t i = 0; i < points.rows() * 4; ++i)
        squares += std::pow(points.at(i / 4, i % 4), 2);
    std::vector<float> start;
    for (std::size_t c = 0; c < 9; ++c)
        for (std::size_t j = 0; j < 4; ++j) start.push_back(points.at(c, j));
    double before = squares;
    for (int passes = 1; passes <= 60; ++passes) {
        Lloyd lloyd(points, start, kernels_of(simd_level()), 1, {});
        lloyd.iterate({.iteration_count_max = passes});
        EXPECT_LE(squares - lloyd.explained(), before * (1 + 1e-9)) << passes;
        before = squares - lloyd.explained();
    }
}

TEST(KMeans, GivesTheSameBitsAtAnyThreadCountAndInstructionSet) {
    const auto points = PointBlocks::from_rows(normal_rows(20000, 6, 5), 6, 2);
    KMeansOptions options{.cluster_count = 7, .starts = 3, .simd = SimdLevel::kScalar};
    const auto expected = kmeans(points, options);
    ASSERT_TRUE(expected);
    for (const int threads : {1, 2, 3})
        for (const SimdLevel level : levels_here()) {
            options.threads = threads;
            options.simd = level;
            const auto result = kmeans(points, options);
            ASSERT_TRUE(result);
            EXPECT_EQ(result->cluster_of, expected->cluster_of);
            EXPECT_EQ(result->centroids, expected->centroids);
            EXPECT_EQ(result->inertia, expected->inertia);
        }
}

TEST(KMeans, RefusesMoreClustersThanDifferentRows) {
    std::vector<float> values(40, 1.0F);
    values[3] = 2.0F;
    const auto points = PointBlocks::from_rows(values, 1, 1);
    EXPECT_TRUE(kmeans(points, {.cluster_count = 2}));
    const auto refused = kmeans(points, {.cluster_count = 3});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    EXPECT_FALSE(kmeans(points, {.cluster_count = 41}));
    EXPECT_FALSE(kmeans(points, {.cluster_count = 0}));
    EXPECT_FALSE(kmeans(points, {.cluster_count = 256}));
}

TEST(KMeans, FindsRareValuesThatTheSampleMisses) {
    // 3 different rows among 100,000, two of them once: a sample of 8,192 rarely holds both.
    std::vector<float> values(100000, 0.0F);
    values[777] = 5.0F;
    values[88888] = 9.0F;
    const auto points = PointBlocks::from_rows(values, 1, 1);
    const auto result = kmeans(points, {.cluster_count = 3, .starts = 2});
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->inertia, 0);
}

TEST(KMeansForEach, IsAsGoodAsEachNumberAloneAtAnyThreadCount) {
    const auto points = PointBlocks::from_rows(normal_rows(20000, 6, 5), 6, 2);
    KMeansOptions options{.starts = 10};
    const auto each = kmeans_for_each(points, 2, 9, options);
    ASSERT_TRUE(each);
    ASSERT_EQ(each->size(), 8u);
    for (int count = 2; count <= 9; ++count) {
        options.cluster_count = count;
        const auto alone = kmeans(points, options);
        ASSERT_TRUE(alone);
        const KMeansResult& result = (*each)[static_cast<std::size_t>(count - 2)];
        EXPECT_EQ(result.sizes.size(), static_cast<std::size_t>(count));
        EXPECT_LE(result.inertia, alone->inertia * 1.001) << count;
    }
    for (const int threads : {2, 12}) {
        options.threads = threads;
        const auto again = kmeans_for_each(points, 2, 9, options);
        ASSERT_TRUE(again);
        for (std::size_t i = 0; i < each->size(); ++i) {
            EXPECT_EQ((*again)[i].cluster_of, (*each)[i].cluster_of);
            EXPECT_EQ((*again)[i].centroids, (*each)[i].centroids);
        }
    }
}

TEST(KMeansForEach, EndsWhereThereAreNoMoreDifferentRows) {
    // Two of the three different rows come once: the sample rarely holds both.
    std::vector<float> values(100000, 0.0F);
    values[777] = 5.0F;
    values[88888] = 9.0F;
    const auto each = kmeans_for_each(PointBlocks::from_rows(values, 1, 1), 2, 12, {});
    ASSERT_TRUE(each);
    ASSERT_EQ(each->size(), 2u);
    EXPECT_EQ(each->back().inertia, 0);
    const auto none = kmeans_for_each(PointBlocks::from_rows({&values[777], 1}, 1, 1), 2, 12, {});
    ASSERT_TRUE(none);
    EXPECT_TRUE(none->empty());
    EXPECT_FALSE(kmeans_for_each(PointBlocks::from_rows(values, 1, 1), 2, 256, {}));
}

RC_GTEST_PROP(KMeans, GivesEveryRowItsNearestCentreAndNoClusterIsEmpty, ()) {
    const auto rows = *rc::gen::inRange<std::size_t>(8, 200);
    const auto columns = *rc::gen::inRange<std::size_t>(1, 5);
    const auto count = *rc::gen::inRange(1, 8);
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    const auto points = PointBlocks::from_rows(normal_rows(rows, columns, seed), columns, 1);
    const auto result = kmeans(points, {.cluster_count = count, .starts = 2, .seed = seed});
    RC_ASSERT(result.has_value());
    std::size_t total = 0;
    for (const std::size_t size : result->sizes) {
        RC_ASSERT(size > 0U);
        total += size;
    }
    RC_ASSERT(total == rows);
    double inertia = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        std::vector<double> squares(static_cast<std::size_t>(count));
        for (std::size_t c = 0; c < squares.size(); ++c)
            for (std::size_t j = 0; j < columns; ++j)
                squares[c] += std::pow(
                    static_cast<double>(points.at(i, j) - result->centroids[c * columns + j]), 2);
        const double nearest = *std::min_element(squares.begin(), squares.end());
        RC_ASSERT(squares[static_cast<std::size_t>(result->cluster_of[i])] <= nearest + 1e-3);
        inertia += squares[static_cast<std::size_t>(result->cluster_of[i])];
    }
    RC_ASSERT(std::abs(result->inertia - inertia) <= 1e-5 * inertia + 1e-6);
}

/// From the first `count` rows.
KMeansResult lloyd_from_first(const PointBlocks& points,
                              std::size_t count,
                              std::span<const double> weights) {
    std::vector<float> centres;
    for (std::size_t c = 0; c < count; ++c) {
        const auto row = points.row(c);
        centres.insert(centres.end(), row.begin(), row.end());
    }
    Lloyd lloyd(points, std::move(centres), kernels_of(simd_level()), 2, weights);
    lloyd.run({.shift_max = 1e-12});
    double squares = 0;
    for (std::size_t row = 0; row < points.rows(); ++row)
        for (const float value : points.row(row))
            squares +=
                (weights.empty() ? 1 : weights[row]) * std::pow(static_cast<double>(value), 2);
    return std::move(lloyd).result(squares);
}

TEST(WeightedKMeans, OfWholeWeightsIsThatOfAsManyRows) {
    constexpr std::size_t kRows = 3000, kColumns = 4, kCount = 6;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const auto values = normal_rows(kRows, kColumns, seed);
        Random random(seed);
        std::vector<double> weights(kRows, 1);  // The first rows, which are the start, once each.
        for (std::size_t row = kCount; row < kRows; ++row)
            weights[row] = static_cast<double>(random.below(4));
        std::vector<float> repeated;
        std::vector<std::size_t> row_of;
        for (std::size_t row = 0; row < kRows; ++row)
            for (double i = 0; i < weights[row]; ++i) {
                const auto first = values.begin() + static_cast<std::ptrdiff_t>(row * kColumns);
                repeated.insert(repeated.end(), first, first + kColumns);
                row_of.push_back(row);
            }
        const auto weighted =
            lloyd_from_first(PointBlocks::from_rows(values, kColumns, 1), kCount, weights);
        const auto expected =
            lloyd_from_first(PointBlocks::from_rows(repeated, kColumns, 1), kCount, {});
        EXPECT_NEAR(weighted.inertia, expected.inertia, 1e-6 * expected.inertia);
        for (std::size_t i = 0; i < row_of.size(); ++i)
            EXPECT_EQ(weighted.cluster_of[row_of[i]], expected.cluster_of[i]);
    }
}

TEST(WeightedKMeans, OfWeightsOfOneIsThatWithoutThem) {
    const auto points = PointBlocks::from_rows(normal_rows(9000, 3, 3), 3, 1);
    const std::vector<double> ones(9000, 1);
    const auto weighted = lloyd_from_first(points, 7, ones);
    const auto plain = lloyd_from_first(points, 7, {});
    EXPECT_EQ(weighted.centroids, plain.centroids);
    EXPECT_EQ(weighted.cluster_of, plain.cluster_of);
    EXPECT_EQ(weighted.sizes, plain.sizes);
    EXPECT_EQ(weighted.inertia, plain.inertia);
}

TEST(WeightedKMeans, NeedsAsManyDifferentRowsOfAWeight) {
    const auto points = PointBlocks::from_rows(normal_rows(20, 2, 1), 2, 1);
    std::vector<double> weights(20);
    weights[4] = weights[7] = 2;
    KMeansOptions options{.cluster_count = 2, .weights = weights};
    const auto two = kmeans(points, options);
    ASSERT_TRUE(two);
    EXPECT_NE(two->cluster_of[4], two->cluster_of[7]);
    EXPECT_NEAR(two->inertia, 0, 1e-9);
    EXPECT_EQ(two->sizes[0] + two->sizes[1], 20U);
    options.cluster_count = 3;
    EXPECT_FALSE(kmeans(points, options));
}

TEST(WeightedKMeans, RefusesWhatIsNoWeight) {
    const auto points = PointBlocks::from_rows(normal_rows(3, 2, 1), 2, 1);
    for (const std::vector<double>& weights : {std::vector<double>{1, 1},
                                               {1, -1, 1},
                                               {0, 0, 0},
                                               {1, std::nan(""), 1},
                                               {1, std::numeric_limits<double>::infinity(), 1}})
        EXPECT_FALSE(kmeans(points, {.cluster_count = 1, .weights = weights}));
}

}  // namespace
}  // namespace cpo::segmentation
