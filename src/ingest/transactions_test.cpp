#include "ingest/transactions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace cpo::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::SizeIs;

/// A transaction that owns its texts.
struct Line {
    std::string customer, order, product, time;
    double quantity = 0, unit_price = 0;
    bool is_return = false, is_set_aside = false;
};

struct Reading {
    Result<ReadSummary> summary;
    std::vector<Line> lines;
};

Reading lines_in(const std::string& csv,
                 const std::string& map = "",
                 const ReadOptions& options = {.rejected_share_max = 1}) {
    std::istringstream input(csv);
    std::vector<Line> lines;
    auto summary = read_transactions(
        input, "orders.csv", *parse_mapping(map), options, [&](const Transaction& line) {
            lines.push_back({std::string(line.customer),
                             std::string(line.order),
                             std::string(line.product),
                             format_time(line.time),
                             line.quantity,
                             line.unit_price,
                             line.is_return,
                             line.is_set_aside});
        });
    return {std::move(summary), std::move(lines)};
}

constexpr const char* kHeader = "customer,order,time,quantity,price\n";

TEST(Transactions, AreReadFromMappedColumns) {
    const auto reading = lines_in("Nr;Kunde;Datum;Menge;Preis\n7;ann;2011-12-09 12:50:00;2;2,55\n",
                                  "customer=Kunde,order=Nr,time=Datum,quantity=Menge,price=Preis");
    ASSERT_TRUE(reading.summary) << reading.summary.error().message;
    ASSERT_THAT(reading.lines, SizeIs(1));
    const Line& line = reading.lines[0];
    EXPECT_EQ(line.customer, "ann");
    EXPECT_EQ(line.order, "7");
    EXPECT_EQ(line.time, "2011-12-09T12:50:00Z");
    EXPECT_EQ(line.quantity, 2);
    EXPECT_EQ(line.unit_price, 2.55);
    EXPECT_FALSE(line.is_return);
    EXPECT_EQ(reading.summary->delimiter, ';');
}

TEST(Transactions, GuessCommonColumnNamesAndSaySo) {
    const auto reading = lines_in(
        "Invoice No,Stock Code,Qty,Invoice Date,Unit Price,Customer ID\n1,A,2,2011-01-01,3,ann\n");
    ASSERT_TRUE(reading.summary) << reading.summary.error().message;
    EXPECT_EQ(reading.lines.at(0).product, "A");
    EXPECT_THAT(reading.summary->notices,
                testing::Contains(HasSubstr("customer = \"Customer ID\", order = \"Invoice No\"")));
}

TEST(Transactions, NameTheNearestColumnWhenOneIsMissing) {
    const auto reading = lines_in("Customer,Order\nann,1\n", "customer=Custmer");
    ASSERT_FALSE(reading.summary);
    EXPECT_EQ(reading.summary.error().message,
              "orders.csv has no column \"Custmer\" (did you mean \"Customer\"?); its columns are "
              "\"Customer\", \"Order\"");
    const auto longer = lines_in("CustomerID,Order\nann,1\n", "customer=Custmer");
    EXPECT_THAT(longer.summary.error().message, HasSubstr("did you mean \"CustomerID\"?"));
    const auto unguessed = lines_in("a,order,time,quantity,price\nx,1,2011-01-01,1,1\n");
    ASSERT_FALSE(unguessed.summary);
    EXPECT_THAT(unguessed.summary.error().message,
                HasSubstr("no column looks like customer; name it with customer=COLUMN"));
}

TEST(Transactions, SetLinesAsideWithAReasonAndStillHandThemOn) {
    const auto reading = lines_in(std::string(kHeader) +
                                  "NA,1,2011-01-01,1,1\n"
                                  " null ,1,2011-01-01,1,1\n"
                                  "ann,,2011-01-01,1,1\n"
                                  "ann,1,2011-01-01,1,0\n"
                                  "ann,1,2011-01-01,1,-5\n"
                                  "ann,1,2011-01-01,0,5\n"
                                  "ann,1,2011-01-01,1,5\n");
    ASSERT_TRUE(reading.summary) << reading.summary.error().message;
    EXPECT_THAT(reading.summary->set_aside,
                ElementsAre(Pair("no customer id", 2),
                            Pair("no order id", 1),
                            Pair("price of zero", 1),
                            Pair("price below zero", 1),
                            Pair("quantity of zero", 1)));
    ASSERT_THAT(reading.lines, SizeIs(7));
    EXPECT_TRUE(reading.lines[0].customer.empty());
    EXPECT_EQ(reading.lines[3].customer, "ann");
    EXPECT_TRUE(reading.lines[3].is_set_aside);
    EXPECT_FALSE(reading.lines[6].is_set_aside);
}

