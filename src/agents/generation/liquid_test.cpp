#include "agents/generation/liquid.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <charconv>
#include <cmath>

#include "agents/generation/liquid_value.h"
#include "base/json.h"

namespace cpo::generation {
namespace {

using testing::HasSubstr;

Result<std::string> render(std::string_view source,
                           std::string_view variables = "{}",
                           const LiquidLimits& limits = {}) {
    const auto parsed = TRY(LiquidTemplate::parse(source, limits));
    const auto values = TRY(parse_json(variables));
    return parsed.render(values.get_object());
}

std::string text_of(std::string_view source, std::string_view variables = "{}") {
    const auto rendered = render(source, variables);
    return rendered ? *rendered : "error: " + rendered.error().message;
}

std::string error_of(std::string_view source, std::string_view variables = "{}") {
    const auto rendered = render(source, variables);
    return rendered ? "no error, but: " + *rendered : rendered.error().message;
}

ErrorCode code_of(std::string_view source,
                  const LiquidLimits& limits,
                  std::string_view variables = "{}") {
    const auto rendered = render(source, variables, limits);
    return rendered ? ErrorCode::kInternal : rendered.error().code;
}

TEST(Liquid, FillsACampaignMessage) {
    EXPECT_EQ(text_of("Hi {{ customer.first_name | default: \"there\" }},\n"
                      "{% if offer %}{{ offer.percent }} % off {{ offer.applies_to }} until "
                      "{{ offer.ends | date: \"%-d %B %Y\" }}.{% else %}nothing new.{% endif %}",
                      R"({"customer":{},
                    "offer":{"percent":15,"applies_to":"candles","ends":"2011-12-20"}})"),
              "Hi there,\n15 % off candles until 20 December 2011.");
}

TEST(Liquid, NamesLineAndColumnOfAnUnknownName) {
    EXPECT_EQ(error_of("Hello\n  {{ nmae }}", R"({"name":"Ada"})"),
              "template, line 2 column 6: unknown name 'nmae'");
    EXPECT_EQ(error_of("é {{ a.b.c }}", R"({"a":{"b":{}}})"),
              "template, line 1 column 9: there is no 'c' in an object");
    EXPECT_EQ(error_of("{% if nmae %}x{% endif %}"),
              "template, line 1 column 7: unknown name 'nmae'");
    EXPECT_EQ(error_of("{% for x in list %}{{ y }}{% endfor %}", R"({"list":[1]})"),
              "template, line 1 column 23: unknown name 'y'");
}

TEST(Liquid, NamesLineAndColumnOfUnknownTagsAndFilters) {
    EXPECT_THAT(error_of("a\n{% include 'b' %}"),
                HasSubstr("line 2 column 4: unknown tag 'include'"));
    EXPECT_THAT(error_of("{{ 'a' | upcse }}"),
                HasSubstr("line 1 column 10: unknown filter 'upcse'; there are append, "));
    EXPECT_THAT(error_of("{{ 'a' | replace: 'b' }}"),
                HasSubstr("filter 'replace' takes 2 to 2 arguments, not 1"));
    EXPECT_THAT(error_of("{{ '2011-12-09' | date: '%Y-%Q' }}"),
                HasSubstr("line 1 column 25: unknown directive '%Q'"));
    EXPECT_THAT(error_of("{% if a %}\n{% for b in c %}\n{% endif %}"),
                HasSubstr("line 3 column 4: 'endif' does not belong to the open 'for' of line 2"));
    EXPECT_THAT(error_of("x{% if a %}"), HasSubstr("line 1 column 2: if is not closed by endif"));
}

TEST(Liquid, TreatsNullAsKnownAndMissingAsUnknown) {
    EXPECT_EQ(text_of("[{{ name }}]", R"({"name":null})"), "[]");
    EXPECT_EQ(text_of("{{ name.first }}{% if name %}x{% endif %}", R"({"name":null})"), "");
    EXPECT_EQ(text_of("{{ a.b | default: 'c' }}", R"({"a":{}})"), "c");
    EXPECT_EQ(text_of("{{ a.b.c | default: 'd' }}", R"({"a":{}})"), "d");
    // Only directly behind the name: any other filter first would work on a guess.
    EXPECT_THAT(error_of("{{ a | upcase | default: 'b' }}"), HasSubstr("unknown name 'a'"));
    EXPECT_THAT(error_of("{{ 'x' | default: a }}"), HasSubstr("unknown name 'a'"));
}

// The Liquid dialects (Shopify's, liquidjs) read these differently or not at all.
TEST(Liquid, RefusesWhatTheDialectsReadDifferently) {
    for (const char* source : {R"({{ "a\n" }})",
                               "{{ 'a }} b' }}",
                               "{% if a | size > 1 %}{% endif %}",
                               "{% if not a %}{% endif %}",
                               "{% if 1 == 1 == 1 %}{% endif %}",
                               "{% if (1 == 1) %}{% endif %}",
                               "{{ 1 == 1 }}",
                               "{{ 1 < 2 }}",
                               "{% if a < empty %}{% endif %}",
                               "{{ a .size }}",
                               "{{ a-b }}",
                               "{{ a.b? }}",
                               "{{ .5 }}",
                               "{{ 5. }}",
                               "{{ (1..3) }}",
                               "{{ a[ }}",
                               "{{ a[1 }}",
                               "{% for x in a offset: 1 %}{% else %}{% endfor %}",
                               "{% for x in a limit: 1 limit: 2 %}{% endfor %}",
                               "{% for x in a offset: continue %}{% endfor %}",
                               "{% for x in a sorted %}{% endfor %}",
                               "{% assign true = 1 %}",
                               "{% assign a.b = 1 %}",
                               "{% assign forloop = 1 %}",
                               "{% capture a %}{% endcapture %}",
                               "{% case 1 %}text{% when 1 %}{% endcase %}",
                               "{% case 1 %}{{ 2 }}{% when 1 %}{% endcase %}",
                               "{% case 1 %}{% else %}{% when 1 %}{% endcase %}",
                               "{% raw -%}x{% endraw %}",
                               "{% # note %}",
                               "{% if a %}{% else b %}{% endif %}",
                               "{% endif %}",
                               "{% if a %}{% endif a %}",
                               "{{ 'a' | default: 'b', 'c' }}",
                               "{{ 'a' | append: x: 'b' }}",
                               "{{ 99999999999999999999 }}"}) {
        const auto parsed = LiquidTemplate::parse(source);
        ASSERT_FALSE(parsed) << source;
        EXPECT_THAT(parsed.error().message, testing::StartsWith("template, line 1 column "))
            << source;
    }
}

TEST(Liquid, RefusesTheWrongKindOfValue) {
    constexpr std::string_view kValues =
        R"({"o":{"a":1},"list":[1,[2]],"t":"x","n":5,"b":true,"nil":null,"day":"9 Dec"})";
    for (const char* source : {"{{ o }}",
                               "{{ list | upcase | first }}",
                               "{{ o | upcase }}",
                               "{{ t | plus: 1 }}",
                               "{{ nil | plus: 1 }}",
                               "{{ b | times: 2 }}",
                               "{{ n | divided_by: 0 }}",
                               "{{ n | size }}",
                               "{{ t | join }}",
                               "{{ list | join }}",
                               "{{ t | first }}",
                               "{{ t | replace: '', 'a' }}",
                               "{{ t | truncate: -1 }}",
                               "{{ t | truncate: 1.5 }}",
                               "{{ n | round: 99 }}",
                               "{{ day | date: '%Y' }}",
                               "{{ 'now' | date: '%Y' }}",
                               "{{ b | date: '%Y' }}",
                               "{{ '2011-12-09' | date: n }}",
                               "{{ 999999999999999 | date: '%Y' }}",
                               "{% if t > 1 %}{% endif %}",
                               "{% if b < b %}{% endif %}",
                               "{% if n contains 5 %}{% endif %}",
                               "{% if t contains list %}{% endif %}",
                               "{% for x in t %}{% endfor %}",
                               "{% for x in o %}{% endfor %}",
                               "{% for x in (1..t) %}{% endfor %}",
                               "{% for x in list limit: 0 %}{% endfor %}",
                               "{% for x in list offset: -1 %}{% endfor %}",
                               "{{ t.first }}",
                               "{{ t[0] }}",
                               "{{ n.size }}",
                               "{{ list[5] }}",
                               "{{ list['0'] }}",
                               "{{ o[0] }}"}) {
        const auto rendered = render(source, kValues);
        ASSERT_FALSE(rendered) << source << " gave " << *rendered;
        EXPECT_THAT(rendered.error().message, testing::StartsWith("template, line 1 column "))
            << source;
    }
}

TEST(Liquid, HoldsItsLimits) {
    LiquidLimits limits;
    limits.template_bytes_max = 100;
    limits.depth_max = 2;
    limits.iterations_max = 10;
    limits.output_bytes_max = 50;
    limits.work_bytes_max = 1000;
    EXPECT_EQ(code_of(std::string(101, 'x'), limits), ErrorCode::kResourceExhausted);
    EXPECT_EQ(code_of("{% if 1 %}{% if 1 %}{% if 1 %}", limits), ErrorCode::kResourceExhausted);
    EXPECT_EQ(code_of("{{ a[a[a[1]]] }}", limits), ErrorCode::kResourceExhausted);
    EXPECT_EQ(code_of("{% for i in (1..11) %}{% endfor %}", limits), ErrorCode::kResourceExhausted);
    EXPECT_EQ(code_of("{% for i in (1..3) %}{% for j in (1..3) %}{% endfor %}{% endfor %}", limits),
              ErrorCode::kResourceExhausted)
        << "all loops together";
    EXPECT_TRUE(render("{% for i in (1..10) %}{% endfor %}", "{}", limits));
    EXPECT_EQ(code_of("{% for i in (1..9) %}0123456789{% endfor %}", limits),
              ErrorCode::kResourceExhausted);
    EXPECT_EQ(code_of("{% for i in (-9223372036854775807..9223372036854775807) %}{% endfor %}",
                      LiquidLimits{}),
              ErrorCode::kResourceExhausted);
}

TEST(Liquid, StopsTextThatDoublesInALoop) {
    LiquidLimits limits;
    EXPECT_EQ(code_of("{% assign a = 'ab' %}{% for i in (1..1000) %}"
                      "{% assign a = a | append: a %}{% endfor %}",
                      limits),
              ErrorCode::kResourceExhausted);
}

TEST(Liquid, RefusesBrokenUtf8) { EXPECT_THAT(error_of("caf\xE9"), HasSubstr("not valid UTF-8")); }

TEST(Liquid, KeepsWholeNumbersExactBeyondWhatADoubleHolds) {
    EXPECT_EQ(text_of("{{ id }} {{ id | plus: 1 }}", R"({"id":9007199254740993})"),
              "9007199254740993 9007199254740994");
}

TEST(Liquid, CountsCodePointsNotUtf16Units) {
    // Ruby's Liquid counts characters; liquidjs counts UTF-16 units and would say 4.
    EXPECT_EQ(text_of("{{ '😀é😀' | size }} {{ t.size }}", R"({"t":"😀"})"), "3 1");
}

TEST(Liquid, ListsTheVariablesItReads) {
    const auto parsed = LiquidTemplate::parse(
        "{{ customer.name | default: 'x' }}{% assign a = offers[0].code %}{{ a }}\n"
        "{% for o in offers %}{{ o.name }}{{ forloop.index }}{{ customer.city }}{% endfor %}"
        "{{ key | default: '' }}{% if key %}{% endif %}{{ list[key] }}");
    ASSERT_TRUE(parsed) << parsed.error().message;
    std::vector<std::string> seen;
    for (const auto& variable : parsed->variables())
        seen.push_back(fmt::format("{} {}:{}{}",
                                   variable.path,
                                   variable.line,
                                   variable.column,
                                   variable.is_optional ? " optional" : ""));
    EXPECT_THAT(seen,
                testing::ElementsAre("customer.name 1:4 optional",
                                     "offers 1:49",
                                     "customer.city 2:56",
                                     "key 2:87",
                                     "list 2:133"));
}

TEST(Liquid, CanBeMovedAndUsedAgain) {
    auto parsed = LiquidTemplate::parse("{{ a }}{% assign a = 'changed' %}{{ a }}");
    ASSERT_TRUE(parsed);
    const LiquidTemplate moved = *std::move(parsed);
    const json::object variables{{"a", "1"}};
    EXPECT_EQ(*moved.render(variables), "1changed");
    EXPECT_EQ(*moved.render(variables), "1changed") << "nothing stays from the last rendering";
}

RC_GTEST_PROP(LiquidProperty, LeavesTextWithoutBracesAlone, (std::string text)) {
    std::erase_if(text, [](char c) { return c == '{' || static_cast<unsigned char>(c) >= 0x80; });
    const auto rendered = render(text);
    RC_ASSERT(rendered.has_value());
    RC_ASSERT(*rendered == text);
}

RC_GTEST_PROP(LiquidProperty, NeverCrashesOnAnyTemplate, ()) {
    // Pieces of the language in any order.
    const auto pieces =
        *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>("{{",
                                                                                    "}}",
                                                                                    "{%",
                                                                                    "%}",
                                                                                    "{%-",
                                                                                    "-%}",
                                                                                    "if ",
                                                                                    "endif",
                                                                                    "for x in ",
                                                                                    "endfor",
                                                                                    "a",
                                                                                    ".b",
                                                                                    "[0]",
                                                                                    "|",
                                                                                    " default: ",
                                                                                    "'t'",
                                                                                    "1",
                                                                                    " and ",
                                                                                    "==",
                                                                                    "case ",
                                                                                    "when ",
                                                                                    "endcase",
                                                                                    "else",
                                                                                    "raw",
                                                                                    "endraw",
                                                                                    "comment",
                                                                                    "endcomment",
                                                                                    "assign y = ",
                                                                                    " ",
                                                                                    "\n",
                                                                                    "(1..3)",
                                                                                    "é",
                                                                                    "date: '%d'"));
    std::string source;
    for (const auto& piece : pieces) source += piece;
    const auto parsed = LiquidTemplate::parse(source);
    if (!parsed) {
        RC_ASSERT(parsed.error().message.starts_with("template, line "));
        return;
    }
    static_cast<void>(parsed->render(json::object{{"a", json::array{1, "x"}}}));
}

