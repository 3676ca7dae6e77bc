#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cpo {
namespace {

TEST(Random, FollowsThePublishedSequence) {
    // First outputs of SplitMix64 for seed 1234567, computed with a Python transcription of the
    // paper's listing.
    Random random(1234567);
    EXPECT_EQ(random.next(), 6457827717110365317ULL);
    EXPECT_EQ(random.next(), 3203168211198807973ULL);
    EXPECT_EQ(random.next(), 9817491932198370423ULL);
}

TEST(Random, StaysInsideItsBounds) {
    Random random(7);
    for (int i = 0; i < 10000; ++i) {
        const double uniform = random.uniform();
        ASSERT_GE(uniform, 0);
        ASSERT_LT(uniform, 1);
        ASSERT_LT(random.below(3), 3U);
    }
}

TEST(Random, HasTheMomentsOfAStandardNormal) {
    Random random(11);
    constexpr int kCount = 200000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < kCount; ++i) {
        const double x = random.normal();
        sum += x;
        squares += x * x;
    }
    EXPECT_NEAR(sum / kCount, 0, 5.0 / std::sqrt(kCount));
    EXPECT_NEAR(squares / kCount, 1, 5.0 * std::sqrt(2.0 / kCount));
}

TEST(Random, ForksIndependently) {
    const Random parent(5);
    EXPECT_NE(parent.fork(0).next(), parent.fork(1).next());
    EXPECT_EQ(parent.fork(3).next(), parent.fork(3).next());
}

}  // namespace
}  // namespace cpo
