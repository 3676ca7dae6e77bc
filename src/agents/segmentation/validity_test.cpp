#include "agents/segmentation/validity.h"

#include <gtest/gtest.h>

#include <vector>

#include "agents/segmentation/points_fixture.h"
#include "model/segment.h"

namespace cpo::segmentation {
namespace {

std::vector<float> means_of(const PointBlocks& points,
                            const std::vector<int>& labels,
                            std::size_t clusters) {
    std::vector<double> sums(clusters * points.columns());
    std::vector<double> sizes(clusters);
    for (std::size_t row = 0; row < points.rows(); ++row) {
        if (labels[row] == kNoSegment) continue;
        const auto cluster = static_cast<std::size_t>(labels[row]);
        ++sizes[cluster];
        for (std::size_t j = 0; j < points.columns(); ++j)
            sums[cluster * points.columns() + j] += static_cast<double>(points.at(row, j));
    }
    std::vector<float> means;
    for (std::size_t i = 0; i < sums.size(); ++i)
        means.push_back(static_cast<float>(sums[i] / sizes[i / points.columns()]));
    return means;
}

Validity validity_of(const PointBlocks& points,
                     const std::vector<int>& labels,
                     std::size_t clusters,
                     int threads = 1) {
    return validity(points, means_of(points, labels, clusters), labels, threads);
}

PointBlocks lattice_points(std::size_t rows) {
    std::vector<float> values;
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            values.push_back(static_cast<float>((i * 7 + j * 13 + i * i * (j + 3)) % 101) / 50.0F +
                             static_cast<float>((i % 4) * (j + 1) % 4));
    return PointBlocks::from_rows(values, 3, 1);
}

// scikit-learn 1.9.1 on the same formula in Python, labels i % 4: davies_bouldin_score and
// calinski_harabasz_score; the second time without every fifth row.
TEST(Validity, AgreesWithScikitLearn) {
    const auto points = lattice_points(500);
    std::vector<int> labels;
    for (int i = 0; i < 500; ++i) labels.push_back(i % 4);
    const auto all = validity_of(points, labels, 4);
    EXPECT_NEAR(all.davies_bouldin.value(), 0.7675935022525748, 1e-6);
    EXPECT_NEAR(all.calinski_harabasz.value(), 566.757620795887, 1e-3);
    for (std::size_t i = 0; i < 500; i += 5) labels[i] = kNoSegment;
    const auto some = validity_of(points, labels, 4);
    EXPECT_NEAR(some.davies_bouldin.value(), 0.7637594472909653, 1e-6);
    EXPECT_NEAR(some.calinski_harabasz.value(), 444.62660075610313, 1e-3);
}

TEST(Validity, IsThatOfTheDefinition) {
    const auto points =
        PointBlocks::from_rows(std::vector<float>{0, 0, 2, 0, 10, 0, 10, 4, 20, 1, 20, 3}, 2, 1);
    const auto result = validity_of(points, {0, 0, 1, 1, 2, 2}, 3);
    // scikit-learn 1.9.1.
    EXPECT_NEAR(result.davies_bouldin.value(), 0.3169304578186562, 1e-6);
    EXPECT_NEAR(result.calinski_harabasz.value(), 45.833333333333336, 1e-5);
}

TEST(Validity, IsNotDefinedOfOneCluster) {
    const auto points = PointBlocks::from_rows(std::vector<float>{0, 1, 10}, 1, 1);
    EXPECT_FALSE(validity_of(points, {0, 0, 0}, 1).davies_bouldin);
    EXPECT_FALSE(validity_of(points, {0, 0, 0}, 1).calinski_harabasz);
    EXPECT_FALSE(validity_of(points, {kNoSegment, kNoSegment, kNoSegment}, 0).davies_bouldin);
}

TEST(Validity, IsNotDefinedWhereItWouldDivideByZero) {
    const auto points = PointBlocks::from_rows(std::vector<float>{0, 2, 1, 1}, 1, 1);
    EXPECT_FALSE(validity_of(points, {0, 0, 1, 1}, 2).davies_bouldin);
    EXPECT_EQ(validity_of(points, {0, 0, 1, 1}, 2).calinski_harabasz, 0);
    const auto at_centres = validity_of(points, {0, 1, 2, 2}, 3);
    EXPECT_EQ(at_centres.davies_bouldin, 0);
    EXPECT_FALSE(at_centres.calinski_harabasz);
}

TEST(Validity, IsTheSameAtAnyNumberOfThreads) {
    const auto exact = random_points(20'000, 5, 3);
    const auto points =
        PointBlocks::from_rows(std::vector<float>(exact.values.begin(), exact.values.end()), 5, 1);
    std::vector<int> labels;
    for (int i = 0; i < 20'000; ++i) labels.push_back(i % 4);
    const auto expected = validity_of(points, labels, 4);
    const auto result = validity_of(points, labels, 4, 3);
    EXPECT_EQ(result.davies_bouldin, expected.davies_bouldin);
    EXPECT_EQ(result.calinski_harabasz, expected.calinski_harabasz);
}

}  // namespace
}  // namespace cpo::segmentation
