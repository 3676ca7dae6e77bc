#include "agents/segmentation/borderline.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "agents/segmentation/centre_margins.h"
#include "base/random.h"

namespace cpo::segmentation {
namespace {

std::vector<std::string> numbered_ids(std::size_t rows) {
    std::vector<std::string> ids;
    for (std::size_t row = 0; row < rows; ++row) ids.push_back(fmt::format("c{}", row));
    return ids;
}

TEST(Borderline, AreTheMembersNearestToAnotherCentre) {
    const auto points =
        PointBlocks::from_rows(std::vector<float>{0, 3, 1, 4, 10, 9, 6, 20, -1}, 1, 1);
    const std::vector<float> centres{2, 8, 20};
    const std::vector<int> cluster_of{0, 0, 0, 0, 1, 1, 1, 2, kNoSegment};
    const auto found = borderline_customers(numbered_ids(9), points, centres, cluster_of, 1);
    ASSERT_EQ(found[0].size(), 4U);
    EXPECT_EQ(found[0][0].id, "c3");
    EXPECT_EQ(found[0][0].other, 1);
    EXPECT_NEAR(found[0][0].margin, 0.5, 1e-6);
    ASSERT_EQ(found[1].size(), 3U);
    EXPECT_EQ(found[1][0].id, "c6");  // 2 from its own centre, 4 from the first.
    EXPECT_EQ(found[1][0].other, 0);
    EXPECT_EQ(found[2][0].margin, 1);
}

TEST(SimplifiedSilhouette, IsTheMeanMarginOfThoseInASegment) {
    const auto points = PointBlocks::from_rows(std::vector<float>{0, 3, 10, 7, 99}, 1, 1);
    const std::vector<int> cluster_of{0, 0, 1, 1, kNoSegment};
    const auto margins = centre_margins(points, std::vector<float>{1, 8}, cluster_of, 1);
    // By hand: to the own centre 1, 2, 2, 1; to the other one 8, 5, 9, 6.
    EXPECT_NEAR(simplified_silhouette(margins, cluster_of),
                (7.0 / 8 + 3.0 / 5 + 7.0 / 9 + 5.0 / 6) / 4,
                1e-6);
}

TEST(Borderline, IsNobodyInTheOnlySegment) {
    const auto points = PointBlocks::from_rows(std::vector<float>{0, 3}, 1, 1);
    const auto found =
        borderline_customers(numbered_ids(2), points, std::vector<float>{1.5F}, {{0, 0}}, 1);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_TRUE(found[0].empty());
}

RC_GTEST_PROP(Borderline, HasTheSmallestMarginsAtAnyThreadCount, ()) {
    const auto rows = *rc::gen::inRange<std::size_t>(5, 3000);
    const auto columns = *rc::gen::inRange<std::size_t>(1, 6);
    const auto clusters = *rc::gen::inRange<std::size_t>(2, 5);
    Random random(*rc::gen::arbitrary<std::uint64_t>());
    std::vector<float> values, centres;
    std::vector<int> cluster_of;
    for (std::size_t i = 0; i < rows * columns; ++i)
        values.push_back(static_cast<float>(random.normal()));
    for (std::size_t i = 0; i < clusters * columns; ++i)
        centres.push_back(static_cast<float>(random.normal()));
    for (std::size_t row = 0; row < rows; ++row)
        cluster_of.push_back(static_cast<int>(random.below(clusters + 1)) - 1);
    const auto points = PointBlocks::from_rows(values, columns, 1);
    const auto ids = numbered_ids(rows);
    const auto found = borderline_customers(ids, points, centres, cluster_of, 1);
    const auto with_four = borderline_customers(ids, points, centres, cluster_of, 4);
    for (std::size_t c = 0; c < clusters; ++c) {
        std::vector<double> margins;
        for (std::size_t row = 0; row < rows; ++row) {
            if (cluster_of[row] != static_cast<int>(c)) continue;
            double own = 0, nearest = INFINITY;
            for (std::size_t other = 0; other < clusters; ++other) {
                double sum = 0;
                for (std::size_t j = 0; j < columns; ++j)
                    sum += std::pow(
                        double{values[row * columns + j]} - double{centres[other * columns + j]},
                        2);
                (other == c ? own : nearest) =
                    other == c ? std::sqrt(sum) : std::min(nearest, std::sqrt(sum));
            }
            margins.push_back((nearest - own) / std::max(nearest, own));
        }
        std::sort(margins.begin(), margins.end());
        RC_ASSERT(found[c].size() == std::min(kBorderlineMax, margins.size()));
        for (std::size_t i = 0; i < found[c].size(); ++i) {
            RC_ASSERT(std::abs(found[c][i].margin - margins[i]) < 1e-4);
            RC_ASSERT(found[c][i].other != static_cast<int>(c));
            RC_ASSERT(found[c][i].id == with_four[c][i].id);
            RC_ASSERT(found[c][i].margin == with_four[c][i].margin);
        }
    }
}

}  // namespace
}  // namespace cpo::segmentation
