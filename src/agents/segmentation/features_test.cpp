#include "agents/segmentation/features.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

namespace cpo::segmentation {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Transaction purchase(std::string_view customer,
                     std::string_view order,
                     std::string_view time,
                     double quantity,
                     double price) {
    Transaction line;
    line.customer = customer;
    line.order = order;
    line.product = order;
    line.time = *parse_time(time);
    line.quantity = quantity;
    line.unit_price = price;
    line.is_return = quantity < 0;
    return line;
}

double value_of(const FeatureTable& table, std::size_t row, std::string_view feature) {
    const int column = table.find(feature);
    EXPECT_GE(column, 0) << feature;
    return column < 0 ? std::nan("") : table.at(row, static_cast<std::size_t>(column));
}

/// Ann: three orders ten and thirty days apart, one of two lines, and a return.
FeatureTable table_of_ann() {
    FeatureBuilder builder;
    builder.add(purchase("ann", "1", "2011-01-03 10:00", 2, 5));  // Monday
    builder.add(purchase("ann", "1", "2011-01-03 10:00", 4, 2.5));
    builder.add(purchase("ann", "2", "2011-01-13 10:30", 1, 20));  // Thursday
    builder.add(purchase("ann", "C3", "2011-01-20 09:00", -1, 5));
    builder.add(purchase("ann", "4", "2011-02-12 10:30", 3, 10));  // Saturday
    builder.add(purchase("bob", "5", "2011-05-01 22:30", 1, 7));
    auto table = builder.build(std::nullopt);
    EXPECT_TRUE(table) << table.error().message;
    return *std::move(table);
}

// Expected: worked out by hand from docs/features.md; deviation of the gaps with numpy.std.
TEST(Features, FollowTheirDefinitions) {
    const auto table = table_of_ann();
    EXPECT_THAT(table.ids, ElementsAre("ann", "bob"));
    EXPECT_DOUBLE_EQ(value_of(table, 0, "recency_days"), 78.5);
    EXPECT_DOUBLE_EQ(value_of(table, 0, "frequency"), 3);
    EXPECT_DOUBLE_EQ(value_of(table, 0, "monetary"), 65);
    EXPECT_DOUBLE_EQ(value_of(table, 0, "average_order_value"), 70.0 / 3);
    EXPECT_DOUBLE_EQ(value_of(table, 0, "items_per_order"), 10.0 / 3);
    EXPECT_DOUBLE_EQ(value_of(table, 0, "tenure_days"), 118 + 12.5 / 24);
    EXPECT_NEAR(value_of(table, 0, "interpurchase_mean_days"), 20.010416666666668, 1e-12);
    // numpy: g = [10 + 1/48, 30]; 1 / (1 + g.std() / g.mean()).
    EXPECT_NEAR(value_of(table, 0, "interpurchase_regularity"), 0.6670138888888889, 1e-12);
    EXPECT_DOUBLE_EQ(value_of(table, 0, "returns_share"), 5.0 / 70);
    EXPECT_DOUBLE_EQ(value_of(table, 0, "distinct_products"), 3);
    EXPECT_DOUBLE_EQ(value_of(table, 0, "recent_90d_share"), 30.0 / 70);
    EXPECT_DOUBLE_EQ(value_of(table, 0, "active_months"), 2);
    // Three different weekdays: (3 / 9 - 1 / 7) / (6 / 7).
    EXPECT_NEAR(value_of(table, 0, "weekday_concentration"), 2.0 / 9, 1e-12);
    EXPECT_DOUBLE_EQ(value_of(table, 0, "hour_concentration"), 1);
}

TEST(Features, OfACustomerWithOneOrderAreAllDefined) {
    const auto table = table_of_ann();
    EXPECT_EQ(value_of(table, 1, "recency_days"), 0);
    EXPECT_EQ(value_of(table, 1, "interpurchase_mean_days"), 0);  // Bought at the newest time.
    EXPECT_EQ(value_of(table, 1, "interpurchase_regularity"), 0);
    EXPECT_EQ(value_of(table, 1, "weekday_concentration"), 1);
    EXPECT_EQ(value_of(table, 1, "recent_90d_share"), 1);
}

TEST(Features, CountFromTheReferenceTime) {
    FeatureBuilder builder;
    builder.add(purchase("ann", "1", "2011-01-01 00:00", 1, 5));
    const auto table = builder.build(parse_time("2011-01-11 12:00"));
    ASSERT_TRUE(table);
    EXPECT_DOUBLE_EQ(value_of(*table, 0, "recency_days"), 10.5);
    EXPECT_DOUBLE_EQ(value_of(*table, 0, "interpurchase_mean_days"), 10.5);
    EXPECT_THAT(builder.build(parse_time("2010-12-31")).error().message,
                HasSubstr("lies before the newest line, 2011-01-01T00:00:00Z"));
}

TEST(Features, LeaveOutCustomersWithoutAPurchaseButKnowThem) {
    FeatureBuilder builder;
    builder.add(purchase("ann", "1", "2011-01-01 00:00", 1, 5));
    builder.add(purchase("bob", "C2", "2011-01-02 00:00", -1, 5));
    Transaction free = purchase("cid", "3", "2011-01-05 00:00", 1, 0);
    free.is_set_aside = true;
    builder.add(free);
    Transaction nobody = purchase("", "4", "2011-01-09 00:00", 1, 3);
    nobody.is_set_aside = true;
    builder.add(nobody);
    const auto table = builder.build(std::nullopt);
    ASSERT_TRUE(table);
    EXPECT_THAT(table->ids, ElementsAre("ann"));
    EXPECT_EQ(value_of(*table, 0, "recency_days"), 8);
    const auto totals = builder.totals();
    EXPECT_EQ(totals.customers_known, 3U);
    EXPECT_EQ(totals.customers_with_purchase, 1U);
    EXPECT_EQ(totals.lines_without_customer, 1U);
    EXPECT_EQ(totals.return_lines, 1U);
    EXPECT_EQ(totals.return_revenue, -5);
    EXPECT_EQ(format_time(totals.last_time), "2011-01-09T00:00:00Z");
}

TEST(Features, NeedACustomerWithAPurchase) {
    FeatureBuilder builder;
    EXPECT_THAT(builder.build(std::nullopt).error().message, HasSubstr("no customers"));
    builder.add(purchase("bob", "C2", "2011-01-02 00:00", -1, 5));
    EXPECT_THAT(builder.build(std::nullopt).error().message, HasSubstr("no customer has"));
}

TEST(Features, OfTwoCustomersWithTheSameOrderNumberAreTwoOrders) {
    FeatureBuilder builder;
    builder.add(purchase("ann", "1", "2011-01-01 00:00", 1, 5));
    builder.add(purchase("bob", "1", "2011-01-01 00:00", 1, 5));
    EXPECT_EQ(builder.totals().purchase_orders, 2U);
}

struct RandomLine {
    int customer, order, day, quantity, cents;
};

RC_GTEST_PROP(Features, AreFiniteAndDoNotDependOnTheOrderOfLines, ()) {
    const auto lines = *rc::gen::container<std::vector<RandomLine>>(
        rc::gen::construct<RandomLine>(rc::gen::inRange(0, 5),
                                       rc::gen::inRange(0, 9),
                                       rc::gen::inRange(0, 400),
                                       rc::gen::inRange(-3, 9),
                                       rc::gen::inRange(0, 5000)));
    const auto table_of = [](const std::vector<RandomLine>& order) {
        FeatureBuilder builder;
        for (const RandomLine& line : order) {
            const auto customer = std::to_string(line.customer);
            const auto number = std::to_string(line.order);
            auto transaction =
                purchase(customer, number, "2011-01-01 10:00", line.quantity, line.cents / 100.0);
            transaction.time += std::chrono::days(line.day);
            builder.add(transaction);
        }
        return builder.build(std::nullopt);
    };
    const auto table = table_of(lines);
    auto reversed_lines = lines;
    std::reverse(reversed_lines.begin(), reversed_lines.end());
    const auto reversed = table_of(reversed_lines);
    RC_ASSERT(table.has_value() == reversed.has_value());
    if (!table) return;
    for (const double value : table->values) RC_ASSERT(std::isfinite(value));
    for (std::size_t row = 0; row < table->rows(); ++row) {
        const auto at = std::find(reversed->ids.begin(), reversed->ids.end(), table->ids[row]);
        RC_ASSERT(at != reversed->ids.end());
        const auto other = static_cast<std::size_t>(at - reversed->ids.begin());
        for (std::size_t i = 0; i < table->columns(); ++i)
            RC_ASSERT(std::abs(table->at(row, i) - reversed->at(other, i)) <= 1e-6);
    }
}

// The page must not say anything else than the program.
TEST(Features, AreDocumentedOneByOne) {
    std::ifstream file(CPO_SOURCE_DIR "/docs/features.md");
    std::stringstream page;
    page << file.rdbuf();
    for (const FeatureDefinition& feature : feature_definitions())
        EXPECT_THAT(page.str(),
                    HasSubstr("## `" + feature.name + "`\n**" + feature.label +
                              "**, unit: " + feature.unit + ".\n" + feature.description + "\n"));
    std::size_t headings = 0;
    for (auto at = page.str().find("\n## `"); at != std::string::npos;
         at = page.str().find("\n## `", at + 1))
        ++headings;
    EXPECT_EQ(headings, feature_definitions().size());
}

}  // namespace
}  // namespace cpo::segmentation
