#include "http/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace cpo::http {
namespace {

using testing::HasSubstr;

std::shared_ptr<const Schema> compiled(std::string_view schema) {
    static std::vector<std::unique_ptr<json::value>> documents;
    documents.push_back(std::make_unique<json::value>(*parse_json(schema)));
    auto result = SchemaCompiler(*documents.back()).compile(*documents.back(), "");
    if (!result) ADD_FAILURE() << result.error().message;
    return *result;
}

/// "POINTER: DETAIL" of each finding.
std::vector<std::string> findings(std::string_view schema, std::string_view value) {
    std::vector<std::string> texts;
    for (const FieldError& error : compiled(schema)->check(*parse_json(value)))
        texts.push_back(error.pointer + ": " + error.detail);
    return texts;
}

std::string refused(std::string_view schema) {
    const json::value document = *parse_json(schema);
    const auto result = SchemaCompiler(document).compile(document, "");
    return result ? "" : result.error().message;
}

using Texts = std::vector<std::string>;

TEST(Schema, TellsWhatWasExpectedAndWhatCame) {
    constexpr std::string_view kInteger = R"({"type":"integer","minimum":1,"maximum":100})";
    EXPECT_EQ(findings(kInteger, "50"), Texts{});
    EXPECT_EQ(findings(kInteger, "5.0"), Texts{});
    EXPECT_EQ(findings(kInteger, "\"abc\""),
              Texts{": expected an integer from 1 to 100, got \"abc\""});
    EXPECT_EQ(findings(kInteger, "0"), Texts{": expected an integer from 1 to 100, got 0"});
    EXPECT_EQ(findings(kInteger, "1.5"), Texts{": expected an integer from 1 to 100, got 1.5"});
    EXPECT_EQ(findings(R"({"type":"number","exclusiveMinimum":0})", "0"),
              Texts{": expected a number above 0, got 0"});
    EXPECT_EQ(findings(R"({"type":["string","null"]})", "[]"),
              Texts{": expected a string or null, got an array"});
    EXPECT_EQ(findings(R"({"enum":["email","sms"]})", "\"fax\""),
              Texts{": expected one of \"email\", \"sms\", got \"fax\""});
    EXPECT_EQ(findings(R"({"const":1})", "1.0"), Texts{});
    EXPECT_EQ(findings(R"({"type":"string","minLength":1})", "\"\""),
              Texts{": expected a text, got an empty one"});
}

TEST(Schema, CountsCodePoints) {
    constexpr std::string_view kShort = R"({"type":"string","maxLength":2})";
    EXPECT_EQ(findings(kShort, "\"éü\""), Texts{});
    EXPECT_EQ(findings(kShort, "\"🎉🎉\""), Texts{});
    EXPECT_EQ(findings(kShort, "\"abc\""), Texts{": expected at most 2 characters, got 3"});
}

TEST(Schema, PointsIntoTheValue) {
    constexpr std::string_view kSchema = R"({"type":"object","additionalProperties":false,
        "properties":{"a/b":{"type":"array","items":{"type":"string"}},"c~d":{"type":"null"}}})";
    EXPECT_EQ(findings(kSchema, R"({"a/b":["x",1],"c~d":2,"e":3})"),
              (Texts{"/a~1b/1: expected a string, got 1",
                     "/c~0d: expected null, got 2",
                     "/e: is not a known property; known are a/b, c~d"}));
}

TEST(Schema, KnowsItsFormats) {
    const auto fits = [](const std::string& format, const std::string& text) {
        return findings(R"({"type":"string","format":")" + format + "\"}", '"' + text + '"')
            .empty();
    };
    EXPECT_TRUE(fits("date", "2026-02-28"));
    EXPECT_FALSE(fits("date", "2026-02-30"));
    EXPECT_TRUE(fits("date-time", "2026-02-28T10:00:00Z"));
    EXPECT_TRUE(fits("date-time", "2026-02-28T10:00:00.123+01:00"));
    EXPECT_FALSE(fits("date-time", "2026-02-28T10:00:00"));
    EXPECT_FALSE(fits("date-time", "2026-02-28 10:00:00Z"));
    EXPECT_TRUE(fits("uuid", "01a21a61-6bf7-75db-83b3-2ced648940e3"));
    EXPECT_FALSE(fits("uuid", "01a21a61-6bf7-75db-83b3"));
    EXPECT_TRUE(fits("email", "jane@shop.example"));
    EXPECT_FALSE(fits("email", "jane@shop"));
    EXPECT_FALSE(fits("email", "a b@shop.example"));
    EXPECT_TRUE(fits("uri", "https://shop.example/a?b=c"));
    EXPECT_FALSE(fits("uri", "/a"));
    EXPECT_FALSE(fits("uri", "https://a b"));
}

