#include "agents/segmentation/auto_clustering.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <variant>

#include "agents/segmentation/assignment.h"
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
    ASSERT_EQ(found.candidates.size(), 2U);
    EXPECT_TRUE(found.candidates[0].is_chosen);
    EXPECT_GT(found.candidates[0].stability.value_or(0), 0.95);
    EXPECT_THAT(found.reasons, Contains(HasSubstr("4 groups lie apart")));
    for (const Segment& segment : found.segments) {
        EXPECT_GT(segment.stability.value_or(0), 0.95);
        EXPECT_TRUE(segment.persistence);
    }
}

TEST(Auto, TakesAMixtureOfGroupsThatTouch) {
    const auto found = chosen_for(groups_around({{0, 0}, {3, 0}, {1.5, 3}}, 1500, 0.7));
    EXPECT_EQ(found.algorithm, "gmm");
    EXPECT_EQ(found.clusters, 3);
    expect_groups(found, 3, 75);
    ASSERT_EQ(found.candidates.size(), 4U);
    EXPECT_EQ(found.candidates[0].algorithm, "gmm");
    EXPECT_TRUE(found.candidates[0].is_chosen);
    EXPECT_GT(found.candidates[0].stability.value_or(0), 0.9);
    EXPECT_EQ(found.candidates[3].algorithm, "hdbscan");
    EXPECT_GT(found.candidates[3].noise_share, kNoiseShareMax);
    EXPECT_THAT(found.reasons, Contains(HasSubstr("fall into groups")));
    EXPECT_THAT(found.reasons, Contains(HasSubstr("Close: k-means with 3 segments")));
}

/// A dense group inside a wide one, which no centres tell apart.
FeatureTable one_inside_the_other(std::size_t rows) {
    FeatureTable table = groups_around({{0, 0}}, rows, 0.4);
    Random random(7);
    for (std::size_t i = 1; i < rows; i += 2)
        for (std::size_t j = 0; j < 2; ++j) table.values[2 * i + j] = 4 * random.normal();
    return table;
}

TEST(Auto, TakesAMixtureJustAsItIsWhenItIsAskedFor) {
    const FeatureTable table = one_inside_the_other(1000);
    const auto found = chosen_for(table);
    const auto asked =
        chosen_for(table, {.algorithm = Algorithm::kGaussianMixture, .clusters = 2, .starts = 2});
    EXPECT_EQ(found.algorithm, "gmm");
    EXPECT_EQ(found.segment_of, asked.segment_of);
    EXPECT_EQ(found.strength_of, asked.strength_of);
    ASSERT_TRUE(found.mixture);
    EXPECT_EQ(found.mixture->means, asked.mixture->means);
    EXPECT_FALSE(found.quality.trials.empty());
    const auto rule = *assignment_rule(table, found, 1);
    EXPECT_TRUE(std::holds_alternative<MostProbable>(rule));
    for (const Segment& segment : found.segments) EXPECT_GT(segment.stability.value_or(0), 0.85);
}

TEST(Auto, FitsAMixtureThatItFoundOnASampleToEverybody) {
    const FeatureTable table = one_inside_the_other(6000);
    const auto found = chosen_for(table);
    EXPECT_EQ(found.algorithm, "gmm");
    EXPECT_EQ(found.clusters, 2);
    EXPECT_EQ(found.strength_of.size(), 6000U);
    EXPECT_THAT(found.quality.criterion, HasSubstr("(on 4,096 of the customers)"));
    EXPECT_GT(found.quality.trials.size(), 2U);
    EXPECT_EQ(found.segment_of, chosen_for(table, {.threads = 3}).segment_of);
}

TEST(Auto, PrefersAMixtureThatIsShownMoreSurelyThanGroupsThatLieApart) {
    // A thin line, which falls into pieces by chance, beside a cloud.
    FeatureTable table = groups_around({{0, 0}}, 250, 0.05);
    Random random(2);
    for (std::size_t i = 0; i < 250; ++i) {
        const bool is_line = i % 5 < 2;
        table.values[2 * i] = is_line ? 0.05 * random.normal() : 2.5 + 0.7 * random.normal();
        table.values[2 * i + 1] = is_line ? 6 * random.uniform() : 3 + 0.7 * random.normal();
    }
    const auto found = chosen_for(table, {.scaling = Scaling::kNone});
    EXPECT_EQ(found.algorithm, "gmm");
    EXPECT_EQ(found.clusters, 2);
    ASSERT_EQ(found.candidates.size(), 2U);
    EXPECT_EQ(found.candidates[1].algorithm, "hdbscan");
    EXPECT_LE(found.candidates[1].noise_share, kNoiseShareMax);
    EXPECT_THAT(found.reasons, Contains(HasSubstr("clearly more surely")));
}

TEST(Auto, PutsEverybodyWithACentreWhenNothingElseIsShownAgain) {
    FeatureTable table = groups_around({{0, 0}}, 1000, 1);
    for (double& value : table.values) value = std::exp(value);
    const auto found = chosen_for(table, {.scaling = Scaling::kStandard});
    EXPECT_EQ(found.algorithm, "kmeans");
    EXPECT_GE(found.clusters, 2);
    ASSERT_EQ(found.candidates.size(), 4U);
    EXPECT_TRUE(found.candidates[0].is_chosen);
    EXPECT_EQ(found.candidates[1].algorithm, "gmm");
    EXPECT_EQ(found.candidates[2].algorithm, "hierarchical");
    EXPECT_THAT(found.reasons, Contains(HasSubstr("nearest centre")));
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