TEST(Transactions, RejectWhatCannotBeReadWithLineColumnValueAndReason) {
    const auto reading = lines_in(std::string(kHeader) +
                                  "ann,1,2011-01-01,two,1\n"
                                  "ann,1,2011-01-01,1,\"1,234.56\"\n"
                                  "ann,1,2011-02-30,1,1\n"
                                  "ann,1,2011-01-01,1\n"
                                  "ann,1,,1,1\n"
                                  "ann,1,2011-01-01,inf,1\n"
                                  "ann,1,2011-01-01, +1 , 2.5\n");
    ASSERT_TRUE(reading.summary) << reading.summary.error().message;
    EXPECT_EQ(reading.summary->lines, 7U);
    EXPECT_EQ(reading.summary->rejected_count, 6U);
    const auto& rejected = reading.summary->rejected;
    ASSERT_THAT(rejected, SizeIs(6));
    EXPECT_EQ(rejected[0].line, 2U);
    EXPECT_EQ(rejected[0].column, "quantity");
    EXPECT_EQ(rejected[0].value, "two");
    EXPECT_EQ(rejected[0].reason, "not a number");
    EXPECT_EQ(rejected[1].column, "price");
    EXPECT_THAT(rejected[1].reason, HasSubstr("write 1234.56"));
    EXPECT_EQ(rejected[2].column, "time");
    EXPECT_EQ(rejected[3].reason, "4 fields, the header has 5");
    EXPECT_EQ(rejected[3].value, "ann,1,2011-01-01,1");
    EXPECT_EQ(rejected[4].reason, "no time");
    ASSERT_THAT(reading.lines, SizeIs(1));
    EXPECT_EQ(reading.lines[0].quantity, 1);
    EXPECT_EQ(reading.lines[0].unit_price, 2.5);
}

TEST(Transactions, StopWhenTooManyLinesAreRejected) {
    std::string csv = kHeader;
    for (int i = 0; i < 90; ++i) csv += "ann,1,2011-01-01,1,1\n";
    for (int i = 0; i < 12; ++i) csv += "ann,1,2011-01-01,x,1\n";
    const auto reading = lines_in(csv, "", {.rejected_share_max = 0.05});
    ASSERT_FALSE(reading.summary);
    EXPECT_THAT(reading.summary.error().message,
                testing::AllOf(HasSubstr("12 of 102 lines cannot be read, more than the 5%"),
                               HasSubstr("line 92, column quantity: not a number (\"x\")"),
                               HasSubstr("and 2 more")));
    EXPECT_TRUE(lines_in(csv, "", {.rejected_share_max = 0.12}).summary);
}

TEST(Transactions, ReturnsHaveANegativeQuantityOrACreditNoteNumber) {
    const auto reading = lines_in(std::string(kHeader) +
                                  "ann,1,2011-01-01,3,2\n"
                                  "ann,1,2011-01-01,-1,2\n"
                                  "ann,C2,2011-01-01,-1,2\n"
                                  "ann,C3,2011-01-01,1,2\n"
                                  "ann,CARD4,2011-01-01,1,2\n");
    ASSERT_TRUE(reading.summary);
    std::vector<bool> is_return;
    for (const Line& line : reading.lines) {
        is_return.push_back(line.is_return);
        EXPECT_EQ(line.is_return, line.quantity < 0);
    }
    EXPECT_THAT(is_return, ElementsAre(false, true, true, true, false));
}

TEST(Transactions, OrdersThatAllStartWithCAreNoCreditNotes) {
    const auto reading = lines_in(std::string(kHeader) + "ann,C1,2011-01-01,3,2\n");
    ASSERT_TRUE(reading.summary);
    EXPECT_FALSE(reading.lines.at(0).is_return);
}

std::vector<std::string> times_of(const std::vector<std::string>& cells,
                                  std::vector<std::string>* notices = nullptr) {
    std::string csv = "customer,order,time,quantity,price,product\n";
    for (const std::string& cell : cells) csv += "ann,1," + cell + ",1,1,p\n";
    const auto reading =
        lines_in(csv,
                 "customer=customer,order=order,time=time,quantity=quantity,price=price,"
                 "product=product");
    std::vector<std::string> times;
    for (const Line& line : reading.lines) times.push_back(line.time);
    if (notices != nullptr && reading.summary) *notices = reading.summary->notices;
    return times;
}

TEST(Transactions, ReadTimesOfEveryForm) {
    EXPECT_THAT(times_of({"2011-12-09T12:50:00Z",
                          "2011-12-09 12:50",
                          "2011/12/09 12:50:07",
                          "31.12.2010",
                          "2011-12-09T12:50:00+01:00"}),
                ElementsAre("2011-12-09T12:50:00Z",
                            "2011-12-09T12:50:00Z",
                            "2011-12-09T12:50:07Z",
                            "2010-12-31T00:00:00Z",
                            "2011-12-09T11:50:00Z"));
}

