#include "base/format.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdlib>

namespace cpo {
namespace {

// Expected: Python's repr(float), which is the shortest decimal as well.
TEST(FormatNumber, WritesTheShortestDecimalWithoutExponent) {
    EXPECT_EQ(format_number(0.1), "0.1");
    EXPECT_EQ(format_number(1.0 / 3.0), "0.3333333333333333");
    EXPECT_EQ(format_number(100000), "100000");
    EXPECT_EQ(format_number(8911407.904), "8911407.904");
    EXPECT_EQ(format_number(-2.5), "-2.5");
    EXPECT_EQ(format_number(0.00001), "0.00001");
    EXPECT_EQ(format_number(-0.0), "0");
    EXPECT_EQ(format_number(1e300), "1e+300");
}

RC_GTEST_PROP(FormatNumber, ReadsBackToTheSameDouble, (double value)) {
    RC_PRE(std::isfinite(value));
    RC_ASSERT(std::strtod(format_number(value).c_str(), nullptr) == value);
}

}  // namespace
}  // namespace cpo
