#include "agents/segmentation/dbcv.h"

#include <gtest/gtest.h>

#include <cmath>

#include "agents/segmentation/points_fixture.h"
#include "model/segment.h"

namespace cpo::segmentation {
namespace {

PointBlocks three_groups(std::size_t rows, std::size_t columns) {
    std::vector<float> values;
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j)
            values.push_back(static_cast<float>((i * 7 + j * 13 + i * i * (j + 3)) % 101) / 50.0F +
                             static_cast<float>((i % 3) * (j + 1)) * 1.5F);
    return PointBlocks::from_rows(values, columns, 1);
}

/// i % groups; every seventh in none where `has_noise`.
std::vector<int> turns_of(std::size_t rows, std::size_t groups, bool has_noise) {
    std::vector<int> labels;
    for (std::size_t i = 0; i < rows; ++i)
        labels.push_back(has_noise && i % 7 == 0 ? kNoSegment : static_cast<int>(i % groups));
    return labels;
}

void expect_dbcv(const Dbcv& found, double value, const std::vector<double>& by_cluster) {
    EXPECT_NEAR(found.value, value, 1e-6);
    ASSERT_EQ(found.by_cluster.size(), by_cluster.size());
    for (std::size_t c = 0; c < by_cluster.size(); ++c)
        EXPECT_NEAR(found.by_cluster[c].value(), by_cluster[c], 1e-6);
}

// hdbscan 0.8.44 on the same formula in Python: validity_index(x, labels, per_cluster_scores=True).
TEST(Dbcv, AgreesWithHdbscan) {
    expect_dbcv(dbcv(three_groups(60, 2), turns_of(60, 3, false), 3, {}).value(),
                0.574141479,
                {0.544122318, 0.574106370, 0.604195748});
    expect_dbcv(dbcv(three_groups(60, 2), turns_of(60, 3, true), 3, {}).value(),
                0.497863687,
                {0.600900468, 0.539265826, 0.616999660});
    expect_dbcv(dbcv(three_groups(150, 3), turns_of(150, 3, false), 3, {}).value(),
                0.727710651,
                {0.739576780, 0.745532102, 0.698023071});
    expect_dbcv(dbcv(three_groups(150, 3), turns_of(150, 3, true), 3, {}).value(),
                0.611514871,
                {0.701683894, 0.743064567, 0.704761181});
}

// hdbscan 0.8.44: a cluster of two rows has no inner rows, one of three no inner edge.
TEST(Dbcv, IsThatOfHdbscanInTinyClusters) {
    const auto points = PointBlocks::from_rows(
        std::vector<float>{0, 0, 1, 0, 2.5, 0, 10, 0, 11, 0, 20, 0, 21, 1, 22, 0}, 2, 1);
    expect_dbcv(dbcv(points, std::vector<int>{0, 0, 0, 1, 1, 2, 2, 2}, 3, {}).value(),
                0.8409882,
                {0.79788698, 0.88888889, 0.85215575});
}

TEST(Dbcv, PrefersRingsToHalves) {
    std::vector<float> values;
    std::vector<int> rings, halves;
    for (int i = 0; i < 200; ++i) {
        const double angle = 0.0314159265 * i * 2, radius = i % 2 == 0 ? 1 : 3;
        values.push_back(static_cast<float>(radius * std::cos(angle)));
        values.push_back(static_cast<float>(radius * std::sin(angle)));
        rings.push_back(i % 2);
        halves.push_back(values[values.size() - 2] > 0 ? 1 : 0);
    }
    const auto points = PointBlocks::from_rows(values, 2, 1);
    EXPECT_GT(dbcv(points, rings, 2, {})->value, 0.3);
    EXPECT_LT(dbcv(points, halves, 2, {})->value, -0.3);
}

TEST(Dbcv, IsNotDefinedOfOneCluster) {
    const auto points = PointBlocks::from_rows(std::vector<float>{0, 1, 10}, 1, 1);
    EXPECT_FALSE(dbcv(points, std::vector<int>{0, 0, 0}, 1, {}));
    EXPECT_FALSE(dbcv(points, std::vector<int>{0, 0, 1}, 2, {}));
    EXPECT_FALSE(dbcv(points, std::vector<int>(3, kNoSegment), 0, {}));
}

TEST(Dbcv, OfEqualRowsIsDefined) {
    const auto points = PointBlocks::from_rows(std::vector<float>{0, 0, 1, 1, 1, 1, 5}, 1, 1);
    const auto found = dbcv(points, std::vector<int>{0, 0, 1, 1, 2, 2, 3}, 4, {});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->by_cluster[0], 1);
    EXPECT_EQ(found->by_cluster[1], 0);
    EXPECT_EQ(found->by_cluster[2], 0);
    EXPECT_FALSE(found->by_cluster[3]);
    EXPECT_DOUBLE_EQ(found->value, 2.0 / 7);
}

TEST(Dbcv, OfASampleIsTheSameAtAnyNumberOfThreads) {
    const auto points = three_groups(3'000, 3);
    const auto labels = turns_of(3'000, 3, true);
    const auto expected = dbcv(points, labels, 3, {.rows_max = 700});
    const auto found = dbcv(points, labels, 3, {.rows_max = 700, .threads = 3});
    EXPECT_EQ(expected->rows, 700U);
    EXPECT_EQ(found->value, expected->value);
    EXPECT_NEAR(found->value, dbcv(points, labels, 3, {})->value, 0.15);
}

}  // namespace
}  // namespace cpo::segmentation
