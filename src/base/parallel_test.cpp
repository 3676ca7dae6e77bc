#include "base/parallel.h"

#include <gtest/gtest.h>

namespace cpo {
namespace {

TEST(ParallelFor, RunsEveryTaskOnce) {
    for (const int threads : {-1, 1, 2, 7}) {
        std::vector<int> runs(1000, 0);
        parallel_for(threads, runs.size(), [&](std::size_t i) { ++runs[i]; });
        EXPECT_EQ(runs, std::vector<int>(1000, 1)) << threads;
    }
}

TEST(ParallelFor, DoesNothingForNoTasks) {
    parallel_for(4, 0, [](std::size_t) { FAIL(); });
}

TEST(ParallelFor, CopesWithMoreThreadsThanTasks) {
    std::vector<int> runs(2, 0);
    parallel_for(64, runs.size(), [&](std::size_t i) { ++runs[i]; });
    EXPECT_EQ(runs, std::vector<int>(2, 1));
}

}  // namespace
}  // namespace cpo
