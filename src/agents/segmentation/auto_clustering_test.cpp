#include "agents/segmentation/auto_clustering.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <utility>

#include "agents/segmentation/segmentation.h"
#include "base/random.h"

namespace cpo::segmentation {
namespace {

using testing::Contains;
using testing::HasSubstr;

using Place = std::array<double, 2>;

/// Rows of normal groups around `centres` by turns.
FeatureTable groups_around(const std::vector<Place>& centres, std::size_t rows, double deviation) {
    FeatureTable table;
    table.definitions = {{"x", "x", "", ""}, {"y", "y", "", ""}};
    Random random(5);
    for (std::size_t i = 0; i < rows; ++i) {
        table.ids.push_back(fmt::format("c{}", i));
        for (const double at : centres[i % centres.size()])
            table.values.push_back(at + deviation * random.normal());
    }
    return table;
}

FeatureTable even_table(std::size_t rows) {
    FeatureTable table = groups_around({{0, 0}}, rows, 0);
    Random random(6);
    for (double& value : table.values) value = random.uniform();
    return table;
}

Segmentation chosen_for(const FeatureTable& table, const SegmentationOptions& options = {}) {
    auto result = SegmentationAgent().segment(table, options);
    EXPECT_TRUE(result) << result.error().message;
    return *std::move(result);
}

/// Whether each group of `groups` by turns is one segment, but for `strays_max` customers.
void expect_groups(const Segmentation& found, std::size_t groups, std::size_t strays_max) {
    std::size_t strays = 0;
    for (std::size_t row = 0; row < found.segment_of.size(); ++row)
        strays += found.segment_of[row] != found.segment_of[row % groups];
    EXPECT_LE(strays, strays_max);
}

const std::vector<Place> kFarApart{{0, 0}, {20, 0}, {0, 20}, {20, 20}};

TEST(Auto, TakesGroupsThatLieApartWithEverybodyInThem) {
    const auto found = chosen_for(groups_around(kFarApart, 2000, 1));
    EXPECT_EQ(found.algorithm, "hdbscan");
    EXPECT_EQ(found.clusters, 4);
    expect_groups(found, 4, 0);
    ASSERT_EQ(found.candidates.size(), 1U);
    EXPECT_TRUE(found.candidates[0].is_chosen);
    EXPECT_THAT(found.reasons, Contains(HasSubstr("4 groups lie apart")));
    for (const Segment& segment : found.segments) {
        EXPECT_GT(segment.stability.value_or(0), 0.95);
        EXPECT_TRUE(segment.persistence);
    }
}

TEST(Auto, DividesGroupsThatTouchAroundCentres) {
    const auto found = chosen_for(groups_around({{0, 0}, {3, 0}, {1.5, 3}}, 1500, 0.7));
    EXPECT_EQ(found.algorithm, "kmeans");
    EXPECT_EQ(found.clusters, 3);
    expect_groups(found, 3, 75);
    ASSERT_EQ(found.candidates.size(), 2U);
    EXPECT_EQ(found.candidates[0].algorithm, "kmeans");
    EXPECT_TRUE(found.candidates[0].is_chosen);
    EXPECT_GT(found.candidates[1].noise_share, kNoiseShareMax);
    EXPECT_THAT(found.reasons, Contains(HasSubstr("fall into groups")));
}

TEST(Auto, FindsOneSegmentWhereThereAreNoGroups) {
    const auto found = chosen_for(even_table(1000));
    EXPECT_EQ(found.clusters, 1);
    ASSERT_EQ(found.candidates.size(), 1U);
    EXPECT_FALSE(found.candidates[0].is_chosen);
    EXPECT_THAT(found.reasons, Contains(HasSubstr("look like one group")));
    EXPECT_FALSE(found.segments[0].stability);
}

TEST(Auto, MakesAsManySegmentsAsAreAskedFor) {
    const auto found = chosen_for(even_table(500), {.clusters = 6});
    EXPECT_EQ(found.algorithm, "kmeans");
    EXPECT_EQ(found.clusters, 6);
    EXPECT_THAT(found.reasons, Contains(HasSubstr("was given")));
}

TEST(Auto, LooksAtASampleWhenTheBudgetIsSmall) {
    const auto found = chosen_for(groups_around(kFarApart, 4000, 1), {.budget_ms = 1});
    EXPECT_EQ(found.algorithm, "hdbscan");
    expect_groups(found, 4, 0);
    // The root of a million terms over two columns.
    EXPECT_THAT(found.reasons, Contains(HasSubstr("(on 707 of the customers)")));
}

}  // namespace
}  // namespace cpo::segmentation
