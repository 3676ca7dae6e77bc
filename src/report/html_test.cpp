#include "report/html.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/utf8.h"
#include "report/base64.h"

namespace cpo::report {
namespace {

// Expected values: the HTML standard, section 13.1.2.3 (an attribute value in double quotes may not
// hold " or an ambiguous &) and section 13.1.3 (text may not hold < or an ambiguous &).
TEST(Html, EscapesEverythingThatCouldLeaveTextOrAttribute) {
    EXPECT_EQ(
        html("<a title=\"{}\">{}</a>", R"("><script>alert('x')</script>)", "a & b").markup(),
        "<a title=\"&#34;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;\">a &amp; b</a>");
}

TEST(Html, DoesNotFillPlacesThatComeWithAValue) {
    EXPECT_EQ(html("{}-{}", "{}", "b").markup(), "{}-b");
}

TEST(Html, TakesHtmlAsItIsAndNumbersPlainly) {
    EXPECT_EQ(html("<p>{}</p>", html("<b>{}</b>", 7)).markup(), "<p><b>7</b></p>");
}

TEST(Html, ReplacesControlCharactersAndBrokenUtf8) {
    using namespace std::string_view_literals;
    EXPECT_EQ(printable_html("a\0b\x1B\tc\n"sv),
              "a\xEF\xBF\xBD"
              "b\xEF\xBF\xBD\tc\n");
    EXPECT_EQ(printable_html("caf\xC3"), "caf\xEF\xBF\xBD");
    EXPECT_EQ(repair_utf8("£\xFF£"), "£\xEF\xBF\xBD£");
}

RC_GTEST_PROP(Html, NeverLetsMarkupThrough, (const std::string& bytes)) {
    const std::string escaped = printable_html(bytes);
    RC_ASSERT(escaped.find_first_of("<>\"'") == std::string::npos);
    for (std::size_t i = escaped.find('&'); i != std::string::npos; i = escaped.find('&', i + 1)) {
        const std::string_view entity = std::string_view(escaped).substr(i, 6);
        RC_ASSERT(entity.starts_with("&amp;") || entity.starts_with("&lt;") ||
                  entity.starts_with("&gt;") || entity.starts_with("&#34;") ||
                  entity.starts_with("&#39;"));
    }
}

// Vectors: RFC 4648, section 10.
TEST(Base64, AgreesWithItsStandard) {
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foo"), "Zm9v");
    EXPECT_EQ(base64("foob"), "Zm9vYg==");
    EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
    EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(base64_of_hex("666f6f62ff"), base64("foob\xFF"));
}

}  // namespace
}  // namespace cpo::report
