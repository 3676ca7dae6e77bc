#include "pipeline/customer_import.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace cpo::pipeline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

CustomerReading ready_customers() {
    CustomerReading reading;
    reading.kind = CustomerFileKind::kCustomers;
    reading.file = "customers.csv";
    return reading;
}

TEST(CustomerImport, ReadsBytesAsItReadsAStream) {
    std::string csv = "id,spend\n";
    for (int i = 0; i < 20'000; ++i)
        csv += "customer-" + std::to_string(i) + "," + std::to_string(i) + "\n";
    std::istringstream stream(csv);
    const auto streamed = read_customer_input(stream, ready_customers());
    std::size_t calls = 0;
    std::size_t last = 0;
    ReadWatch watch;
    watch.progress = [&](std::size_t done, std::size_t total) {
        ++calls;
        last = done;
        EXPECT_EQ(total, csv.size());
    };
    const auto sent = read_customer_bytes(csv, ready_customers(), watch);
    ASSERT_TRUE(streamed && sent);
    EXPECT_EQ(streamed->customers.ids, sent->customers.ids);
    EXPECT_EQ(streamed->customers.values, sent->customers.values);
    EXPECT_EQ(streamed->summary.sha256, sent->summary.sha256);
    EXPECT_EQ(calls, (csv.size() + 65'535) / 65'536);
    EXPECT_EQ(last, csv.size());
}

TEST(CustomerImport, KeepsWhatFeaturesCanBeMadeOfAndNothingThatNames) {
    std::string csv = "id,age,member,since,city,mail,note,empty\n";
    for (int i = 0; i < 40; ++i)
        csv += fmt::format("c{},{},{},2024-01-{:02},{},c{}@example.org,{},\n",
                           i,
                           i % 7 == 0 ? "" : std::to_string(20 + i),
                           i % 3 == 0 ? "yes" : "no",
                           i % 28 + 1,
                           i % 2 == 0 ? "Rome" : "Bern",
                           i,
                           std::string(i == 7 ? 201 : 20, 'x'));
    const auto input = read_customer_bytes(csv, ready_customers(), {});
    ASSERT_TRUE(input) << input.error().message;
    std::vector<std::string> kept;
    for (const MixedColumn& column : input->customers.columns) kept.push_back(column.name);
    EXPECT_THAT(kept, ElementsAre("age", "member", "since", "city"));
    ASSERT_EQ(input->customers.values.size(), 160U);
    EXPECT_THAT(input->customers.at(0, 0), testing::IsNan());
    EXPECT_EQ(input->customers.at(39, 3), 1) << "Bern, the second city";
    EXPECT_THAT(input->summary.notices,
                ElementsAre(HasSubstr("\"mail\" was not kept: it may say who"),
                            HasSubstr("\"note\" was not kept: its texts are too many or too long"),
                            HasSubstr("\"empty\" was not kept: it has no values")));

    const auto none = read_customer_bytes("id,mail\na,x@y\nb,y@z\n", ready_customers(), {});
    EXPECT_THAT(none.error().message, HasSubstr("no column beside the id can be kept"));
}

TEST(CustomerImport, ReadsWhatIsStoredAlreadyAsItIs) {
    CustomerReading reading = ready_customers();
    reading.known = {{.name = "code", .kind = ColumnKind::kCategory, .categories = {}},
                     {.name = "since", .kind = ColumnKind::kDate, .categories = {}}};
    const auto input = read_customer_bytes("id,code,since\na,17,\nb,18,NA\n", reading, {});
    ASSERT_TRUE(input) << input.error().message;
    ASSERT_EQ(input->customers.columns.size(), 2U) << "each has its own code, but it was kept once";
    EXPECT_EQ(input->customers.columns[0].kind, ColumnKind::kCategory);
    EXPECT_THAT(input->customers.columns[0].categories, ElementsAre("17", "18"));
    const auto other = read_customer_bytes("id,since\na,17\nb,18\n", reading, {});
    EXPECT_THAT(other.error().message,
                HasSubstr("\"since\" holds dates for the customers that are here already"));
}

TEST(CustomerImport, StopsReadingWhenItsTimeIsUp) {
    ReadWatch watch;
    watch.deadline = Deadline::after(std::chrono::milliseconds(0));
    const auto input = read_customer_bytes("id,spend\na,1\n", ready_customers(), watch);
    ASSERT_FALSE(input);
    EXPECT_EQ(input.error().code, ErrorCode::kDeadlineExceeded);
}

TEST(CustomerImport, RefusesDamagedGzip) {
    const std::string bytes("\x1f\x8b\x08\x00garbage", 11);
    const auto input = read_customer_bytes(bytes, ready_customers(), {});
    ASSERT_FALSE(input);
    EXPECT_EQ(input.error().code, ErrorCode::kInvalidArgument);
}

TEST(CustomerImport, RefusesAnEmptyFile) {
    EXPECT_FALSE(read_customer_bytes("", ready_customers(), {}));
}

TEST(CustomerImport, CountsFromTheEndOfTheChosenDay) {
    CustomerReading reading;
    reading.as_of = parse_date("2024-03-12");
    const auto input = read_customer_bytes(
        "CustomerID,InvoiceNo,InvoiceDate,Quantity,UnitPrice\na,1,2024-03-11 23:59:59,1,1\n",
        reading,
        {});
    ASSERT_TRUE(input) << input.error().message;
    EXPECT_EQ(input->customers.at(0, 0), 1) << "recency_days, a whole day before 23:59:59";
    ASSERT_TRUE(input->totals);
    EXPECT_EQ(input->totals->customers_known, 1U);
}

// OWASP, "CSV Injection": cells that begin with = + - @, tab or carriage return are run.
TEST(RejectedCsv, PutsAnApostropheBeforeWhatASpreadsheetWouldRun) {
    const std::string csv = rejected_csv({{2, "spend", "=cmd|' /C calc'!A0", "no number"},
                                          {3, "@col", "-1,5", "no number"},
                                          {4, "", "say \"hi\"", "ragged, too short"}});
    EXPECT_EQ(csv,
              "line,column,value,reason\n"
              "2,spend,'=cmd|' /C calc'!A0,no number\n"
              "3,'@col,\"'-1,5\",no number\n"
              "4,,\"say \"\"hi\"\"\",\"ragged, too short\"\n");
}

}  // namespace
}  // namespace cpo::pipeline
