#include "base/time.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace cpo {
namespace {

TEST(Time, ReadsWhatItWrites) {
    // 2011-12-09 12:50 UTC is 1323435000 seconds after the epoch (GNU date).
    const Time time{std::chrono::seconds(1323435000)};
    EXPECT_EQ(format_time(time), "2011-12-09T12:50:00Z");
    EXPECT_EQ(parse_time("2011-12-09T12:50:00Z"), time);
    EXPECT_EQ(parse_time("2011-12-09 12:50"), time);
    EXPECT_EQ(parse_time("2011-12-09T14:50:00.123+02:00"), time);
    EXPECT_EQ(parse_time("2011-12-09T12:20-0030"), time);
}

TEST(Time, RefusesDaysThatDoNotExist) {
    EXPECT_FALSE(parse_date("2011-02-29"));
    EXPECT_TRUE(parse_date("2012-02-29"));
    EXPECT_FALSE(parse_date("2011-13-01"));
    EXPECT_FALSE(parse_date("0000-01-01"));
}

TEST(Time, RefusesWhatFollows) {
    EXPECT_FALSE(parse_date("2011-12-09x"));
    EXPECT_FALSE(parse_time("2011-12-09T12:50Zx"));
    EXPECT_FALSE(parse_time("2011-12-09T24:00"));
    EXPECT_FALSE(parse_time("2011-12-09T12:60"));
    EXPECT_FALSE(parse_time("2011-12-09T12:50+25:00"));
    EXPECT_FALSE(parse_time(""));
    EXPECT_FALSE(parse_time("9999-12-31T23:00-02:00"));
    EXPECT_FALSE(parse_time("0001-01-01T00:00+00:01"));
}

RC_GTEST_PROP(Time, SurvivesTheRoundTrip, ()) {
    const auto seconds = *rc::gen::inRange<std::int64_t>(-62135596800, 253402300799);
    const Time time{std::chrono::seconds(seconds)};
    RC_ASSERT(parse_time(format_time(time)) == time);
}

}  // namespace
}  // namespace cpo
