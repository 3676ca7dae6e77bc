#include "agents/segmentation/feature_plan.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "agents/segmentation/profile.h"
#include "agents/segmentation/rules.h"
#include "agents/segmentation/scaling.h"

namespace cpo::segmentation {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

/// One column of `values`; categories are called "a", "b", ...
MixedTable mixed_column(ColumnKind kind, const std::vector<double>& values) {
    MixedTable table;
    table.columns.push_back({.name = "x", .kind = kind, .is_day_first = true, .categories = {}});
    for (const double value : values) {
        table.ids.push_back(fmt::format("c{}", table.rows()));
        auto& names = table.columns[0].categories;
        while (kind == ColumnKind::kCategory && static_cast<double>(names.size()) <= value)
            names.push_back(names.size() < 26
                                ? std::string(1, static_cast<char>('a' + names.size()))
                                : fmt::format("z{}", names.size()));
    }
    table.values = values;
    return table;
}

ColumnPlan plan_of(const MixedTable& table) {
    const auto plan = plan_features(table, true);
    EXPECT_TRUE(plan) << plan.error().message;
    return plan ? plan->columns[0] : ColumnPlan();
}

std::vector<std::string> feature_names(const FeatureTable& table) {
    std::vector<std::string> names;
    for (const FeatureDefinition& feature : table.definitions) names.push_back(feature.name);
    return names;
}

TEST(FeaturePlan, LeavesNumbersAsTheyAre) {
    const auto table = mixed_column(ColumnKind::kNumber, {3, 1, 2});
    const auto features = encode_customers(table, {plan_of(table)});
    EXPECT_THAT(features.values, ElementsAre(3, 1, 2));
    EXPECT_THAT(feature_names(features), ElementsAre("x"));
    EXPECT_EQ(features.definitions[0].kind, FeatureKind::kNumber);
    EXPECT_THAT(features.ids, ElementsAre("c0", "c1", "c2"));
}

TEST(FeaturePlan, FillsGapsWithTheMedianAndSaysSo) {
    const auto table = mixed_column(ColumnKind::kNumber, {1, kGap, 10, 4, 3});
    const auto plan = plan_of(table);
    EXPECT_EQ(plan.fill, 3.5);  // Of 1, 3, 4, 10.
    const auto features = encode_customers(table, {plan});
    EXPECT_THAT(feature_names(features), ElementsAre("x", "x is missing"));
    EXPECT_THAT(features.values, ElementsAre(1, 0, 3.5, 1, 10, 0, 4, 0, 3, 0));
    // One in forty: the median alone.
    std::vector<double> values(40, 2);
    values[7] = kGap;
    EXPECT_FALSE(plan_of(mixed_column(ColumnKind::kNumber, values)).has_indicator);
}

TEST(FeaturePlan, LeavesOutWhatIsMostlyMissing) {
    auto table = mixed_column(ColumnKind::kNumber, {1, kGap, kGap, 2});
    const auto plan = plan_features(table, false);
    ASSERT_FALSE(plan);
    EXPECT_THAT(plan.error().message, HasSubstr("x: 50 % of the values are missing"));
    EXPECT_FALSE(plan_features(mixed_column(ColumnKind::kCategory, {kGap, kGap}), false));
    EXPECT_FALSE(plan_features(MixedTable(), false));
}

TEST(FeaturePlan, MakesAFeatureOfEachCategory) {
    std::vector<double> values(300, 0);
    for (std::size_t i = 0; i < 100; ++i) values[i] = 1;
    values[299] = 2;                                           // Below 1 %.
    for (std::size_t i = 100; i < 130; ++i) values[i] = kGap;  // No value is a category.
    const auto table = mixed_column(ColumnKind::kCategory, values);
    const auto plan = plan_of(table);
    EXPECT_EQ(plan.use, ColumnUse::kCategories);
    const auto features = encode_customers(table, {plan});
    EXPECT_THAT(feature_names(features), ElementsAre("x=a", "x=b", "x is missing", "x is another"));
    EXPECT_THAT(features.row(0), ElementsAre(0, 1, 0, 0));
    EXPECT_THAT(features.row(100), ElementsAre(0, 0, 1, 0));
    EXPECT_THAT(features.row(200), ElementsAre(1, 0, 0, 0));
    EXPECT_THAT(features.row(299), ElementsAre(0, 0, 0, 1));
    // A new category, as read_known_customers() numbers it.
    MixedTable later = mixed_column(ColumnKind::kNumber, {3, 1});
    later.columns[0] = {"x", ColumnKind::kCategory, true, {"a", "b", "c"}};
    const auto applied = encode_customers(later, {plan});
    EXPECT_THAT(applied.row(0), ElementsAre(0, 0, 0, 1));
    EXPECT_THAT(applied.row(1), ElementsAre(0, 1, 0, 0));
}

TEST(FeaturePlan, SaysOfManyCategoriesHowCommonTheyAre) {
    std::vector<double> values;
    for (int i = 0; i < 100; ++i) values.push_back(i < 48 ? 0 : i % 13);
    const auto table = mixed_column(ColumnKind::kCategory, values);
    const auto plan = plan_of(table);
    EXPECT_EQ(plan.use, ColumnUse::kCommon);
    const auto features = encode_customers(table, {plan});
    EXPECT_NEAR(features.values[0], .52, 1e-12);  // 48, and 52, 65, 78, 91.
    EXPECT_NEAR(features.values[99], .04, 1e-12);
    // What one customer alone has is not kept: it may say who that is.
    values.push_back(13);
    const auto with_one = mixed_column(ColumnKind::kCategory, values);
    EXPECT_EQ(plan_of(with_one).column.categories.size(), 13U);
    EXPECT_EQ(encode_customers(with_one, {plan_of(with_one)}).values.back(), 0);
}

TEST(FeaturePlan, CountsDatesBackFromTheNewest) {
    const auto table = mixed_column(ColumnKind::kDate, {19723, 19722.5, 19000});
    const auto features = encode_customers(table, {plan_of(table)});
    EXPECT_THAT(features.values, ElementsAre(0, .5, 723));
    EXPECT_EQ(features.definitions[0].label, "x (days before 2024-01-01)");
}

TEST(FeaturePlan, RefusesIds) {
    const auto texts = mixed_column(ColumnKind::kCategory, {0, 1, 2});
    EXPECT_THAT(plan_features(texts, true).error().message, HasSubstr("looks like an id"));
    EXPECT_THAT(plan_features(mixed_column(ColumnKind::kText, {0}), true).error().message,
                HasSubstr("too many or too long"));
    std::vector<double> numbers;
    for (int i = 0; i < 30; ++i) numbers.push_back(500 - i);
    auto counted = mixed_column(ColumnKind::kNumber, numbers);
    EXPECT_THAT(plan_features(counted, false).error().message, HasSubstr("it looks like an id"));
    EXPECT_TRUE(plan_features(counted, true));  // The user said so.
    counted.values[0] = 1000;                   // Not one after the other.
    EXPECT_TRUE(plan_features(counted, false));
    counted.columns[0].name = "order_ID";
    EXPECT_FALSE(plan_features(counted, false));
}

TEST(FeaturePlan, KeepsFeaturesApartThatAreCalledTheSame) {
    auto columns = std::vector<ColumnPlan>(2);
    columns[0].column = {"x", ColumnKind::kCategory, true, {"a"}};
    columns[0].use = ColumnUse::kCategories;
    columns[1].column.name = "x=a";
    const auto definitions = feature_definitions(columns);
    EXPECT_EQ(definitions[0].name, "x=a");
    EXPECT_EQ(definitions[1].name, "x=a_");
}

TEST(FeaturePlan, LetsACategoryCountAsOneNumber) {
    std::vector<double> values;
    for (int i = 0; i < 90; ++i) values.push_back(i % 3);
    const auto table = mixed_column(ColumnKind::kCategory, values);
    const auto features = encode_customers(table, {plan_of(table)});
    const auto scaling = choose_scaling(features, {}, Scaling::kAuto, 1);
    ASSERT_TRUE(scaling);
    const auto points = exact_points(features, *scaling, 1);
    double squares = 0;
    for (const double value : points.values) squares += value * value;
    EXPECT_NEAR(squares / 90, 1, 1e-12);
    EXPECT_TRUE((*scaling)[2].note.empty());  // Of one column: nobody counts twice.
}

TEST(FeatureWords, ReadAsSentences) {
    const FeatureDefinition country{"c=F", "c is F", "", "", FeatureKind::kCategory, "c"};
    const FeatureDefinition gap{
        "age is missing", "age is not given", "", "", FeatureKind::kMissing, "age"};
    const FeatureDefinition city{
        "city", "share of customers with the same city", "", "", FeatureKind::kCommon, "city"};
    EXPECT_EQ(driver_sentence(country, .8, .12), "c is F for 80 %; all customers 12 %.");
    EXPECT_EQ(driver_sentence(city, .013, .04),
              "share of customers with the same city 1.3 % on average; all customers 4 %.");
    const std::vector<RuleBound> bounds{{"c=F", false, 1}, {"age is missing", true, 1}};
    EXPECT_THAT(rule_sentence({bounds, 1, 1, ""}, {country, gap}),
                HasSubstr("c is not F and age is not given: catches 100 %"));
}

}  // namespace
}  // namespace cpo::segmentation