TEST(Schema, TakesPatternsAsEcmaScriptWritesThem) {
    constexpr std::string_view kPlain = R"({"type":"string","pattern":"^[^\\u0000-\\u001f]+$"})";
    EXPECT_EQ(findings(kPlain, "\"a\\\\u\""), Texts{});
    EXPECT_EQ(findings(kPlain, "\"a\\n\"").size(), 1U);
    EXPECT_EQ(findings(R"({"pattern":"^\\\\u$"})", R"("\\u")"), Texts{});
}

TEST(Schema, FindsItemsThatAreTheSame) {
    constexpr std::string_view kUnique = R"({"type":"array","uniqueItems":true})";
    EXPECT_EQ(findings(kUnique, R"([1,"1",[1],{"a":1}])"), Texts{});
    EXPECT_EQ(findings(kUnique, R"([{"a":1,"b":2},3,{"b":2.0,"a":1}])"),
              Texts{"/2: is the same as item 0; each may stand once"});
}

TEST(Schema, ShowsTheAlternativeThatFitsBest) {
    constexpr std::string_view kChoice = R"({"oneOf":[
        {"type":"object","required":["kind","x"],
         "properties":{"kind":{"const":"a"},"x":{"type":"integer"}}},
        {"type":"object","required":["kind","y"],
         "properties":{"kind":{"const":"b"},"y":{"type":"string"}}}]})";
    EXPECT_EQ(findings(kChoice, R"({"kind":"b","y":"z"})"), Texts{});
    EXPECT_EQ(findings(kChoice, R"({"kind":"b","y":1})"), Texts{"/y: expected a string, got 1"});
    EXPECT_EQ(findings(R"({"oneOf":[{"type":"integer"},{"type":"number"}]})", "1"),
              Texts{": fits 2 of the alternatives, expected one"});
}

TEST(Schema, FollowsReferencesThatComeBack) {
    const json::value document = *parse_json(R"({"$ref":"#/$defs/tree","$defs":{"tree":{
        "type":"object","additionalProperties":false,
        "properties":{"children":{"type":"array","items":{"$ref":"#/$defs/tree"}}}}}})");
    const json::value root = {{"$ref", "#/$defs/tree"}};
    const auto schema = SchemaCompiler(document).compile(root, "");
    ASSERT_TRUE(schema) << schema.error().message;
    EXPECT_TRUE((*schema)->check(*parse_json(R"({"children":[{"children":[]}]})")).empty());
    const auto found = (*schema)->check(*parse_json(R"({"children":[{"x":1}]})"));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].pointer, "/children/0/x");
}

