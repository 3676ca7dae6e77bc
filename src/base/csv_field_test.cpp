#include "base/csv_field.h"

#include <gtest/gtest.h>

namespace cpo {
namespace {

// Expected: RFC 4180, section 2, rules 5 to 7.
TEST(CsvField, QuotesOnlyWhatNeedsQuotes) {
    EXPECT_EQ(csv_field("plain"), "plain");
    EXPECT_EQ(csv_field(""), "");
    EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
    EXPECT_EQ(csv_field("b\r\nbb"), "\"b\r\nbb\"");
    EXPECT_EQ(csv_field("b\"bb"), "\"b\"\"bb\"");
    EXPECT_EQ(csv_field(" padded"), "\" padded\"");
}

TEST(CsvField, KeepsTextThatASpreadsheetWouldRunAsAFormula) {
    for (const std::string text : {"=1+1", "+49 30", "-5", "@id", "007"})
        EXPECT_EQ(csv_field(text), text);
}

}  // namespace
}  // namespace cpo