TEST(Transactions, DecideTheDateOrderOnceFromTheFirstDateThatTells) {
    std::vector<std::string> notices;
    // The first two wait for the third.
    EXPECT_THAT(
        times_of({"12/1/2010 8:26", "2010-12-02", "12/13/2010 8:26", "1/2/2011 10:00"}, &notices),
        ElementsAre("2010-12-01T08:26:00Z",
                    "2010-12-02T00:00:00Z",
                    "2010-12-13T08:26:00Z",
                    "2011-01-02T10:00:00Z"));
    EXPECT_EQ(notices.front(), "Dates were read month first: line 4 has \"12/13/2010 8:26\".");
    EXPECT_THAT(times_of({"1/12/2010", "13/12/2010"}),
                ElementsAre("2010-12-01T00:00:00Z", "2010-12-13T00:00:00Z"));
    // A date that contradicts is rejected, not turned round.
    EXPECT_THAT(times_of({"13/12/2010", "12/13/2010"}), ElementsAre("2010-12-13T00:00:00Z"));
}

TEST(Transactions, ReadDatesDayFirstWhenNoneTells) {
    std::vector<std::string> notices;
    EXPECT_THAT(times_of({"1/12/2010", "2/12/2010"}, &notices),
                ElementsAre("2010-12-01T00:00:00Z", "2010-12-02T00:00:00Z"));
    EXPECT_THAT(notices.front(), HasSubstr("day first"));
}

TEST(Transactions, CountExactRepetitionsWithinAnOrder) {
    const auto reading = lines_in(std::string(kHeader) +
                                  "ann,1,2011-01-01,1,1\nann,1,2011-01-01,2,1\n"
                                  "ann,1,2011-01-01,1,1\nann,2,2011-01-01,1,1\n");
    ASSERT_TRUE(reading.summary);
    EXPECT_EQ(reading.lines.size(), 4U);
    EXPECT_THAT(reading.summary->notices,
                testing::Contains(HasSubstr("1 lines repeat an earlier line")));
}

TEST(Transactions, RefuseAFileWithoutLines) {
    EXPECT_EQ(lines_in("").summary.error().message, "orders.csv: the file is empty");
    EXPECT_EQ(lines_in(kHeader).summary.error().message,
              "orders.csv: there is no line after the header");
    EXPECT_EQ(lines_in("\n\n").summary.error().message, "orders.csv: the file has no header line");
}

TEST(TransactionMapping, RefusesUnknownAndDoubledKeys) {
    EXPECT_EQ(parse_mapping("customer=a,colour=b").error().message,
              "column mapping: \"colour\" is not one of customer, order, time, quantity, price, "
              "product");
    EXPECT_EQ(parse_mapping("customer=a,customer=b").error().message,
              "column mapping: customer is given twice");
    EXPECT_EQ(parse_mapping("customer").error().message,
              "column mapping \"customer\": expected customer=COLUMN");
    EXPECT_EQ(parse_mapping(" order = My Order ")->order, "My Order");
}

// Expected figures: pandas 2 on the same file.
TEST(Transactions, OfOnlineRetailGiveTheFigureOfPandas) {
    std::ifstream file(CPO_SHARED_DIR "/data/online-retail/online_retail.csv.gz", std::ios::binary);
    if (!file.is_open()) GTEST_SKIP() << "the Online Retail data set is not here";
    std::set<std::string, std::less<>> known;
    std::set<std::string, std::less<>> orders;
    double revenue = 0;
    std::size_t returns = 0;
    std::size_t calls = 0;
    Time last{};
    const auto summary = read_transactions(
        file,
        "online_retail.csv.gz",
        *parse_mapping("customer=CustomerID,order=InvoiceNo,time=InvoiceDate,quantity=Quantity,"
                       "price=UnitPrice"),
        {},
        [&](const Transaction& line) {
            ++calls;
            last = std::max(last, line.time);
            if (!line.customer.empty()) known.emplace(line.customer);
            if (line.is_set_aside) return;
            returns += line.is_return ? 1 : 0;
            if (line.is_return) return;
            revenue += line.quantity * line.unit_price;
            orders.emplace(line.order);
        });
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->lines, 541909U);
    EXPECT_EQ(summary->rejected_count, 0U);
    EXPECT_EQ(calls, 541909U);
    EXPECT_EQ(summary->bytes, 51693889U);
    EXPECT_EQ(summary->encoding, "UTF-8");
    EXPECT_THAT(summary->set_aside,
                ElementsAre(Pair("no customer id", 135080), Pair("price of zero", 40)));
    EXPECT_EQ(known.size(), 4372U);
    EXPECT_EQ(orders.size(), 18532U);
    EXPECT_EQ(returns, 8905U);
    EXPECT_NEAR(revenue, 8911407.904, 0.001);
    EXPECT_EQ(format_time(last), "2011-12-09T12:50:00Z");
}

}  // namespace
}  // namespace cpo::ingest
