#include "http/openapi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "http/cookies.h"
#include "http/rate_limit.h"
#include "http/router.h"
#include "http/uri.h"
#include "http/yaml.h"

namespace cpo::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr std::string_view kDocument = R"(
openapi: 3.1.0
paths:
  /documents/{document}:
    parameters:
      - $ref: '#/components/parameters/document'
    put:
      operationId: putDocument
      tags: [retrieval, other]
      x-cpo-role: editor
      x-cpo-body-bytes-max: 5000
      x-cpo-deadline-ms: 3000
      parameters:
        - { name: If-Match, in: header, required: true, schema: { type: string } }
      requestBody:
        required: true
        content:
          text/csv: {}
          application/json: { schema: { $ref: '#/components/schemas/Document' } }
      responses:
        '200': { description: ok, content: { application/json: { schema: { type: object } } } }
        '204': { description: nothing }
components:
  parameters:
    document: { name: document, in: path, required: true, schema: { type: string } }
  schemas:
    Document: { type: object, properties: { title: { type: string } } }
)";

TEST(Yaml, ReadsScalarsByTheCoreSchema) {
    const auto value = read_yaml(
        "{a: 1, b: '1', c: true, d: yes, e: null, f: 1.5, g: 1e3, h: 2026-01-01, i: ~, j: -7, "
        "k: \"true\", l: 0x, m: '', n: , o: +3}");
    ASSERT_TRUE(value) << value.error().message;
    EXPECT_EQ(write_json(*value),
              R"({"a":1,"b":"1","c":true,"d":"yes","e":null,"f":1.5,"g":1000,)"
              R"("h":"2026-01-01","i":null,"j":-7,"k":"true","l":"0x","m":"","n":null,"o":3})");
}

TEST(Yaml, NamesThePlaceOfAFault) {
    EXPECT_THAT(read_yaml("a: 1\nb: [").error().message, HasSubstr("YAML, line "));
    EXPECT_THAT(read_yaml("a: 1\na: 2").error().message,
                HasSubstr("line 2 column 1: \"a\" stands here twice"));
}

TEST(OpenApi, ReadsEverythingTheServerMustKnow) {
    const auto operations = read_operations(kDocument);
    ASSERT_TRUE(operations) << operations.error().message;
    ASSERT_EQ(operations->size(), 1U);
    const Operation& operation = operations->front();
    EXPECT_EQ(operation.id, "putDocument");
    EXPECT_EQ(operation.method, "PUT");
    EXPECT_EQ(operation.path, "/documents/{document}");
    EXPECT_EQ(operation.tag, "retrieval");
    EXPECT_EQ(operation.role, store::Role::kEditor);
    EXPECT_EQ(operation.body_bytes_max, 5000U);
    EXPECT_EQ(operation.deadline_ms, 3000);
    EXPECT_TRUE(operation.is_body_required);
    EXPECT_THAT(operation.content_types, ElementsAre("application/json", "text/csv"));
    ASSERT_EQ(operation.parameters.size(), 2U);
    EXPECT_EQ(operation.parameters[0].name, "if-match");
    EXPECT_EQ(operation.parameters[1].in, "path");
    EXPECT_EQ(operation.body_schema->check({{"title", 1}}).size(), 1U);
}

std::string fault_with(const std::string& from, const std::string& to) {
    std::string text(kDocument);
    text.replace(text.find(from), from.size(), to);
    const auto operations = read_operations(text);
    return operations ? "" : operations.error().message;
}

TEST(OpenApi, RefusesADocumentThatLeavesSomethingOpen) {
    const std::string at = "/paths/~1documents~1{document}/put";
    EXPECT_EQ(fault_with("operationId: putDocument", "summary: x"),
              at + "/operationId: expected a text");
    EXPECT_EQ(fault_with("x-cpo-role: editor", "summary: x"),
              at + ": expected either x-cpo-role or \"security: []\"");
    EXPECT_EQ(fault_with("x-cpo-role: editor", "x-cpo-role: boss"),
              at + "/x-cpo-role: expected viewer, editor, reviewer or admin");
    EXPECT_EQ(fault_with("x-cpo-deadline-ms", "x-cpo-deadline"),
              at + "/x-cpo-deadline: this keyword is not supported");
    EXPECT_EQ(fault_with("in: path", "in: query"),
              at + ": path parameter document is not declared");
    EXPECT_EQ(fault_with("type: object, properties", "type: object, patternProperties"),
              "/components/schemas/Document/patternProperties: this keyword is not supported");
}

