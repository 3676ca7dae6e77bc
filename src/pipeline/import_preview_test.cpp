#include "pipeline/import_preview.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cpo::pipeline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr std::string_view kOrders =
    "customer_id,invoice,invoice_date,qty,unit price,colour\n"
    "c1,1001,2024-03-01,2,1.50,red\n"
    "c2,1002,2024-03-02,1,4.00,blue\n"
    "c1,1003,soon,1,4.00,red\n"
    ",1004,2024-03-02,1,4.00,red\n";

CustomerReading reading_of(const std::string& file, double rejected_share_max = 0.05) {
    CustomerReading reading;
    reading.file = file;
    reading.rejected_share_max = rejected_share_max;
    return reading;
}

ImportPreview preview(std::string_view bytes, const CustomerReading& reading) {
    auto made = preview_import(bytes, reading, Deadline::never());
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    return made ? *std::move(made) : ImportPreview{};
}

TEST(ImportPreview, ShowsColumnsRowsAndWhatWouldNotBeRead) {
    const auto made = preview(kOrders, reading_of("orders.csv", 0.5));
    EXPECT_EQ(made.problem, "");
    EXPECT_THAT(
        made.columns,
        ElementsAre("customer_id", "invoice", "invoice_date", "qty", "unit price", "colour"));
    ASSERT_EQ(made.rows.size(), 4U);
    EXPECT_THAT(made.rows[1], ElementsAre("c2", "1002", "2024-03-02", "1", "4.00", "blue"));
    EXPECT_THAT(made.mapping,
                ElementsAre(Pair("customer", "customer_id"),
                            Pair("order", "invoice"),
                            Pair("time", "invoice_date"),
                            Pair("quantity", "qty"),
                            Pair("price", "unit price")));
    EXPECT_EQ(made.customers, 2U);
    EXPECT_EQ(made.summary.lines, 4U);
    ASSERT_EQ(made.summary.rejected.size(), 1U);
    EXPECT_EQ(made.summary.rejected[0].line, 4U);
    EXPECT_EQ(made.summary.rejected[0].value, "soon");
}

TEST(ImportPreview, SaysWhatTheImportWouldRefuse) {
    const auto rejected = preview(kOrders, reading_of("orders.csv"));
    EXPECT_EQ(rejected.problem, "1 of 4 lines cannot be read, more than the 5% that are accepted");
    EXPECT_EQ(rejected.customers, 2U);

    const auto missing = preview("a,b\n1,2\n", reading_of("orders.csv"));
    EXPECT_THAT(missing.problem, HasSubstr("orders.csv"));
    EXPECT_THAT(missing.columns, ElementsAre("a", "b"));
    EXPECT_THAT(missing.mapping, testing::IsEmpty());

    CustomerReading wrong = reading_of("orders.csv");
    wrong.mapping.customer = "custmer_id";
    EXPECT_THAT(preview(kOrders, wrong).problem, HasSubstr("did you mean \"customer_id\""));
}

TEST(ImportPreview, ReadsReadyCustomers) {
    CustomerReading reading = reading_of("customers.csv");
    reading.kind = CustomerFileKind::kCustomers;
    const auto made = preview("id,age,city\nx,40,Ghent\ny,50,Lyon\n", reading);
    EXPECT_EQ(made.problem, "");
    EXPECT_EQ(made.customers, 2U);
    EXPECT_THAT(made.mapping, testing::IsEmpty());
    EXPECT_THAT(made.summary.notices, ElementsAre(HasSubstr("\"city\" was not kept")));
}

TEST(ImportPreview, RefusesAFrontThatIsTooLong) {
    const auto refused =
        preview_import("a,b\n" + std::string(33 << 20, 'x'), reading_of("f"), Deadline::never());
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("more than 32 MiB"));
    const auto late = preview_import(kOrders, reading_of("f"), Deadline::after({}));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::kDeadlineExceeded);
}

TEST(ImportPreview, RefusesWhatHasNoHeader) {
    for (const std::string_view bytes : {std::string_view(""), std::string_view("PK\x03\x04\0", 5)})
        EXPECT_FALSE(preview_import(bytes, reading_of("f"), Deadline::never()));
}

}  // namespace
}  // namespace cpo::pipeline
