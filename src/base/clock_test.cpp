#include "base/clock.h"

#include <gtest/gtest.h>

namespace cpo {
namespace {

MilliTime at(std::int64_t milliseconds) {
    return MilliTime(std::chrono::milliseconds(milliseconds));
}

// Expected: Python 3.11, datetime(1970,1,1) + timedelta(milliseconds=n).
TEST(Clock, WritesTimesWithMillisecondsAsRfc3339) {
    EXPECT_EQ(format_time(at(0)), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(format_time(at(1'795'694'400'123)), "2026-11-26T12:00:00.123Z");
    EXPECT_EQ(format_time(at(-1)), "1969-12-31T23:59:59.999Z");
}

TEST(Clock, TellsTheTimeOfTheMachine) {
    const auto before = std::chrono::system_clock::now();
    const MilliTime now = system_clock().now();
    EXPECT_GE(now + std::chrono::milliseconds(1), before);
    EXPECT_LE(now, std::chrono::system_clock::now());
}

}  // namespace
}  // namespace cpo