TEST(Schema, SurvivesASchemaThatNamesOnlyItself) {
    const json::value document = *parse_json(R"({"a":{"allOf":[{"$ref":"#/a"}]}})");
    const auto schema = SchemaCompiler(document).compile({{"$ref", "#/a"}}, "");
    ASSERT_TRUE(schema) << schema.error().message;
    EXPECT_EQ((*schema)->check(1).size(), 1U);
}

TEST(Schema, StopsAtTwentyFindings) {
    std::string value = "[0";
    for (int i = 1; i < 100; ++i) value += ",0";
    EXPECT_EQ(findings(R"({"items":{"type":"string"}})", value + "]").size(), kFindingsMax);
}

TEST(Schema, RefusesWhatItDoesNotSupportAndSaysWhere) {
    EXPECT_EQ(refused(R"({"properties":{"a":{"multipleOf":2}}})"),
              "/properties/a/multipleOf: this keyword is not supported");
    EXPECT_THAT(refused(R"({"type":"text"})"), HasSubstr("/type: expected the name"));
    EXPECT_THAT(refused(R"({"format":"ipv4"})"), HasSubstr("/format: this format"));
    EXPECT_THAT(refused(R"({"pattern":"("})"), HasSubstr("/pattern: missing )"));
    EXPECT_THAT(refused(R"({"$ref":"other.yaml"})"), HasSubstr("only references into this"));
    EXPECT_THAT(refused(R"({"$ref":"#/nowhere"})"), HasSubstr("leads nowhere"));
    EXPECT_THAT(refused(R"({"minimum":2,"maximum":1})"), HasSubstr("above the maximum"));
}

// The independent source of the next test is valijson (its draft 7 rules for these keywords are
// those of 2020-12).
bool fits_by_valijson(const json::value& schema, const json::value& value) {
    valijson::Schema compiled_schema;
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::BoostJsonAdapter(schema), compiled_schema);
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    return validator.validate(
        compiled_schema, valijson::adapters::BoostJsonAdapter(value), nullptr);
}

json::value any_value(int depth) {
    switch (*rc::gen::inRange(0, depth > 0 ? 7 : 5)) {
        case 0:
            return nullptr;
        case 1:
            return *rc::gen::arbitrary<bool>();
        case 2:
            return *rc::gen::inRange<std::int64_t>(-3, 4);
        case 3:
            return *rc::gen::inRange(-6, 7) * 0.5 + 0.25;
        case 4:
            return json::string(*rc::gen::element<std::string>("", "a", "ab", "abc", "é"));
        case 5: {
            json::array array;
            for (int i = *rc::gen::inRange(0, 4); i > 0; --i) array.push_back(any_value(depth - 1));
            return array;
        }
        default: {
            json::object object;
            for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
                object[*rc::gen::element<std::string>("a", "b", "c")] = any_value(depth - 1);
            return object;
        }
    }
}

json::value any_schema(int depth) {
    json::object schema;
    const auto maybe = [] { return *rc::gen::inRange(0, 3) == 0; };
    const auto count = [] { return *rc::gen::inRange<std::int64_t>(0, 3); };
    if (maybe())
        schema["type"] = json::string(*rc::gen::element<std::string>(
            "null", "boolean", "object", "array", "number", "string", "integer"));
    if (maybe()) schema["enum"] = json::array{any_value(1), any_value(1), any_value(0)};
    if (maybe()) schema["minimum"] = count() - 2;
    if (maybe()) schema["exclusiveMaximum"] = count() + 1;
    if (maybe()) schema["minLength"] = count();
    if (maybe()) schema["maxLength"] = count() + 1;
    if (maybe()) schema["maxItems"] = count() + 1;
    if (maybe()) schema["uniqueItems"] = true;
    if (maybe()) schema["minProperties"] = count();
    if (maybe()) schema["required"] = json::array{"a"};
    if (depth == 0) return schema;
    if (maybe()) schema["items"] = any_schema(depth - 1);
    if (maybe()) schema["properties"] = {{"a", any_schema(depth - 1)}, {"b", any_schema(0)}};
    if (maybe()) schema["additionalProperties"] = *rc::gen::arbitrary<bool>();
    for (const char* choice : {"allOf", "anyOf", "oneOf"})
        if (*rc::gen::inRange(0, 6) == 0)
            schema[choice] = json::array{any_schema(depth - 1), any_schema(depth - 1)};
    return schema;
}

RC_GTEST_PROP(Schema, AgreesWithAnotherValidator, ()) {
    const json::value schema = any_schema(2);
    const auto ours = SchemaCompiler(schema).compile(schema, "");
    RC_ASSERT(ours.has_value());
    for (int i = 0; i < 5; ++i) {
        const json::value value = any_value(2);
        RC_LOG() << write_json(schema) << " " << write_json(value);
        RC_ASSERT((*ours)->check(value).empty() == fits_by_valijson(schema, value));
    }
}

}  // namespace
}  // namespace cpo::http
