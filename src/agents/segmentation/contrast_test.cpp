#include "agents/segmentation/contrast.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "model/known_features.h"

namespace cpo::segmentation {
namespace {

/// Two segments with these effects and means of the first features of docs/features.md.
Profiles two_segments(std::vector<std::vector<double>> effects,
                      std::vector<std::vector<double>> means) {
    Profiles profiles;
    for (std::size_t s = 0; s < 2; ++s) {
        effects[s].resize(known_features().size());
        means[s].resize(known_features().size());
        profiles.segments.push_back({.size = 10, .means = means[s], .effects = effects[s]});
    }
    return profiles;
}

TEST(Contrast, SaysWhatTheSegmentWithMoreDoes) {
    const auto profiles = two_segments({{1, -0.5, 1.2, 0}, {-0.2, 0.4, -0.3, 0.1}},
                                       {{92, 1, 1234, 20}, {21.04, 4.5, 386, 30}});
    const auto found = contrast(profiles, 0, 1, known_features());
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].feature, "monetary");
    EXPECT_DOUBLE_EQ(found[0].effect_difference, 1.5);
    EXPECT_EQ(found[0].first_mean, 1234);
    EXPECT_EQ(found[0].second_mean, 386);
    EXPECT_EQ(found[0].sentence, "Segment 0 spends 3.2 × as much: 1,234 against 386 a customer.");
    EXPECT_EQ(found[1].sentence, "Segment 0 last bought longer ago: 92 days against 21 days.");
    EXPECT_EQ(found[2].sentence,
              "Segment 1 orders 4.5 × as often: 4.5 against 1 orders a customer.");
}

TEST(Contrast, SaysMoreWhereTimesMeanNothing) {
    const auto profiles =
        two_segments({{0, 0, 1.2, 1}, {0, 0, -0.3, 0}}, {{0, 0, 100, 3000}, {0, 0, -20, 2}});
    const auto found = contrast(profiles, 1, 0, known_features());
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].sentence, "Segment 0 spends more: 100 against -20 a customer.");
    EXPECT_LT(found[0].effect_difference, 0);
    EXPECT_EQ(found[1].sentence, "Segment 0 spends more on an order: 3,000 against 2.");
}

TEST(Contrast, LeavesOutWhatIsSlightOrSaysTheOpposite) {
    const auto profiles = two_segments({{0.1, 0.5}, {0, 0}}, {{90, 3}, {20, 4}});
    EXPECT_TRUE(contrast(profiles, 0, 1, known_features()).empty());
    EXPECT_TRUE(contrast(profiles, 1, 1, known_features()).empty());
}

TEST(Contrast, OfOtherFeaturesUsesTheirLabels) {
    Profiles profiles;
    profiles.segments = {{10, {35}, {0.5}}, {10, {60}, {-0.5 + 1.5}}};
    const auto found = contrast(profiles, 0, 1, {{"age", "Age", "years", ""}});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].sentence,
              "Age is higher in segment 1: 60 years against 35 years on average.");
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
    const auto profiles = two_segments(effects, means);
    const auto there = contrast(profiles, 0, 1, known_features());
    const auto back = contrast(profiles, 1, 0, known_features());
    ASSERT_EQ(there.size(), 5U);
    for (std::size_t i = 0; i < there.size(); ++i) {
        EXPECT_EQ(there[i].sentence, back[i].sentence);
        EXPECT_EQ(there[i].effect_difference, -back[i].effect_difference);
        EXPECT_EQ(there[i].first_mean, back[i].second_mean);
    }
}

}  // namespace
}  // namespace cpo::segmentation
