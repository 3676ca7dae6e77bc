#include "agents/segmentation/rules.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <set>

#include "agents/segmentation/number_words.h"
#include "agents/segmentation/rule_sample.h"
#include "base/random.h"
#include "model/known_features.h"

namespace cpo::segmentation {
namespace {

using testing::HasSubstr;

/// Customers in segments, with all columns used.
struct Ruled {
    FeatureTable customers;
    std::vector<int> segment_of;
    std::size_t segments = 0;

    std::vector<std::optional<SegmentRule>> rules(int threads = 1) const {
        std::vector<FeatureScaling> scaling(customers.columns());
        return segment_rules(customers, scaling, segment_of, segments, {1, threads});
    }
    void add(const std::vector<double>& values, int segment) {
        customers.ids.push_back(fmt::format("c{}", customers.rows()));
        customers.values.insert(customers.values.end(), values.begin(), values.end());
        segment_of.push_back(segment);
        segments = std::max(segments, static_cast<std::size_t>(segment + 1));
    }
};

Ruled nobody(std::size_t columns) {
    Ruled ruled;
    for (std::size_t j = 0; j < columns; ++j) {
        const std::string name = fmt::format("f{}", j);
        ruled.customers.definitions.push_back({name, name, "", ""});
    }
    return ruled;
}

/// Evenly spread over [0, 90)^columns, but for a gap of 2 around 30 and 60.
std::vector<double> any_place(Random& random, std::size_t columns) {
    std::vector<double> place;
    for (std::size_t j = 0; j < columns; ++j)
        place.push_back(static_cast<double>(random.below(3)) * 30 + 1 + random.uniform() * 28);
    return place;
}

bool is_caught(const Ruled& ruled, const SegmentRule& rule, std::size_t row) {
    for (const RuleBound& bound : rule.bounds) {
        const auto column = static_cast<std::size_t>(ruled.customers.find(bound.feature));
        const double value = ruled.customers.at(row, column);
        if (bound.is_at_least ? value < bound.value : value >= bound.value) return false;
    }
    return true;
}

TEST(Rules, FindTheBoxesThatSegmentsAre) {
    // Corners, edges and the middle of a grid of 3 x 3: with 2, 3 and 4 bounds.
    Ruled ruled = nobody(2);
    Random random(5);
    for (int i = 0; i < 3000; ++i) {
        const auto place = any_place(random, 2);
        ruled.add(place, static_cast<int>(place[0] / 30) * 3 + static_cast<int>(place[1] / 30));
    }
    const auto rules = ruled.rules();
    std::set<std::string> sentences;
    const std::vector<std::size_t> bounds{2, 3, 2, 3, 4, 3, 2, 3, 2};
    for (std::size_t s = 0; s < rules.size(); ++s) {
        ASSERT_TRUE(rules[s]);
        EXPECT_EQ(rules[s]->bounds.size(), bounds[s]);
        EXPECT_TRUE(sentences.insert(rules[s]->sentence).second) << rules[s]->sentence;
        EXPECT_EQ(rules[s]->recall, 1) << rules[s]->sentence;
        EXPECT_EQ(rules[s]->precision, 1) << rules[s]->sentence;
        for (const RuleBound& bound : rules[s]->bounds)
            EXPECT_TRUE(bound.value == 30 || bound.value == 60) << bound.value;
    }
    EXPECT_EQ(rules[4]->sentence,
              "f0 at least 30 and below 60 and f1 at least 30 and below 60: catches 100 % of the "
              "segment, 0 % strangers.");
}

TEST(Rules, FindTheCornersOfACubeAmongOtherColumns) {
    Ruled ruled = nobody(8);
    Random random(6);
    for (int i = 0; i < 4000; ++i) {
        const auto place = any_place(random, 8);
        ruled.add(place,
                  (place[1] >= 30 ? 1 : 0) + (place[4] >= 60 ? 2 : 0) + (place[6] >= 30 ? 4 : 0));
    }
    for (const auto& rule : ruled.rules()) {
        ASSERT_TRUE(rule);
        EXPECT_EQ(rule->bounds.size(), 3U);
        EXPECT_EQ(rule->recall, 1) << rule->sentence;
        EXPECT_EQ(rule->precision, 1) << rule->sentence;
    }
}

TEST(Rules, AreFoundOnASampleAndMeasuredOnAll) {
    Ruled ruled = nobody(2);
    Random random(7);
    // One customer in a thousand is in segment 1.
    for (int i = 0; i < 200000; ++i) {
        const bool is_rare = i % 1000 == 0;
        ruled.add({random.uniform() * 50 + (is_rare ? 52 : 0), random.uniform()}, is_rare ? 1 : 0);
    }
    const auto rules = ruled.rules();
    EXPECT_EQ(rules[1]->bounds.size(), 1U);
    EXPECT_EQ(rules[1]->recall, 1);
    EXPECT_EQ(rules[1]->precision, 1);
    const RuleSample sample = draw_rule_sample(ruled.segment_of, 2, Random(1));
    EXPECT_LE(sample.rows.size(), kRuleRows + kRuleRowsMin + 2);
    double weight = 0;
    for (const double each : sample.weights) weight += each;
    EXPECT_NEAR(weight, 200000, 1e-6);
}

TEST(Rules, RoundWhereItCostsLittle) {
    Ruled ruled = nobody(2);
    Random random(8);
    for (int i = 0; i < 5000; ++i) {
        const double days = random.uniform() * 365;
        const auto orders = static_cast<double>(random.below(40));
        ruled.add({days, orders}, days < 61.0873 && orders >= 7 ? 1 : 0);
    }
    const auto rule = ruled.rules()[1];
    ASSERT_TRUE(rule);
    EXPECT_GE(rule->recall, 0.99);
    EXPECT_GE(rule->precision, 0.99);
    ASSERT_EQ(rule->bounds.size(), 2U);
    EXPECT_EQ(rule->bounds[0].value, 61);
    EXPECT_EQ(rule->bounds[1].value, 7);
}

TEST(Rules, CountWhoIsInNoSegmentAsStrangers) {
    Ruled ruled = nobody(1);
    for (int i = 0; i < 100; ++i) ruled.add({1.0 * i}, i < 40 ? 0 : kNoSegment);
    EXPECT_EQ(ruled.rules()[0]->sentence,
              "f0 below 40: catches 100 % of the segment, 0 % strangers.");
}

TEST(Rules, AreNoneWithoutStrangersOrDifferences) {
    Ruled all = nobody(1);
    Ruled equal = nobody(1);
    for (int i = 0; i < 100; ++i) {
        all.add({1.0 * i}, 0);
        equal.add({1}, i % 2);
    }
    EXPECT_FALSE(all.rules()[0]);
    EXPECT_FALSE(equal.rules()[1]);
}

TEST(Rules, AreSaidInTheWordsOfTheFeatures) {
    const auto& known = known_features();
    SegmentRule rule;
    rule.bounds = {{"recency_days", false, 21}, {"frequency", true, 8}};
    rule.recall = 0.944;
    rule.precision = 0.97;
    EXPECT_EQ(rule_sentence(rule, known),
              "Days since last purchase below 21 and purchase orders at least 8: catches 94 % of "
              "the segment, 3 % strangers.");
    rule.bounds = {{"monetary", true, -1250.5},
                   {"monetary", false, 10000},
                   {"returns_share", false, 0.07},
                   {"interpurchase_regularity", true, 0.4}};
    rule.recall = 0.9999;
    rule.precision = 0.9999;
    EXPECT_EQ(rule_sentence(rule, known),
              "Net revenue at least -1,250.5 and below 10,000, share returned below 7 % and "
              "regularity of orders at least 0.4: catches over 99 % of the segment, under 1 % "
              "strangers.");
    rule.bounds = {{"frequency", true, 2}, {"frequency", false, 3}};
    EXPECT_THAT(rule_sentence(rule, known), HasSubstr("Purchase orders exactly 2: "));
    rule.bounds = {{"Age", true, 35}};
    EXPECT_THAT(rule_sentence(rule, {{"Age", "Age", "years", ""}}), HasSubstr("Age at least 35 y"));
}

/// Columns of all kinds in which the segments overlap.
Ruled any_ruled() {
    const auto columns = *rc::gen::inRange<std::size_t>(1, 5);
    const auto segments = *rc::gen::inRange<std::size_t>(1, 5);
    const auto rows = *rc::gen::inRange<std::size_t>(segments, 300);
    Ruled ruled = nobody(columns);
    Random random(*rc::gen::arbitrary<std::uint64_t>());
    const double scale = std::pow(10, static_cast<double>(random.below(9)) - 4);
    for (std::size_t i = 0; i < rows; ++i) {
        const std::size_t segment = i < segments ? i : random.below(segments + 1);
        std::vector<double> values;
        for (std::size_t j = 0; j < columns; ++j) {
            const double value = random.normal() + (j % segments == segment ? 1.5 : 0);
            values.push_back(j % 2 == 0 ? value * scale : std::round(value * 3));
        }
        ruled.add(values, segment == segments ? kNoSegment : static_cast<int>(segment));
    }
    return ruled;
}

RC_GTEST_PROP(Rules, HaveTheFiguresOfARecount, ()) {
    const Ruled ruled = any_ruled();
    const auto rules = ruled.rules();
    RC_ASSERT(rules.size() == ruled.segments);
    for (std::size_t s = 0; s < rules.size(); ++s) {
        if (!rules[s]) continue;
        double size = 0, caught = 0, own = 0;
        for (std::size_t row = 0; row < ruled.customers.rows(); ++row) {
            const bool is_own = ruled.segment_of[row] == static_cast<int>(s);
            size += is_own ? 1 : 0;
            if (!is_caught(ruled, *rules[s], row)) continue;
            ++caught;
            own += is_own ? 1 : 0;
        }
        RC_ASSERT(own > 0);
        RC_ASSERT(rules[s]->recall == own / size);
        RC_ASSERT(rules[s]->precision == own / caught);
    }
}

/// The largest F1 of one bound, by trying all.
double best_single_f1(const Ruled& ruled, int segment) {
    double best = 0;
    for (const FeatureDefinition& feature : ruled.customers.definitions)
        for (std::size_t at = 0; at < ruled.customers.rows(); ++at)
            for (const bool is_at_least : {true, false}) {
                const auto column = static_cast<std::size_t>(ruled.customers.find(feature.name));
                SegmentRule rule;
                rule.bounds = {{feature.name, is_at_least, ruled.customers.at(at, column)}};
                double both = 0, own = 0, all = 0;
                for (std::size_t row = 0; row < ruled.customers.rows(); ++row) {
                    const bool is_own = ruled.segment_of[row] == segment;
                    both += is_own ? 1 : 0;
                    if (!is_caught(ruled, rule, row)) continue;
                    own += is_own ? 1 : 0;
                    ++all;
                }
                if (all < static_cast<double>(ruled.customers.rows()))
                    best = std::max(best, 2 * own / (both + all));
            }
    return best;
}

RC_GTEST_PROP(Rules, AreAsGoodAsAnySingleBound, ()) {
    const Ruled ruled = any_ruled();
    const auto rules = ruled.rules();
    for (std::size_t s = 0; s < rules.size(); ++s) {
        if (!rules[s]) continue;
        const double f1 =
            2 * rules[s]->recall * rules[s]->precision / (rules[s]->recall + rules[s]->precision);
        RC_ASSERT(f1 >= best_single_f1(ruled, static_cast<int>(s)) - 0.0051 * kBoundsMax);
    }
}

RC_GTEST_PROP(Rules, SayTheirBoundsAndDoNotDependOnThreads, ()) {
    const Ruled ruled = any_ruled();
    const auto rules = ruled.rules(1), with_four = ruled.rules(4);
    std::set<std::string> sentences;
    // Two segments cannot both be most of what the same bounds catch.
    for (const auto& rule : rules)
        if (rule && rule->precision > 0.5) RC_ASSERT(sentences.insert(rule->sentence).second);
    for (std::size_t s = 0; s < rules.size(); ++s) {
        RC_ASSERT(rules[s].has_value() == with_four[s].has_value());
        if (!rules[s]) continue;
        RC_ASSERT(rules[s]->sentence == with_four[s]->sentence);
        RC_ASSERT(!rules[s]->bounds.empty() && rules[s]->bounds.size() <= kBoundsMax);
        std::set<std::pair<std::string, bool>> kinds;
        for (const RuleBound& bound : rules[s]->bounds) {
            RC_ASSERT(kinds.insert({bound.feature, bound.is_at_least}).second);
            // What is printed is the bound itself, not something near it.
            const std::string number = full_number(bound.value);
            std::string digits = number;
            std::erase(digits, ',');
            RC_ASSERT(std::abs(std::stod(digits) - bound.value) <= 1e-9 * std::abs(bound.value));
            RC_ASSERT(rules[s]->sentence.find(
                          fmt::format("{} {}", bound.is_at_least ? "at least" : "below", number)) !=
                      std::string::npos);
        }
    }
}

}  // namespace
}  // namespace cpo::segmentation
