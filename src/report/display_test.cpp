#include "report/display.h"

#include <gtest/gtest.h>

namespace cpo::report {
namespace {

TEST(Display, GroupsThousandsAndKeepsATrueMinus) {
    EXPECT_EQ(grouped(std::int64_t{4338}), "4,338");
    EXPECT_EQ(grouped(std::size_t{541909}), "541,909");
    EXPECT_EQ(fixed(-611342.09, 2), "−611,342.09");
    EXPECT_EQ(fixed(-0.001, 2), "0.00");
    EXPECT_EQ(with_sign(1.306, 2), "+1.31");
    EXPECT_EQ(with_sign(0.0, 2), "0.00");
}

TEST(Display, NeverRoundsASmallShareToNothing) {
    EXPECT_EQ(percent(0), "0 %");
    EXPECT_EQ(percent(0.0004), "< 0.1 %");
    EXPECT_EQ(percent(0.142), "14.2 %");
    EXPECT_EQ(percent(0.9996), "> 99.9 %");
    EXPECT_EQ(percent(1), "100 %");
}

TEST(Display, WritesFeaturesInTheirUnit) {
    EXPECT_EQ(feature_value(21, {"recency_days", "", "days", ""}), "21 days");
    EXPECT_EQ(feature_value(0.142, {"returns_share", "", "share 0-1", ""}), "14.2 %");
    EXPECT_EQ(feature_value(3.14159, {"x", "", "", ""}), "3.14");
}

TEST(Display, WritesDatesDurationsAndWords) {
    EXPECT_EQ(date_words(*parse_date("2011-12-09")), "9 December 2011");
    EXPECT_EQ(duration(0.2), "< 1 ms");
    EXPECT_EQ(duration(1234), "1.2 s");
    EXPECT_EQ(words_of("social_proof"), "Social proof");
    EXPECT_EQ(counted(1, "day", "days"), "1 day");
    EXPECT_EQ(short_hash("a41f09c277de0000"), "a41f 09c2 77de");
}

}  // namespace
}  // namespace cpo::report