RC_GTEST_PROP(LiquidProperty, PrintsEveryTextAsItIs, (std::string text)) {
    std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    const auto parsed = LiquidTemplate::parse("[{{ t }}]");
    RC_ASSERT(parsed.has_value());
    const auto rendered = parsed->render(json::object{{"t", text}});
    RC_ASSERT(rendered.has_value());
    RC_ASSERT(*rendered == "[" + text + "]");
}

RC_GTEST_PROP(LiquidProperty, EscapesSoThatNoMarkupIsLeft, (std::string text)) {
    std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    const auto parsed = LiquidTemplate::parse("{{ t | escape }}");
    const auto rendered = parsed->render(json::object{{"t", text}});
    RC_ASSERT(rendered.has_value());
    RC_ASSERT(rendered->find_first_of("<>\"'") == std::string::npos);
}

// Number::toString: the text reads back to the same double, and nothing shorter does.
RC_GTEST_PROP(LiquidProperty, PrintsNumbersThatReadBack, (double number)) {
    RC_PRE(std::isfinite(number));
    std::string text;
    liquid::append_number(text, number);
    double back = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), back);
    RC_ASSERT(read.ec == std::errc());
    RC_ASSERT(back == number);
}

// ECMA-262, 6.1.6.1.20 (Number::toString), by node 20: String(x) of these values.
TEST(LiquidNumber, FollowsEcmaScript) {
    const std::vector<std::pair<double, std::string>> expected{{0, "0"},
                                                               {-0.0, "0"},
                                                               {1, "1"},
                                                               {-2.5, "-2.5"},
                                                               {0.1 + 0.2, "0.30000000000000004"},
                                                               {1e20, "100000000000000000000"},
                                                               {1e21, "1e+21"},
                                                               {1.5e300, "1.5e+300"},
                                                               {1e-6, "0.000001"},
                                                               {1e-7, "1e-7"},
                                                               {1.25e-7, "1.25e-7"},
                                                               {123456.789, "123456.789"},
                                                               {5e-324, "5e-324"}};
    for (const auto& [number, text] : expected) {
        std::string printed;
        liquid::append_number(printed, number);
        EXPECT_EQ(printed, text);
    }
}

}  // namespace
}  // namespace cpo::generation
