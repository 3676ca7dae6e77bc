#include "agents/generation/liquid.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <sstream>

namespace cpo::generation {
namespace {

Result<std::string> render(std::string_view source, std::string_view variables = "{}") {
    const auto parsed = TRY(LiquidTemplate::parse(source));
    return parsed.render(TRY(parse_json(variables)).as_object());
}

std::string error_of(std::string_view source, std::string_view variables = "{}") {
    const auto rendered = render(source, variables);
    return rendered ? "no error, but: " + *rendered : rendered.error().message;
}

TEST(Liquid, FillsACampaignMessage) {
    const auto text = render(
        "Hi {{ customer.first_name | default: \"there\" }},\n"
        "{% if offer %}{{ offer.percent }} % off {{ offer.applies_to }} until "
        "{{ offer.ends | date: \"%-d %B %Y\" }}.{% else %}nothing new.{% endif %}",
        R"({"customer":{},"offer":{"percent":15,"applies_to":"candles","ends":"2011-12-20"}})");
    ASSERT_TRUE(text) << text.error().message;
    EXPECT_EQ(*text, "Hi there,\n15 % off candles until 20 December 2011.");
}

TEST(Liquid, NamesLineAndColumnOfAnUnknownName) {
    EXPECT_EQ(error_of("Hello\n  {{ nmae }}", R"({"name":"Ada"})"),
              "template, line 2 column 6: unknown name 'nmae'");
    EXPECT_EQ(error_of("{{ a.b.c }}", R"({"a":{"b":{}}})"),
              "template, line 1 column 7: there is no 'c' in an object");
}

}  // namespace
}  // namespace cpo::generation
