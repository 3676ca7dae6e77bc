#include "agents/segmentation/memory_need.h"

#include <gmock/gmock.h>

namespace cpo::segmentation {
namespace {

constexpr std::uint64_t kGigabyte = 1'000'000'000;

SegmentationOptions options_for(Algorithm algorithm) {
    SegmentationOptions options;
    options.algorithm = algorithm;
    options.clusters = 8;
    return options;
}

TEST(MemoryNeed, GrowsWithTheRowsAndForAllPairsWithTheirSquare) {
    const auto kmeans = options_for(Algorithm::kKMeans);
    const auto more = memory_needed({2'000'000, 16}, kmeans);
    EXPECT_GT(more, 2 * kGigabyte / 8);
    EXPECT_LT(more, 2 * memory_needed({1'000'000, 16}, kmeans));

    auto pairs = options_for(Algorithm::kHierarchical);
    pairs.linkage = Linkage::kAverage;
    // 8 bytes a pair: the matrix that scikit-learn would ask for at 100,000 rows is 37.3 GiB.
    EXPECT_NEAR(static_cast<double>(memory_needed({100'000, 4}, pairs)), 40e9, 0.1e9);
}

TEST(MemoryNeed, EveryMethodNeedsMoreForMoreColumns) {
    for (const auto& [name, algorithm] : kAlgorithms) {
        auto options = options_for(algorithm);
        if (algorithm == Algorithm::kAuto) options.clusters = 0;
        EXPECT_GT(memory_needed({100'000, 32}, options), memory_needed({100'000, 4}, options))
            << name;
    }
}

TEST(CheckMemory, PassesWhatFits) {
    const auto options = options_for(Algorithm::kHdbscan);
    EXPECT_TRUE(check_memory({100'000, 8}, options, 0, {8 * kGigabyte, 4 * kGigabyte}));
}

TEST(CheckMemory, SaysWhatIsNeededWhatThereIsAndWhatToUse) {
    const auto refused = check_memory({5'000'000, 16},
                                      options_for(Algorithm::kHdbscan),
                                      kGigabyte,
                                      {8 * kGigabyte, 3 * kGigabyte});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kResourceExhausted);
    EXPECT_THAT(refused.error().message,
                testing::StartsWith("hdbscan of 5000000 customers with 16 features needs about "));
    EXPECT_THAT(refused.error().message, testing::HasSubstr("3.0 GB of 8.0 GB are free"));
    EXPECT_THAT(refused.error().message, testing::HasSubstr("use kmeans, which needs 1."));
}

TEST(CheckMemory, WhatNeverFitsIsTheInputsFault) {
    const auto refused = check_memory(
        {50'000'000, 16}, options_for(Algorithm::kKMeans), 0, {4 * kGigabyte, 3 * kGigabyte});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("there are 4.0 GB"));
    EXPECT_THAT(refused.error().message, testing::HasSubstr("--algorithm minibatch"));
}

}  // namespace
}  // namespace cpo::segmentation
