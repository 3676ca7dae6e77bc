#include "agents/segmentation/stability.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "agents/segmentation/kmeans.h"
#include "agents/segmentation/points_fixture.h"
#include "model/segment.h"

namespace cpo::segmentation {
namespace {

PointBlocks four_clouds(std::size_t rows) {
    const auto exact = random_points(rows, 3, 5);
    return PointBlocks::from_rows(
        std::vector<float>(exact.values.begin(), exact.values.end()), 3, 1);
}

ClusterRows kmeans_of(const PointBlocks& points, int clusters) {
    return [&points, clusters](std::span<const std::size_t> rows) -> Result<std::vector<int>> {
        const auto some = PointBlocks::gather(points, rows);
        return TRY(kmeans(some, {.cluster_count = clusters, .starts = 2})).cluster_of;
    };
}

std::vector<double> stability_of(const PointBlocks& points,
                                 int clusters,
                                 const StabilityOptions& options) {
    const auto labels = kmeans(points, {.cluster_count = clusters})->cluster_of;
    const auto found = *stability(labels, clusters, kmeans_of(points, clusters), options);
    std::vector<double> means;
    for (const auto& mean : found) means.push_back(mean.value());
    return means;
}

TEST(Stability, IsOneOfClearGroups) {
    for (const double mean : stability_of(four_clouds(1'000), 4, {})) EXPECT_GT(mean, 0.99);
}

// A fifth cluster cuts one of four round clouds, each time elsewhere.
TEST(Stability, IsLowOfACloudThatIsCutInTwo) {
    auto means = stability_of(four_clouds(1'000), 5, {.resamples = 50});
    std::sort(means.begin(), means.end());
    EXPECT_LT(means[0], kStableSimilarity);
    EXPECT_LT(means[1], kStableSimilarity);
}

// By hand: with one cluster of all 5 rows the similarity is the share of the segment in them.
TEST(Stability, IsTheMeanOfTheBestJaccardSimilarity) {
    const std::vector<int> labels{0, 0, 0, 0, 1, 1, 1, 1, kNoSegment, kNoSegment};
    std::vector<double> expected(2), counts(2);
    const auto result =
        stability(labels,
                  3,
                  [&](std::span<const std::size_t> rows) -> Result<std::vector<int>> {
                      EXPECT_EQ(rows.size(), 5U);
                      std::vector<double> sizes(2);
                      for (const std::size_t row : rows)
                          if (labels[row] != kNoSegment)
                              ++sizes[static_cast<std::size_t>(labels[row])];
                      for (std::size_t s = 0; s < 2; ++s) {
                          if (sizes[s] == 0) continue;
                          expected[s] += sizes[s] / 5;
                          ++counts[s];
                      }
                      return std::vector<int>(rows.size(), 0);
                  },
                  {});
    ASSERT_TRUE(result);
    for (std::size_t s = 0; s < 2; ++s)
        EXPECT_DOUBLE_EQ((*result)[s].value(), expected[s] / counts[s]);
    EXPECT_FALSE((*result)[2]);  // Without rows.
}

TEST(Stability, CountsRowsInNoClusterAsLost) {
    const std::vector<int> labels(100, 0);
    const auto result =
        stability(labels,
                  1,
                  [](std::span<const std::size_t> rows) -> Result<std::vector<int>> {
                      std::vector<int> found(rows.size(), kNoSegment);
                      for (std::size_t i = 0; i < 40; ++i) found[i] = 7;
                      return found;
                  },
                  {});
    EXPECT_DOUBLE_EQ((*result)[0].value(), 0.8);
}

TEST(Stability, IsTheSameAtAnyNumberOfThreads) {
    const auto points = four_clouds(2'000);
    EXPECT_EQ(stability_of(points, 5, {.rows_max = 500, .seed = 3}),
              stability_of(points, 5, {.rows_max = 500, .seed = 3, .threads = 4}));
}

TEST(Stability, EndsWithTheErrorOfTheCallback) {
    const auto result = stability(std::vector<int>(10, 0),
                                  1,
                                  [](std::span<const std::size_t>) -> Result<std::vector<int>> {
                                      return invalid_argument("no");
                                  },
                                  {});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message, "no");
    EXPECT_EQ(stability(std::vector<int>{0}, 1, nullptr, {}).error().code,
              ErrorCode::kInvalidArgument);
}

TEST(Stability, EndsWhenItIsCalledOff) {
    std::atomic<bool> is_called_off = false;
    int calls = 0;
    const auto result =
        stability(std::vector<int>(10, 0),
                  1,
                  [&](std::span<const std::size_t> rows) -> Result<std::vector<int>> {
                      is_called_off = ++calls == 3;
                      return std::vector<int>(rows.size(), 0);
                  },
                  {.deadline = Deadline::never().unless(is_called_off)});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kDeadlineExceeded);
    EXPECT_EQ(calls, 3);
}

TEST(OverallStability, CountsSegmentsBySize) {
    const PointBlocks points = four_clouds(800);
    std::vector<std::vector<int>> labels;
    std::vector<OverallStability> expected;
    for (const int clusters : {3, 5}) {
        labels.push_back(kmeans(points, {.cluster_count = clusters})->cluster_of);
        const auto each = *stability(labels.back(), clusters, kmeans_of(points, clusters), {});
        double sum = 0;
        for (const int label : labels.back()) sum += *each[static_cast<std::size_t>(label)];
        expected.push_back({sum / 800, **std::min_element(each.begin(), each.end())});
    }
    const auto found = *overall_stability(
        labels,
        [&](std::span<const std::size_t> rows) -> Result<std::vector<std::vector<int>>> {
            return std::vector<std::vector<int>>{TRY(kmeans_of(points, 3)(rows)),
                                                 TRY(kmeans_of(points, 5)(rows))};
        },
        {.threads = 2});
    ASSERT_EQ(found.size(), 2U);
    for (std::size_t way = 0; way < 2; ++way) {
        EXPECT_NEAR(found[way].mean, expected[way].mean, 1e-12);
        EXPECT_EQ(found[way].least, expected[way].least);
    }
}

TEST(OverallStability, IsZeroWhereAResampleCannotBeClustered) {
    const auto found = *overall_stability(
        {{0, 0, 1, 1}},
        [](std::span<const std::size_t>) -> Result<std::vector<std::vector<int>>> {
            return std::vector<std::vector<int>>(1);
        },
        {});
    EXPECT_EQ(found.front().mean, 0);
    EXPECT_EQ(found.front().least, 0);
}

}  // namespace
}  // namespace cpo::segmentation
