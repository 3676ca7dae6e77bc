#include "agents/experiments/assignment.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/digest.h"
#include "base/random.h"
#include "statistics/distributions.h"

namespace cpo::experiments {
namespace {

AssignmentConfig config_of(const std::string& seed, double coverage, std::vector<double> weights) {
    AssignmentConfig config;
    config.key = seed;
    config.seed = seed;
    config.coverage = coverage;
    config.weights = std::move(weights);
    for (std::size_t i = 0; i < config.weights.size(); ++i)
        config.arms.push_back(fmt::format("arm{}", i));
    return config;
}

std::vector<double> equal_weights(int arms) {
    return std::vector<double>(static_cast<std::size_t>(arms), 1.0 / arms);
}

// Reference: npm @growthbook/growthbook 1.8.0 under Node 20, GrowthBook.run() with hashVersion 2
// over the units below: variation index of each unit, -1 when not in the experiment, joined by
// commas, then SHA-256; the last nine (units beyond ASCII among them) in full.
struct Reference {
    std::string seed;
    double coverage;
    std::vector<double> weights;
    std::vector<std::pair<double, double>> ranges;
    std::string sha256;
    std::string last_nine;
};

std::vector<std::string> reference_units() {
    std::vector<std::string> units;
    for (int i = 0; i < 1200; ++i)
        units.push_back(i % 3 == 0   ? fmt::format("customer-{}", i)
                        : i % 3 == 1 ? std::to_string(10000 + 7 * i)
                                     : fmt::format("u{}@example.org", i));
    for (const char* unit : {"Zoë", "李雷", "ключ", "😀-smile", "a b", " ", "0", "é", "ﬃ"})
        units.emplace_back(unit);
    return units;
}

TEST(Assignment, AgreesWithGrowthBookForEveryUnit) {
    const std::vector<Reference> references{
        {"winter-sale",
         1,
         {0.5, 0.5},
         {},
         "aebb588b8914c9786b09e787c66a40aceb90f49ba828b4383fe51d027ef54bd9",
         "1,0,0,0,0,1,1,0,0"},
        {"Rückgewinnung-s2-7",
         0.4,
         equal_weights(3),
         {},
         "1ebb9d507ceabf74eb961b1a2a748e4f83663f1634140c968f328bfae054a58f",
         "0,1,-1,-1,-1,-1,-1,0,0"},
        {"x",
         0.85,
         {0.7, 0.2, 0.06, 0.04},
         {},
         "07721b0f6cc8ad7c1d4716d36ba5dd36795cf36a5f8e0a931568400bc8074ea6",
         "0,-1,0,1,0,0,1,2,0"},
        {"six",
         1,
         equal_weights(6),
         {},
         "50a995a8622c440fca2ea7761490512250a99966b96df9fbf2f481b74f118021",
         "5,0,5,4,4,1,2,0,4"},
        {"ranges",
         1,
         equal_weights(3),
         {{0.1, 0.25}, {0.25, 0.3}, {0.6, 0.98}},
         "e18253ec5f5425e15bf1d9174fe54abdb88ad99e52b47bc669f5b4fb1b9571c9",
         "-1,-1,2,1,1,2,-1,-1,0"},
        {"nobody",
         0,
         {0.5, 0.5},
         {},
         "fcfe3aeba14d43cddd9faf447ec79a2198e810d601840529b1516573bc1d820f",
         "-1,-1,-1,-1,-1,-1,-1,-1,-1"},
        {"ramp",
         0.01,
         {0.5, 0.5},
         {},
         "eaffa9970fa932ed1a476176cd3661ca3c43d228b8b7b98318a6c996fa7e00b1",
         "-1,-1,-1,-1,-1,-1,0,-1,-1"},
    };
    const auto units = reference_units();
    for (const Reference& reference : references) {
        AssignmentConfig config = config_of(reference.seed, reference.coverage, reference.weights);
        config.ranges = reference.ranges;
        ASSERT_TRUE(validate(config));
        std::vector<int> arms;
        for (const std::string& unit : units) arms.push_back(assign(config, unit).arm);
        EXPECT_EQ(fmt::format("{}", fmt::join(arms.end() - 9, arms.end(), ",")),
                  reference.last_nine);
        EXPECT_EQ(sha256_hex(fmt::format("{}", fmt::join(arms, ","))), reference.sha256)
            << reference.seed;
    }
}

TEST(Assignment, BucketsAgreeWithGrowthBook) {
    // The same package, Result.bucket.
    EXPECT_DOUBLE_EQ(bucket_of("winter-sale", "customer-0"), 0.5083);
    EXPECT_DOUBLE_EQ(bucket_of("k", "a"), 0.1575);
    EXPECT_DOUBLE_EQ(bucket_of("Rückgewinnung-s2-7", "Zoë"), 0.039);
    EXPECT_DOUBLE_EQ(bucket_of("x", "😀-smile"), 0.739);
}

TEST(Assignment, StoredRangesGiveTheSameArmsAsWeightsAndCoverage) {
    AssignmentConfig config = config_of("same", 0.3, {0.2, 0.5, 0.3});
    AssignmentConfig stored = config;
    stored.ranges = ranges_of(config.coverage, config.weights);
    for (int i = 0; i < 5000; ++i) {
        const std::string unit = std::to_string(i);
        EXPECT_EQ(assign(config, unit).arm, assign(stored, unit).arm);
    }
}

TEST(Assignment, UsesTheKeyWhereTheSeedIsEmpty) {
    AssignmentConfig config = config_of("k", 1, {0.5, 0.5});
    config.seed.clear();
    EXPECT_DOUBLE_EQ(assign(config, "a").bucket, 0.1575);
}

TEST(Assignment, LeavesAnEmptyUnitOut) {
    const auto assignment = assign(config_of("k", 1, {0.5, 0.5}), "");
    EXPECT_EQ(assignment.arm, -1);
    EXPECT_EQ(assignment.bucket, -1);
    EXPECT_EQ(assignment.reason, "empty unit");
}

TEST(Assignment, CountsBytesThatAreNoUtf8AsReplacementCharacters) {
    EXPECT_EQ(bucket_of("s", "a\xFFz"), bucket_of("s", "a\uFFFDz"));
    EXPECT_EQ(bucket_of("s", "a\xC3"), bucket_of("s", "a\uFFFD"));
    EXPECT_EQ(bucket_of("s", "\xED\xA0\x80"),
              bucket_of("s", "\uFFFD\uFFFD\uFFFD"));  // A surrogate.
}

RC_GTEST_PROP(Assignment, IsAPureFunctionOfConfigurationAndUnit, ()) {
    const auto unit = *rc::gen::nonEmpty<std::string>();
    const auto config = config_of(*rc::gen::nonEmpty<std::string>(), 0.7, {0.25, 0.75});
    const auto first = assign(config, unit);
    const auto copy = config;
    const auto again = assign(copy, std::string(unit));
    RC_ASSERT(first.arm == again.arm);
    RC_ASSERT(first.bucket == again.bucket);
    RC_ASSERT(first.bucket >= 0 && first.bucket < 1);
    RC_ASSERT(first.reason == (first.arm < 0 ? "not covered" : "assigned"));
}

RC_GTEST_PROP(Assignment, RampNeverMovesAUnit, ()) {
    const int arms = *rc::gen::inRange(1, 9);
    const auto seed = *rc::gen::nonEmpty<std::string>();
    const auto steps = std::vector<double>{0.01, 0.05, 0.1, 0.35, 0.5, 0.99, 1};
    for (int unit = 0; unit < 200; ++unit) {
        int arm = -1;
        for (const double coverage : steps) {
            const auto assignment =
                assign(config_of(seed, coverage, equal_weights(arms)), std::to_string(unit));
            RC_ASSERT(arm < 0 || assignment.arm == arm);
            arm = assignment.arm;
        }
        RC_ASSERT(arm >= 0);  // All in at full coverage.
    }
}

TEST(Assignment, SplitsAsTheWeightsSay) {
    const std::vector<double> weights{0.5, 0.3, 0.15, 0.05};
    int alarms = 0;
    for (int experiment = 0; experiment < 200; ++experiment) {
        const auto config = config_of(fmt::format("split-{}", experiment), 1, weights);
        std::vector<double> counts(weights.size(), 0);
        constexpr int kUnits = 4000;
        for (int i = 0; i < kUnits; ++i)
            ++counts[static_cast<std::size_t>(assign(config, fmt::format("user{}", i)).arm)];
        double statistic = 0;
        for (std::size_t arm = 0; arm < weights.size(); ++arm) {
            const double expected = kUnits * weights[arm];
            statistic += (counts[arm] - expected) * (counts[arm] - expected) / expected;
        }
        alarms += statistics::chi_square_survival(statistic, 3) < 0.01 ? 1 : 0;
    }
    EXPECT_LE(alarms, 8);  // 2 expected; more than 8 has a chance below 0.1 %.
}

TEST(Assignment, DifferentExperimentsAreIndependent) {
    int alarms = 0;
    constexpr int kPairs = 300;
    for (int pair = 0; pair < kPairs; ++pair) {
        const auto one = config_of(fmt::format("goal-s{}-1", pair), 1, {0.5, 0.5});
        const auto two = config_of(fmt::format("goal-s{}-1", pair + 1), 1, {0.5, 0.5});
        double table[2][2] = {};
        constexpr int kUnits = 2000;
        for (int i = 0; i < kUnits; ++i) {
            const std::string unit = std::to_string(12346 + i);
            ++table[assign(one, unit).arm][assign(two, unit).arm];
        }
        double statistic = 0;
        for (int a = 0; a < 2; ++a)
            for (int b = 0; b < 2; ++b) {
                const double expected =
                    (table[a][0] + table[a][1]) * (table[0][b] + table[1][b]) / kUnits;
                statistic += (table[a][b] - expected) * (table[a][b] - expected) / expected;
            }
        alarms += statistics::chi_square_survival(statistic, 1) < 0.01 ? 1 : 0;
    }
    EXPECT_LE(alarms, 10);  // 3 expected; more than 10 has a chance below 0.1 %.
}

TEST(Assignment, ValidationNamesTheField) {
    const auto message = [](const AssignmentConfig& config) {
        const auto valid = validate(config);
        return valid ? std::string("valid") : valid.error().message;
    };
    const AssignmentConfig good = config_of("k", 1, {0.5, 0.5});
    EXPECT_EQ(message(good), "valid");
    AssignmentConfig bad = good;
    bad.key.clear();
    EXPECT_THAT(message(bad), testing::HasSubstr("key"));
    bad = good;
    bad.hash_version = 1;
    EXPECT_THAT(message(bad), testing::HasSubstr("hash_version"));
    bad = good;
    bad.coverage = 1.5;
    EXPECT_THAT(message(bad), testing::HasSubstr("coverage"));
    bad = good;
    bad.coverage = std::nan("");
    EXPECT_THAT(message(bad), testing::HasSubstr("coverage"));
    bad = good;
    bad.weights = {0.5, 0.4};
    EXPECT_THAT(message(bad), testing::HasSubstr("sum to 0.9"));
    bad = good;
    bad.arms = {"a", "a"};
    EXPECT_THAT(message(bad), testing::HasSubstr("twice"));
    bad = good;
    bad.arms.clear();
    bad.weights.clear();
    EXPECT_THAT(message(bad), testing::HasSubstr("at least one arm"));
    bad = good;
    bad.ranges = {{0, 0.6}, {0.5, 1}};
    EXPECT_THAT(message(bad), testing::HasSubstr("overlaps"));
    bad.ranges = {{0, 0.5}};
    EXPECT_THAT(message(bad), testing::HasSubstr("1 ranges for 2 arms"));
    bad.ranges = {{0.5, 0.4}, {0.6, 0.7}};
    EXPECT_THAT(message(bad), testing::HasSubstr("not a range"));
}

}  // namespace
}  // namespace cpo::experiments
