#include "http/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cpo::http {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string page_with(const std::string& schema) {
    const auto page = make_docs_page(
        "info: {title: T}\ntags: []\npaths: {}\ncomponents: {schemas: "
        "{S: {properties: {field: " +
        schema + "}}}}");
    return page ? *page : page.error().message;
}

/// What the page says of a property of this schema.
std::string said_of(const std::string& schema) {
    const std::string page = page_with(schema);
    const std::string before = "<code>field</code></td><td>";
    const auto start = page.find(before) + before.size();
    return page.substr(start, page.find("</td>", start) - start);
}

TEST(DocsPage, TellsASchemaInAFewWords) {
    EXPECT_EQ(said_of("{type: string}"), "string");
    EXPECT_EQ(said_of("{type: [string, 'null']}"), "string or null");
    EXPECT_EQ(said_of("{type: string, format: date}"), "string (date)");
    EXPECT_EQ(said_of("{type: string, enum: [a, b]}"),
              "string: <code>[&#34;a&#34;,&#34;b&#34;]</code>");
    EXPECT_EQ(said_of("{$ref: '#/components/schemas/S'}"), "<a href=\"#schema-S\">S</a>");
    EXPECT_EQ(said_of("{type: array, items: {type: [integer, 'null']}}"),
              "array of integer or null");
    EXPECT_EQ(said_of("{oneOf: [{type: integer}, {$ref: '#/components/schemas/S'}]}"),
              "integer or <a href=\"#schema-S\">S</a>");
    EXPECT_EQ(said_of("true"), "anything");
}

TEST(DocsPage, KeepsTheCharactersOfAFormat) {
    EXPECT_EQ(said_of("{type: 'a[\"b]'}"), "a[&#34;b]") << "brackets and quotes are no syntax here";
    EXPECT_THAT(page_with("{type: '<script>'}"), Not(HasSubstr("<script>")));
}

TEST(DocsPage, ShowsEveryOperationOfTheProduct) {
    const auto page = make_docs_page(openapi_document());
    ASSERT_TRUE(page) << page.error().message;
    for (const char* id : {"getHealth", "signIn", "openStream"})
        EXPECT_THAT(*page, HasSubstr(std::string("<details id=\"") + id));
}

}  // namespace
}  // namespace cpo::http
