#include "agents/segmentation/contrast.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "model/known_features.h"

namespace cpo::segmentation {
namespace {

/// A segment with these effects and means of the first features of docs/features.md.
Segment segment_of(std::vector<double> effects, std::vector<double> means) {
    effects.resize(known_features().size());
    means.resize(known_features().size());
    Segment segment;
    segment.feature_effects = std::move(effects);
    segment.feature_means = std::move(means);
    return segment;
}

TEST(Contrast, SaysWhatTheSegmentWithMoreDoes) {
    const auto found = contrast(segment_of({1, -0.5, 1.2, 0}, {92, 1, 1234, 20}),
                                segment_of({-0.2, 0.4, -0.3, 0.1}, {21.04, 4.5, 386, 30}),
                                known_features());
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].feature, "monetary");
    EXPECT_DOUBLE_EQ(found[0].effect_difference, 1.5);
    EXPECT_EQ(found[0].first_mean, 1234);
    EXPECT_EQ(found[0].second_mean, 386);
    EXPECT_EQ(found[0].sentence, "Spends 3.2 × as much: 1,234 against 386 a customer.");
    EXPECT_EQ(found[1].sentence, "Last bought longer ago: 92 days against 21 days.");
    EXPECT_LT(found[2].effect_difference, 0);
    EXPECT_EQ(found[2].sentence, "Orders 4.5 × as often: 4.5 against 1 orders a customer.");
}

TEST(Contrast, SaysMoreWhereTimesMeanNothing) {
    const auto found = contrast(segment_of({0, 0, -0.3, 0}, {0, 0, -20, 2}),
                                segment_of({0, 0, 1.2, 1}, {0, 0, 100, 3000}),
                                known_features());
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].sentence, "Spends more: 100 against -20 a customer.");
    EXPECT_LT(found[0].effect_difference, 0);
    EXPECT_EQ(found[1].sentence, "Spends more on an order: 3,000 against 2.");
}

TEST(Contrast, LeavesOutWhatIsSlightOrSaysTheOpposite) {
    const Segment first = segment_of({0.1, 0.5}, {90, 3});
    const Segment second = segment_of({0, 0}, {20, 4});
    EXPECT_TRUE(contrast(first, second, known_features()).empty());
    EXPECT_TRUE(contrast(second, second, known_features()).empty());
}

TEST(Contrast, SaysOfCategoriesWhichAreMoreFrequentAndOneAColumn) {
    const auto feature = [](const char* name, const char* label, FeatureKind kind) {
        return FeatureDefinition{name, label, "", "", kind, "country"};
    };
    std::vector<FeatureDefinition> definitions{
        feature("country=France", "country is France", FeatureKind::kCategory),
        feature("country=Italy", "country is Italy", FeatureKind::kCategory),
        feature("city", "share of customers with the same city", FeatureKind::kCommon)};
    definitions[2].column = "city";
    Segment first, second;
    first.feature_effects = {0.9, -0.5, 0.4};
    first.feature_means = {0.8, 0.1, 0.25};
    second.feature_effects = {-0.2, 0.5, 0};
    second.feature_means = {0.31, 0.6, 0.02};
    const auto found = contrast(first, second, definitions);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].sentence, "More often country is France: 80 % against 31 %.");
    EXPECT_EQ(found[1].sentence,
              "share of customers with the same city is higher: 25 % against 2 % on average.");
}

TEST(Contrast, OfOtherFeaturesUsesTheirLabels) {
    Segment first, second;
    first.feature_effects = {0.5};
    first.feature_means = {35};
    second.feature_effects = {1};
    second.feature_means = {60};
    const auto found = contrast(first, second, {{"age", "Age", "years", ""}});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].sentence, "Age is higher: 60 years against 35 years on average.");
}

TEST(Contrast, HasFiveAtMostAndIsTheSameFromBothSides) {
    Random random(9);
    std::vector<std::vector<double>> effects(2), means(2);
    for (std::size_t i = 0; i < known_features().size(); ++i) {
        effects[0].push_back(1 + random.uniform());
        effects[1].push_back(-1 - random.uniform());
        means[0].push_back(5);
        means[1].push_back(2);
    }
    const Segment first = segment_of(effects[0], means[0]);
    const Segment second = segment_of(effects[1], means[1]);
    const auto there = contrast(first, second, known_features());
    const auto back = contrast(second, first, known_features());
    ASSERT_EQ(there.size(), 5U);
    for (std::size_t i = 0; i < there.size(); ++i) {
        EXPECT_EQ(there[i].sentence, back[i].sentence);
        EXPECT_EQ(there[i].effect_difference, -back[i].effect_difference);
        EXPECT_EQ(there[i].first_mean, back[i].second_mean);
    }
}

}  // namespace
}  // namespace cpo::segmentation
