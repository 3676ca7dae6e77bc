#include "agents/segmentation/density_valley.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace cpo::segmentation {
namespace {

double valley_of(const std::vector<float>& line, std::size_t neighbours) {
    return density_valleys(PointBlocks::from_rows(line, 1, 1), std::array{neighbours})[0];
}

// By hand, with one neighbour: peaks where rows are 1 and 2 apart, a pass 8 wide between them.
TEST(DensityValley, IsTheLogOfTheDensityAtTheLowerPeakOverThatAtThePass) {
    EXPECT_NEAR(valley_of({0, 1, 2, 10, 12, 14}, 1), std::log(8.0 / 2), 1e-6);
    // A third place, nearer to the second, whose peak becomes that of both.
    EXPECT_NEAR(valley_of({0, 1, 2, 10, 12, 14, 19, 20}, 1), std::log(8.0), 1e-6);
    EXPECT_NEAR(valley_of({0, 1, 2, 3, 4, 5}, 1), 0, 1e-6);
}

TEST(DensityValley, CountsOnlyPlacesWithEnoughRows) {
    EXPECT_EQ(valley_of({0, 1, 2, 3, 4, 5, 100}, 2), 0);
    // Two neighbours: peaks 1 and 1 wide at rows 1 and 11, the pass 7.
    EXPECT_NEAR(valley_of({0, 1, 2, 3, 10, 11, 12}, 2), std::log(7.0), 1e-6);
}

TEST(DensityValley, GrowsWithTheColumns) {
    const std::vector<float> line{0, 1, 2, 10, 12, 14};
    std::vector<float> plane;
    for (const float x : line) plane.insert(plane.end(), {x, 0});
    EXPECT_NEAR(density_valleys(PointBlocks::from_rows(plane, 2, 1), std::array{std::size_t{1}})[0],
                2 * std::log(4.0),
                1e-6);
}

TEST(DensityValley, TakesEqualRows) {
    EXPECT_EQ(valley_of({3, 3, 3, 3}, 1), 0);
    EXPECT_GT(valley_of({3, 3, 3, 4, 4, 4}, 1), 20);
}

TEST(DensityValley, GivesOneForEachScale) {
    const auto points = PointBlocks::from_rows(std::vector<float>{0, 1, 2, 3, 10, 11, 12}, 1, 1);
    const auto both = density_valleys(points, std::array<std::size_t, 2>{1, 2});
    EXPECT_NEAR(both[0], std::log(7.0), 1e-6);
    EXPECT_NEAR(both[1], std::log(7.0), 1e-6);
}

}  // namespace
}  // namespace cpo::segmentation