TEST(OpenApi, ReadsTheDocumentOfTheProduct) {
    std::ifstream file(CPO_SOURCE_DIR "/api/openapi.yaml");
    std::stringstream text;
    text << file.rdbuf();
    const auto operations = read_operations(text.str());
    ASSERT_TRUE(operations) << operations.error().message;
    EXPECT_GT(operations->size(), 20U);
    EXPECT_TRUE(Router::make(*operations));
}

TEST(Router, PrefersALiteralToAParameterAndGoesBack) {
    std::vector<Operation> operations(3);
    operations[0].path = "/a/{x}/c";
    operations[1].path = "/a/b";
    operations[2].path = "/a/{y}";
    for (Operation& operation : operations) operation.method = "GET";
    const auto router = Router::make(operations);
    ASSERT_TRUE(router);
    EXPECT_EQ(router->match("GET", "/a/b").operation, &operations[1]);
    EXPECT_EQ(router->match("GET", "/a/b/c").operation, &operations[0]);
    EXPECT_THAT(router->match("HEAD", "/a/x%2Fy").values, ElementsAre(Pair("y", "x/y")));
    EXPECT_TRUE(router->match("GET", "/a/").allowed.empty());
    EXPECT_TRUE(router->match("GET", "/a/b/c/").allowed.empty());
    EXPECT_TRUE(router->match("GET", "").allowed.empty());
}

TEST(Uri, DecodesQueries) {
    EXPECT_THAT(*parse_query("a=1+2&b=%C3%A9&c&&d=e=f"),
                ElementsAre(Pair("a", "1 2"), Pair("b", "é"), Pair("c", ""), Pair("d", "e=f")));
    for (const char* broken : {"%", "%1", "a=%zz", "a=%00", "a=%C3", "a=%ED%A0%80", "a=%C0%80"})
        EXPECT_FALSE(parse_query(broken)) << broken;
    std::string many;
    for (std::size_t i = 0; i <= kQueryPairsMax; ++i) many += "a&";
    EXPECT_FALSE(parse_query(many));
}

TEST(Cookies, AreReadAsBrowsersSendThem) {
    EXPECT_THAT(parse_cookies("session=abc; xsrf=\"d-e\";a=b=c; ; broken; x y=1; session=late"),
                ElementsAre(Pair("a", "b=c"), Pair("session", "abc"), Pair("xsrf", "d-e")));
}

TEST(Cookies, AreSetWithEveryProtection) {
    Cookie cookie;
    cookie.name = "session";
    cookie.value = "abc";
    EXPECT_EQ(set_cookie(cookie), "session=abc; Path=/; HttpOnly; SameSite=Strict");
    cookie.is_http_only = false;
    cookie.is_secure = true;
    cookie.max_age = std::chrono::seconds(0);
    cookie.path = "/cpo";
    EXPECT_EQ(set_cookie(cookie), "session=abc; Path=/cpo; Max-Age=0; Secure; SameSite=Strict");
}

TEST(RateLimiter, RefillsWithTime) {
    RateLimiter limiter({2, 3});
    const auto start = RateLimiter::Time();
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(limiter.take("a", start).is_allowed);
    const auto refused = limiter.take("a", start);
    EXPECT_FALSE(refused.is_allowed);
    EXPECT_EQ(refused.seconds_to_wait, 1);
    EXPECT_EQ(refused.seconds_to_full, 2);
    EXPECT_TRUE(limiter.take("b", start).is_allowed);
    EXPECT_TRUE(limiter.take("a", start + std::chrono::milliseconds(500)).is_allowed);
    EXPECT_FALSE(limiter.take("a", start + std::chrono::milliseconds(600)).is_allowed);
    EXPECT_EQ(limiter.take("a", start + std::chrono::seconds(60)).remaining, 2);
}

}  // namespace
}  // namespace cpo::http
