#include "ingest/cell_values.h"

#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include "base/random.h"

namespace cpo::ingest {
namespace {

std::optional<double> by_from_chars(const std::string& text) {
    double value = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec != std::errc() || read.ptr != end || std::abs(value) > 1e12) return std::nullopt;
    return value;
}

TEST(CellValues, AreTheDoubleNextToTheText) {
    Random random(3);
    for (int i = 0; i < 50'000; ++i) {
        std::string text = random.below(2) == 0 ? "-" : "";
        for (std::uint64_t digits = 1 + random.below(18); digits > 0; --digits)
            text += static_cast<char>('0' + random.below(10));
        if (random.below(4) != 0) text.insert(text.size() - random.below(text.size()), 1, '.');
        const auto expected = by_from_chars(text);
        const auto number = parse_number(text, false);
        ASSERT_EQ(number.has_value(), expected.has_value()) << text;
        if (number) ASSERT_EQ(*number, *expected) << text;
    }
}

TEST(CellValues, AreNumbersOrNot) {
    for (const std::string text : {"0",
                                   "-0",
                                   "-0.0",
                                   "1.",
                                   ".5",
                                   "-.5",
                                   "007",
                                   "999999999999999",
                                   "0.00000000000001",
                                   "000000000000000.1",
                                   "1e3",
                                   "-2.5E-3",
                                   "1000000000000",
                                   "1000000000000.5",
                                   "12345678901234567890"}) {
        const auto expected = by_from_chars(text);
        const auto number = parse_number(text, false);
        ASSERT_EQ(number.has_value(), expected.has_value()) << text;
        if (number) {
            EXPECT_EQ(*number, *expected) << text;
            EXPECT_EQ(std::signbit(*number), std::signbit(*expected)) << text;
        }
    }
    for (const char* text :
         {"", "-", ".", "-.", "+", "+-1", "--1", "1.2.3", "1-", "1 2", "0x1F", "inf"})
        EXPECT_FALSE(parse_number(text, false)) << text;
}

}  // namespace
}  // namespace cpo::ingest
