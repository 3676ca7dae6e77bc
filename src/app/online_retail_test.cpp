#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "agents/segmentation/features.h"
#include "ingest/transactions.h"

namespace cpo::app {
namespace {

// Expected figures: pandas 2 on the same file (facts about the data, not about this program).
TEST(OnlineRetail, HasTheCustomersOrdersAndRevenueThatPandasCounts) {
    std::ifstream file(CPO_SHARED_DIR "/data/online-retail/online_retail.csv.gz", std::ios::binary);
    if (!file.is_open()) GTEST_SKIP() << "the Online Retail data set is not here";
    segmentation::FeatureBuilder builder;
    const auto mapping = ingest::parse_mapping(
        "customer=CustomerID,order=InvoiceNo,time=InvoiceDate,quantity=Quantity,price=UnitPrice");
    ASSERT_TRUE(mapping);
    const auto summary = ingest::read_transactions(
        file, "online_retail.csv.gz", *mapping, {}, [&](const Transaction& line) {
            builder.add(line);
        });
    ASSERT_TRUE(summary) << summary.error().message;
    const auto totals = builder.totals();
    EXPECT_EQ(totals.customers_known, 4372U);
    EXPECT_EQ(totals.lines_without_customer, 135080U);
    EXPECT_EQ(totals.customers_with_purchase, 4338U);
    EXPECT_EQ(totals.purchase_orders, 18532U);
    EXPECT_NEAR(totals.purchase_revenue, 8911407.904, 1e-6);
    EXPECT_EQ(totals.return_lines, 8905U);
    EXPECT_NEAR(totals.return_revenue, -611342.09, 1e-6);
    EXPECT_EQ(format_time(totals.first_time), "2010-12-01T08:26:00Z");
    EXPECT_EQ(format_time(totals.last_time), "2011-12-09T12:50:00Z");
    const auto table = builder.build(std::nullopt);
    ASSERT_TRUE(table) << table.error().message;
    EXPECT_EQ(table->rows(), 4338U);
    EXPECT_EQ(table->ids.front(), "17850");
    for (const double value : table->values) ASSERT_TRUE(std::isfinite(value));
}

}  // namespace
}  // namespace cpo::app
