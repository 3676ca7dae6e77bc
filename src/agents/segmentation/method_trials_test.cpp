#include "agents/segmentation/method_trials.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>
#include <chrono>
#include <cmath>
#include <vector>

#include "agents/segmentation/scaling.h"
#include "base/random.h"

namespace cpo::segmentation {
namespace {

using testing::HasSubstr;

/// One normal group: where it is and its deviation along both features.
struct Blob {
    std::array<double, 2> centre, deviation;
};

FeatureTable blobs(const std::vector<Blob>& groups, std::size_t rows) {
    FeatureTable table;
    table.definitions = {{"x", "x", "", ""}, {"y", "y", "", ""}};
    Random random(3);
    for (std::size_t i = 0; i < rows; ++i) {
        table.ids.push_back(fmt::format("c{}", i));
        const Blob& blob = groups[i % groups.size()];
        for (std::size_t j = 0; j < 2; ++j)
            table.values.push_back(blob.centre[j] + blob.deviation[j] * random.normal());
    }
    return table;
}

/// Keeps what the trials borrow.
struct Tried {
    FeatureTable table;
    SegmentationOptions options{};
    std::vector<FeatureScaling> scaling = *choose_scaling(table, {}, Scaling::kStandard, 1);
    PointBlocks points = scaled_points(table, scaling, 1);
    MethodTrials trials{table, scaling, options};
};

const std::vector<Blob> kNested{{{0, 0}, {0.4, 0.4}}, {{0.5, 0}, {4, 4}}};
const std::vector<Blob> kThree{{{0, 0}, {1, 1}}, {{9, 0}, {1, 1}}, {{4, 8}, {1, 1}}};

TEST(MethodTrials, FindTheNormalGroupsOfWhichOneLiesInsideTheOther) {
    const Tried tried{blobs(kNested, 1000)};
    const auto trial = *tried.trials.mixture();
    EXPECT_TRUE(trial.is_sound);
    EXPECT_EQ(trial.candidate.algorithm, "gmm");
    EXPECT_EQ(trial.candidate.clusters, 2);
    EXPECT_GT(trial.candidate.stability.value_or(0), 0.85);
    EXPECT_EQ(trial.options.clusters, 2);
    EXPECT_TRUE(trial.options.covariance);
    ASSERT_TRUE(trial.of_all);
    EXPECT_THAT(trial.candidate.finding, HasSubstr("2 normal groups that may overlap"));
}

TEST(MethodTrials, OfOneNormalGroupTheMixtureIsNotSound) {
    const Tried tried{blobs({{{0, 0}, {1, 1}}}, 600)};
    const auto trial = *tried.trials.mixture();
    EXPECT_FALSE(trial.is_sound);
    EXPECT_FALSE(trial.candidate.stability);
    EXPECT_EQ(trial.candidate.finding, "One normal group has a lower BIC than several.");
}

TEST(MethodTrials, OfRingsTheMixtureIsNotSound) {
    Random random(4);
    FeatureTable rings = blobs({{{0, 0}, {1, 1}}}, 1500);
    for (std::size_t i = 0; i < rings.rows(); ++i) {
        const double angle = 6.283185307179586 * random.uniform();
        const double radius = 1 + static_cast<double>(i % 4) + 0.05 * random.normal();
        rings.values[2 * i] = radius * std::cos(angle);
        rings.values[2 * i + 1] = radius * std::sin(angle);
    }
    const Tried tried{std::move(rings)};
    const auto trial = *tried.trials.mixture();
    EXPECT_FALSE(trial.is_sound) << trial.candidate.finding;
}

TEST(MethodTrials, TakeGeniesFinestStableCut) {
    const Tried tried{blobs(kThree, 600)};
    const auto trial = *tried.trials.genie();
    EXPECT_TRUE(trial.is_sound);
    EXPECT_EQ(trial.candidate.clusters, 3) << trial.candidate.finding;
    EXPECT_GT(trial.candidate.stability.value_or(0), 0.95);
    EXPECT_EQ(trial.options.linkage, Linkage::kGenie);
}

TEST(MethodTrials, CompareKMeansOnTheSameCustomers) {
    const Tried tried{blobs(kThree, 600)};
    const auto trial = *tried.trials.centres(&tried.points);
    EXPECT_TRUE(trial.is_sound);
    EXPECT_EQ(trial.candidate.clusters, 3);
    EXPECT_GT(trial.candidate.stability.value_or(0), 0.95);
    EXPECT_GT(trial.candidate.silhouette.value_or(0), 0.6);
    EXPECT_EQ(adjusted_rand_index(trial.labels, tried.trials.genie()->labels), 1);
    const auto beside = *tried.trials.centres(nullptr);
    EXPECT_EQ(beside.labels, trial.labels);
    EXPECT_FALSE(beside.is_sound);
}

TEST(MethodTrials, LookAtASampleThatTheBudgetPaysFor) {
    const Tried tried{blobs(kThree, 6000)};
    EXPECT_FALSE(tried.trials.are_all());
    EXPECT_EQ(tried.trials.where(), " (on 4,096 of the customers)");
    const auto trial = *tried.trials.genie();
    EXPECT_FALSE(trial.is_sound);
    EXPECT_THAT(trial.candidate.finding, HasSubstr("so it is not taken"));
    const Tried poor{blobs(kThree, 6000), {.budget_ms = 1}};
    EXPECT_EQ(poor.trials.rows().size(), 256U);
}

TEST(MethodTrials, AreTheSameWithAnyThreads) {
    const Tried one{blobs(kNested, 900)};
    const Tried three{blobs(kNested, 900), {.threads = 3}};
    EXPECT_EQ(one.trials.mixture()->candidate.stability,
              three.trials.mixture()->candidate.stability);
    EXPECT_EQ(one.trials.genie()->candidate.finding, three.trials.genie()->candidate.finding);
    EXPECT_EQ(one.trials.centres(&one.points)->candidate.finding,
              three.trials.centres(&three.points)->candidate.finding);
}

TEST(MethodTrials, EndWithTheDeadline) {
    const Tried late{blobs(kThree, 600), {.deadline = Deadline::after(std::chrono::seconds(-1))}};
    EXPECT_EQ(late.trials.mixture().error().code, ErrorCode::kDeadlineExceeded);
    EXPECT_EQ(late.trials.genie().error().code, ErrorCode::kDeadlineExceeded);
    EXPECT_EQ(late.trials.centres(nullptr).error().code, ErrorCode::kDeadlineExceeded);
}

TEST(SmallestShare, CountsEveryNumber) {
    EXPECT_EQ(smallest_share(std::vector{0, 0, 1, 2, 2}), 0.2);
    EXPECT_EQ(smallest_share(std::vector{0, 0, 2, 2}), 0) << "nobody is in 1";
}

TEST(ShareInside, CountsWhoGoesWithMostOfTheirGroup) {
    const std::vector<int> coarse{0, 0, 0, 0, 1, 1, 1, 1};
    EXPECT_EQ(share_inside(std::vector{0, 0, 1, 1, 2, 2, 2, 2}, coarse), 1);
    EXPECT_EQ(share_inside(coarse, coarse), 1);
    EXPECT_EQ(share_inside(std::vector{0, 0, 0, 1, 1, 1, 1, 1}, coarse), 7. / 8);
    EXPECT_EQ(share_inside(std::vector{0, 1, 0, 1, 0, 1, 0, 1}, coarse), 0.5);
}

// Expected: scikit-learn 1.9.1, adjusted_rand_score.
TEST(AdjustedRandIndex, IsThatOfScikitLearn) {
    EXPECT_EQ(adjusted_rand_index(std::vector{0, 0, 1, 1}, std::vector{1, 1, 0, 0}), 1);
    EXPECT_NEAR(adjusted_rand_index(std::vector{0, 0, 1, 1}, std::vector{0, 0, 1, 2}),
                0.571428571428571,
                1e-12);
    EXPECT_EQ(adjusted_rand_index(std::vector{0, 0, 0, 0}, std::vector{0, 1, 2, 3}), 0);
    EXPECT_NEAR(adjusted_rand_index(std::vector{0, 0, 1, 1}, std::vector{0, 1, 0, 1}), -0.5, 1e-12);
}

}  // namespace
}  // namespace cpo::segmentation
