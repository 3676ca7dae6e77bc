#include "base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace cpo {
namespace {

TEST(Json, WritesTheShortestNumberThatReadsBack) {
    EXPECT_EQ(write_json(json::value{{"a", 0.1}, {"b", 1.0}, {"c", -0.0}, {"d", 1e300}, {"e", 7}}),
              R"({"a":0.1,"b":1,"c":0,"d":1e+300,"e":7})");
}

TEST(Json, WritesWhatIsNotFiniteAsNull) {
    EXPECT_EQ(write_json(json::array{std::nan(""), INFINITY}), "[null,null]");
}

TEST(Json, EscapesStrings) { EXPECT_EQ(write_json(json::value("a\"\n\x01")), R"("a\"\n\u0001")"); }

TEST(Json, SaysLineAndColumnOfAnError) {
    const auto value = parse_json("{\n  \"a\": tru\n}");
    ASSERT_FALSE(value);
    EXPECT_THAT(value.error().message, testing::StartsWith("JSON, line 2 column"));
}

// A double printed as its shortest decimal reads back to itself (Steele & White, PLDI 1990); the
// seed makes about a tenth of them such that a parser which multiplies by powers of ten misses.
TEST(Json, ReadsEveryDoubleItWrites) {
    Random random(1);
    for (int i = 0; i < 20'000; ++i) {
        const double number = random.uniform() * 5'000;
        const auto read = parse_json(write_json(json::array{number, -number / 1e9}));
        ASSERT_TRUE(read);
        ASSERT_EQ(read->at(0).to_number<double>(), number);
        ASSERT_EQ(read->at(1).to_number<double>(), -number / 1e9);
    }
}

TEST(Json, SaysWhereAnUnfinishedTextEnds) {
    const auto value = parse_json("{\"a\": [1,\n2");
    ASSERT_FALSE(value);
    EXPECT_THAT(value.error().message, testing::StartsWith("JSON, line 2 column 2"));
}

TEST(Json, RefusesWhatFollowsTheValue) { EXPECT_FALSE(parse_json("1 2")); }

TEST(Json, RefusesDeepNesting) { EXPECT_FALSE(parse_json(std::string(100, '['))); }

TEST(JsonReader, NamesTheFieldByPointer) {
    const auto value = parse_json(R"({"a/b":{"n":"x"}})");
    const auto reader = JsonReader::of(*value);
    const auto inner = reader->object("a/b");
    ASSERT_TRUE(inner);
    EXPECT_EQ(inner->number("n").error().message, "/a~1b/n: expected a number");
    EXPECT_EQ(inner->string("m").error().message, "/a~1b/m: missing");
    EXPECT_FALSE(inner->only({"m"}));
    EXPECT_TRUE(inner->only({"n"}));
}

TEST(JsonReader, GivesDefaultsOnlyForWhatIsMissing) {
    const auto value = parse_json(R"({"n":null,"s":1})");
    const auto reader = JsonReader::of(*value);
    EXPECT_EQ(*reader->number_or("n", 2.5), 2.5);
    EXPECT_FALSE(reader->string_or("s", "x"));
}

}  // namespace
}  // namespace cpo
