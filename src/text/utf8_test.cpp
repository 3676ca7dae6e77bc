#include "base/utf8.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "text/utf8.h"

namespace cpo::text {
namespace {

// Well-formed and ill-formed sequences: Unicode Standard 15, table 3-7, and Markus Kuhn's stress
// test categories.
TEST(Utf8, AcceptsWellFormedText) {
    for (const std::string_view text : {"",
                                        "plain",
                                        "h\xC3\xA9",
                                        "\xE2\x82\xAC",
                                        "\xF0\x9F\x98\x80",
                                        "\xEF\xBF\xBF",
                                        "\xF4\x8F\xBF\xBF",
                                        "\xED\x9F\xBF"})
        EXPECT_TRUE(is_utf8(text)) << text;
}

TEST(Utf8, RefusesOverlongSurrogateTruncatedAndTooLarge) {
    for (const std::string_view text : {"\xC0\x80",
                                        "\xC1\xBF",
                                        "\xE0\x80\xAF",
                                        "\xF0\x80\x80\xAF",
                                        "\xED\xA0\x80",
                                        "\xED\xBF\xBF",
                                        "\xF4\x90\x80\x80",
                                        "\xF5\x80\x80\x80",
                                        "\x80",
                                        "\xC3",
                                        "\xE2\x82",
                                        "\xF0\x9F\x98",
                                        "\xC3(",
                                        "a\xFFz"})
        EXPECT_FALSE(is_utf8(text));
}

TEST(Utf8, CountsAndConvertsOffsets) {
    const std::string_view text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";
    EXPECT_EQ(code_point_count(text), 5U);
    EXPECT_EQ(byte_of_code_point(text, 2), 3U);
    EXPECT_EQ(byte_of_code_point(text, 4), 10U);
    EXPECT_EQ(byte_of_code_point(text, 99), text.size());
    EXPECT_EQ(code_point_of_byte(text, 6), 3U);
    EXPECT_EQ(code_point_of_byte(text, 99), 5U);
    EXPECT_EQ(slice_code_points(text, 1, 3), "\xC3\xA9\xE2\x82\xAC");
    EXPECT_EQ(slice_code_points(text, 3, 2), "");
}

RC_GTEST_PROP(Utf8,
              RoundTripsEveryCodePointAndOffset,
              (const std::vector<std::uint32_t>& numbers)) {
    std::string text;
    std::vector<char32_t> expected;
    for (const std::uint32_t number : numbers) {
        const char32_t code_point = number % 0x110000;
        if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
        expected.push_back(code_point);
        append_utf8(text, code_point);
    }
    RC_ASSERT(is_utf8(text));
    const CodePointIndex index(text);
    RC_ASSERT(index.size() == expected.size());
    std::size_t byte = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        RC_ASSERT(index.byte_of(i) == byte);
        RC_ASSERT(index.code_point_of(byte) == i);
        RC_ASSERT(byte_of_code_point(text, i) == byte);
        RC_ASSERT(next_code_point(text, byte) == expected[i]);
    }
    RC_ASSERT(index.code_point_of(text.size()) == expected.size());
}

}  // namespace
}  // namespace cpo::text
