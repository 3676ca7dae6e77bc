#include "pipeline/customer_import.h"

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
