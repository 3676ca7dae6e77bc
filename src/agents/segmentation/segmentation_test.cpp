#include "agents/segmentation/segmentation.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <set>

#include "agents/segmentation/cluster_count.h"
#include "agents/segmentation/naming.h"
#include "agents/segmentation/principal_components.h"
#include "base/random.h"
#include "model/known_features.h"

namespace cpo::segmentation {
namespace {

FeatureTable named_table(const std::vector<std::string>& names) {
    FeatureTable table;
    for (const std::string& name : names) {
        FeatureDefinition definition{name, name, "", ""};
        for (const FeatureDefinition& known : known_features())
            if (known.name == name) definition = known;
        table.definitions.push_back(definition);
    }
    return table;
}

void add_row(FeatureTable& table, const std::vector<double>& values) {
    table.ids.push_back(fmt::format("c{}", table.rows()));
    table.values.insert(table.values.end(), values.begin(), values.end());
}

/// Rows of planted groups in turn, each 8 deviations or more from the others.
FeatureTable planted(std::size_t rows, int groups) {
    FeatureTable table = named_table({"a", "b", "c"});
    Random random(11);
    for (std::size_t i = 0; i < rows; ++i) {
        const std::size_t group = i % static_cast<std::size_t>(groups);
        std::vector<double> values;
        for (std::size_t j = 0; j < 3; ++j)
            values.push_back(random.normal() + (group % 3 == j ? 8.0 : 0.0) +
                             (group >= 3 ? 16.0 : 0.0));
        add_row(table, values);
    }
    return table;
}

/// Adjusted Rand index: Hubert & Arabie, "Comparing partitions", J. of Classification 2, 1985.
double adjusted_rand_index(const std::vector<int>& a, const std::vector<int>& b) {
    std::map<std::pair<int, int>, double> cells;
    std::map<int, double> rows, columns;
    for (std::size_t i = 0; i < a.size(); ++i) {
        ++cells[{a[i], b[i]}];
        ++rows[a[i]];
        ++columns[b[i]];
    }
    const auto pairs = [](double n) { return n * (n - 1) / 2; };
    double both = 0, in_a = 0, in_b = 0;
    for (const auto& [key, n] : cells) both += pairs(n);
    for (const auto& [key, n] : rows) in_a += pairs(n);
    for (const auto& [key, n] : columns) in_b += pairs(n);
    const double expected = in_a * in_b / pairs(static_cast<double>(a.size()));
    return (both - expected) / ((in_a + in_b) / 2 - expected);
}

TEST(Segmentation, RecoversPlantedGroupsAndTheirNumber) {
    for (const int groups : {2, 3, 5}) {
        const auto table = planted(900, groups);
        const auto result = SegmentationAgent().segment(table, {});
        ASSERT_TRUE(result) << result.error().message;
        EXPECT_EQ(result->clusters, groups) << result->quality.criterion;
        std::vector<int> truth;
        for (std::size_t i = 0; i < table.rows(); ++i)
            truth.push_back(static_cast<int>(i % static_cast<std::size_t>(groups)));
        EXPECT_GE(adjusted_rand_index(truth, result->segment_of), 0.95);
        EXPECT_EQ(result->algorithm, "hdbscan");
        EXPECT_EQ(std::count(result->segment_of.begin(), result->segment_of.end(), kNoSegment), 0);
        const auto centred = SegmentationAgent().segment(table, {.algorithm = Algorithm::kKMeans});
        EXPECT_EQ(centred->clusters, groups) << centred->quality.criterion;
        EXPECT_GE(adjusted_rand_index(truth, centred->segment_of), 0.95);
        EXPECT_EQ(centred->quality.trials.size(), 11U);
    }
}

TEST(Segmentation, GivesTheSameAnswerAtAnyThreadCount) {
    const auto table = planted(10000, 4);
    const auto one = SegmentationAgent().segment(table, {.starts = 3, .threads = 1});
    const auto three = SegmentationAgent().segment(table, {.starts = 3, .threads = 3});
    ASSERT_TRUE(one && three);
    EXPECT_EQ(one->segment_of, three->segment_of);
    EXPECT_EQ(one->quality.silhouette, three->quality.silhouette);
    EXPECT_EQ(one->quality.inertia, three->quality.inertia);
    EXPECT_EQ(one->map.x, three->map.x);
    EXPECT_EQ(one->map.y, three->map.y);
    for (std::size_t s = 0; s < one->segments.size(); ++s) {
        EXPECT_EQ(one->segments[s].name, three->segments[s].name);
        EXPECT_EQ(one->segments[s].representatives, three->segments[s].representatives);
    }
}

TEST(Segmentation, NumbersSegmentsBySize) {
    FeatureTable table = named_table({"a"});
    for (int i = 0; i < 60; ++i) add_row(table, {i < 10 ? 0.0 : i < 40 ? 10.0 : 20.0});
    const auto result = SegmentationAgent().segment(table, {.clusters = 3});
    ASSERT_TRUE(result);
    EXPECT_EQ(result->segments[0].size, 30U);
    EXPECT_EQ(result->segments[1].size, 20U);
    EXPECT_EQ(result->segments[2].size, 10U);
    EXPECT_EQ(result->segment_of[0], 2);
    EXPECT_EQ(result->segments[0].representatives.front(), "c10");
    EXPECT_NEAR(result->segments[1].feature_means[0], 20, 1e-12);
    EXPECT_EQ(result->quality.criterion, "The number of segments was given.");
}

TEST(Segmentation, RefusesWhatItCannotDo) {
    const auto table = planted(10, 2);
    const SegmentationAgent agent;
    EXPECT_FALSE(agent.segment(FeatureTable{}, {}));
    EXPECT_FALSE(agent.segment(table, {.clusters = 11}));
    EXPECT_FALSE(agent.segment(table, {.clusters = -1}));
    EXPECT_FALSE(agent.segment(table, {.clusters_max = 1}));
    EXPECT_FALSE(agent.segment(table, {.starts = 0}));
    EXPECT_FALSE(agent.segment(table, {.features = {"d"}}));
}

TEST(Segmentation, OfTwoCustomersStillAnswers) {
    FeatureTable table = named_table({"a"});
    add_row(table, {1});
    add_row(table, {2});
    const auto result = SegmentationAgent().segment(table, {});
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->clusters, 2);
    const auto single = SegmentationAgent().segment(table, {.clusters = 1});
    ASSERT_TRUE(single);
    EXPECT_EQ(single->segments[0].name, "All customers");
    EXPECT_TRUE(single->segments[0].drivers.empty());
}

RC_GTEST_PROP(Segmentation, HasUniqueNamesAndDriversThatAgreeWithTheirNumbers, ()) {
    FeatureTable table;
    table.definitions = known_features();
    Random random(*rc::gen::arbitrary<std::uint64_t>());
    const auto rows = *rc::gen::inRange<std::size_t>(20, 120);
    for (std::size_t i = 0; i < rows; ++i) {
        std::vector<double> values;
        for (std::size_t j = 0; j < table.columns(); ++j)
            values.push_back(std::exp(random.normal() * 2));
        add_row(table, values);
    }
    const auto clusters = *rc::gen::inRange(0, 9);
    const auto result = SegmentationAgent().segment(table, {.clusters = clusters, .starts = 2});
    RC_ASSERT(result.has_value());
    std::set<std::string> names;
    for (const Segment& segment : result->segments) {
        RC_ASSERT(names.insert(segment.name).second);
        RC_ASSERT(!segment.name.empty());
        RC_ASSERT(segment.drivers.size() <= 5U);
        for (const SegmentDriver& driver : segment.drivers)
            RC_ASSERT(driver.effect_size * (driver.segment_mean - driver.overall_mean) > 0);
    }
}

TEST(ChooseCount, TakesTheBestOfClearGroupsElseTheBestOfFourToEight) {
    const auto chosen = [](std::vector<double> silhouettes) {
        std::vector<CountCandidate> candidates;
        for (std::size_t i = 0; i < silhouettes.size(); ++i)
            candidates.push_back({static_cast<int>(i) + 2, silhouettes[i], 0.05});
        return candidates[choose_count(candidates).chosen].clusters;
    };
    EXPECT_EQ(chosen({0.71, 0.6, 0.5}), 2);                // Clear: 0.5 or more.
    EXPECT_EQ(chosen({0.30, 0.36, 0.31, 0.2}), 3);         // A peak.
    EXPECT_EQ(chosen({0.30, 0.28, 0.22, 0.24, 0.23}), 5);  // Falling: best of 4 to 8.
    EXPECT_EQ(chosen({0.30, 0.31, 0.29, 0.24, 0.23}), 4);  // Too flat for a peak.
    EXPECT_EQ(chosen({0.30, 0.28}), 2);                    // Nothing from 4 on was tried.
}

TEST(ChooseCount, AvoidsSegmentsBelowOnePercent) {
    const std::vector<CountCandidate> candidates{{2, 0.9, 0.001}, {3, 0.6, 0.2}, {4, 0.55, 0.1}};
    EXPECT_EQ(choose_count(candidates).chosen, 1U);
    const std::vector<CountCandidate> only_small{{2, 0.9, 0.001}, {3, 0.6, 0.002}};
    EXPECT_EQ(choose_count(only_small).chosen, 0U);
}

/// Two or more segments with these effects and means, over the features of docs/features.md.
struct Sketch {
    std::map<std::string, double> effects{};
    std::map<std::string, double> means{};
    double recency_low = 0, recency_high = 0;
};

std::vector<std::string> names_of(const std::vector<Sketch>& sketches) {
    Profiles profiles;
    const auto& definitions = known_features();
    for (const Sketch& sketch : sketches) {
        SegmentProfile profile;
        profile.size = 10;
        profile.recency_low = sketch.recency_low;
        profile.recency_high = sketch.recency_high;
        for (const FeatureDefinition& definition : definitions) {
            const auto effect = sketch.effects.find(definition.name);
            profile.effects.push_back(effect == sketch.effects.end() ? 0 : effect->second);
            const auto mean = sketch.means.find(definition.name);
            profile.means.push_back(mean == sketch.means.end() ? 5 : mean->second);
        }
        profiles.segments.push_back(profile);
    }
    return name_segments(profiles, definitions);
}

TEST(Names, SayWhatKindOfBuyersAndWhenTheyLastBought) {
    const auto names = names_of({
        {{{"frequency", 1.2}, {"monetary", 1.0}, {"recency_days", -0.9}}, {}, 3, 20},
        {{{"frequency", -0.8}, {"monetary", -0.7}, {"recency_days", 1.1}},
         {{"frequency", 1.0}},
         250,
         330},
        {{{"tenure_days", -1.4}, {"frequency", -0.6}}, {{"frequency", 2.0}}, 10, 30},
        {{{"returns_share", 4.0}, {"recency_days", 0.6}}, {}, 65, 90},
        {},
    });
    EXPECT_EQ(names[0], "Frequent big spenders, bought in the last 3 weeks");
    EXPECT_EQ(names[1], "One-time buyers who spent little, not seen for 8 months");
    EXPECT_EQ(names[2], "New occasional buyers");
    EXPECT_EQ(names[3], "Average spenders, many returns");
    EXPECT_EQ(names[4], "Average spenders");
}

TEST(Names, AreToldApartByWeakerFeaturesAndAtLastByANumber) {
    const auto names = names_of({
        {{{"monetary", 1.0}, {"distinct_products", 0.2}}},
        {{{"monetary", 0.9}, {"distinct_products", -0.2}}},
        {{{"monetary", -0.9}}},
        {{{"monetary", -0.9}}},
    });
    EXPECT_EQ(names[0], "Big spenders, many different products");
    EXPECT_EQ(names[1], "Big spenders, few different products");
    EXPECT_EQ(names[2], "Small spenders (group 1)");
    EXPECT_EQ(names[3], "Small spenders (group 2)");
}

TEST(Names, OfOtherFeaturesUseTheirLabels) {
    Profiles profiles;
    profiles.segments = {{10, {9, 20}, {1.2, -0.8}}, {10, {1, 60}, {-1.2, 0.8}}};
    const std::vector<FeatureDefinition> definitions{{"page_views", "page_views", "", ""},
                                                     {"age", "age", "years", ""}};
    const auto names = name_segments(profiles, definitions);
    EXPECT_EQ(names[0], "High page_views, low age");
    EXPECT_EQ(names[1], "Low page_views, high age");
}

TEST(Drivers, SayBothMeansInTheFeaturesOwnUnit) {
    const auto& known = known_features();
    EXPECT_EQ(driver_sentence(known[0], 21.04, 92.3),
              "Last bought 21 days ago on average; all customers 92.3 days.");
    EXPECT_EQ(driver_sentence(known[2], 8012.4, -2054),
              "Spent 8,012 in all on average; all customers -2,054.");
    EXPECT_EQ(driver_sentence({"age", "Age", "years", ""}, 1234567, 0.00123),
              "Age 1,234,567 years on average; all customers 0.0012 years.");
}

TEST(PrincipalMap, AgreesWithScikitLearn) {
    // scikit-learn 1.9.1: PCA(2) of the six rows below; the signs by our rule.
    const std::vector<float> values{2, 0, 1, -1, 1, 0, 0, -2, 1, -2, 0, -1, 1, 1, 0, 0, 0, -1};
    const auto map = principal_map(PointBlocks::from_rows(values, 3, 1), 1);
    const std::vector<double> x{2.209343, -1.023557, 0.769426, -2.209343, 0.719959, -0.465827};
    const std::vector<double> y{0.337998, 0.623331, -2.095790, -0.337998, 1.216894, 0.255565};
    for (std::size_t i = 0; i < 6; ++i) {
        EXPECT_NEAR(map.x[i], x[i], 1e-5);
        EXPECT_NEAR(map.y[i], y[i], 1e-5);
    }
    EXPECT_NEAR(map.explained, 0.9346462190, 1e-9);
}

TEST(PrincipalMap, OfOneColumnIsALine) {
    const auto map = principal_map(PointBlocks::from_rows(std::vector<float>{-1, 0, 1}, 1, 1), 1);
    EXPECT_EQ(map.x, (std::vector<float>{-1, 0, 1}));
    EXPECT_EQ(map.y, (std::vector<float>{0, 0, 0}));
    EXPECT_EQ(map.explained, 1);
}

}  // namespace
}  // namespace cpo::segmentation
