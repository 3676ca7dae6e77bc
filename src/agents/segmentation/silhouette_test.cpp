#include "agents/segmentation/silhouette.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "model/segment.h"

namespace cpo::segmentation {
namespace {

PointBlocks formula_points(std::size_t rows) {
    std::vector<float> values(rows * 3);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            values[i * 3 + j] =
                static_cast<float>((i * 7 + j * 13 + i * i * (j + 3)) % 101) / 50.0F +
                static_cast<float>((i % 4) * (j + 1) % 4);
    return PointBlocks::from_rows(values, 3, 1);
}

std::vector<int> every_fourth(std::size_t rows) {
    std::vector<int> labels(rows);
    for (std::size_t i = 0; i < rows; ++i) labels[i] = static_cast<int>(i % 4);
    return labels;
}

// scikit-learn 1.9.1 on the same formula in Python, labels i % 4: silhouette_score and the means of
// silhouette_samples by label.
TEST(Silhouette, AgreesWithScikitLearn) {
    const auto result = silhouette(formula_points(500), every_fourth(500), 4, {});
    EXPECT_EQ(result.rows, 500U);
    EXPECT_NEAR(result.mean, 0.4768557, 1e-6);
    const std::vector<double> by_cluster{0.5452308, 0.4751594, 0.4169277, 0.4701048};
    for (std::size_t c = 0; c < 4; ++c) EXPECT_NEAR(result.by_cluster[c], by_cluster[c], 1e-6);
}

TEST(Silhouette, OfASampleIsNearTheExactOne) {
    const auto points = formula_points(6000);
    const auto labels = every_fourth(6000);
    const auto exact = silhouette(points, labels, 4, {});
    const auto sampled = silhouette(points, labels, 4, {.distances_max = 6000.0 * 1500.0});
    EXPECT_EQ(exact.rows, 6000U);
    EXPECT_EQ(sampled.rows, 1500U);
    EXPECT_NEAR(sampled.mean, exact.mean, 0.01);
}

// Rousseeuw 1987, word for word, in float64.
double plain_silhouette(const PointBlocks& points, const std::vector<int>& labels, int clusters) {
    double mean = 0, rows = 0;
    for (std::size_t i = 0; i < points.rows(); ++i) {
        if (labels[i] == kNoSegment) continue;
        std::vector<double> sums(static_cast<std::size_t>(clusters)), sizes(sums.size());
        for (std::size_t other = 0; other < points.rows(); ++other) {
            if (other == i || labels[other] == kNoSegment) continue;
            double squared = 0;
            for (std::size_t j = 0; j < points.columns(); ++j) {
                const double difference = double{points.at(i, j)} - double{points.at(other, j)};
                squared += difference * difference;
            }
            sums[static_cast<std::size_t>(labels[other])] += std::sqrt(squared);
            ++sizes[static_cast<std::size_t>(labels[other])];
        }
        const auto own = static_cast<std::size_t>(labels[i]);
        double nearest = std::numeric_limits<double>::infinity();
        for (std::size_t c = 0; c < sums.size(); ++c)
            if (c != own) nearest = std::min(nearest, sums[c] / sizes[c]);
        ++rows;
        if (sizes[own] == 0) continue;
        const double inside = sums[own] / sizes[own];
        mean += (nearest - inside) / std::max(nearest, inside);
    }
    return mean / rows;
}

TEST(Silhouette, OfUnevenClustersIsWhatItsDefinitionSays) {
    const auto points = formula_points(3500);
    std::vector<int> labels(points.rows(), 0);  // More rows than two tiles.
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (i % 3 == 1) labels[i] = 1;
        if (i % 17 == 2) labels[i] = kNoSegment;
    }
    for (const std::size_t i : {5U, 50U, 500U}) labels[i] = 2;
    labels[3000] = 3;
    const auto result = silhouette(points, labels, 4, {.threads = 2});
    EXPECT_EQ(result.by_cluster[3], 0);
    EXPECT_NEAR(result.mean, plain_silhouette(points, labels, 4), 1e-6);
}

TEST(Silhouette, OfTheOnlyRowOfAClusterIsZero) {
    const auto points = PointBlocks::from_rows(std::vector<float>{0, 1, 10}, 1, 1);
    const auto result = silhouette(points, std::vector<int>{0, 0, 1}, 2, {});
    // By hand: a = 1, b = 10 and 9 for the first two (Rousseeuw 1987, section 2).
    EXPECT_NEAR(result.by_cluster[0], (0.9 + 8.0 / 9) / 2, 1e-6);
    EXPECT_EQ(result.by_cluster[1], 0);
    EXPECT_NEAR(result.mean, (0.9 + 8.0 / 9) / 3, 1e-6);
}

TEST(Silhouette, IsTheSameAtAnyThreadCountAndInstructionSet) {
    const auto points = formula_points(3000);
    const auto labels = every_fourth(3000);
    const auto expected = silhouette(points, labels, 4, {.simd = SimdLevel::kScalar});
    const auto result = silhouette(points, labels, 4, {.threads = 3});
    EXPECT_EQ(result.mean, expected.mean);
    EXPECT_EQ(result.by_cluster, expected.by_cluster);
}

}  // namespace
}  // namespace cpo::segmentation
