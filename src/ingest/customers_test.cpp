#include "ingest/customers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace cpo::ingest {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

Result<CustomerFile> customers_in(const std::string& csv,
                                  const CustomerColumns& columns = {},
                                  double rejected_share_max = 1) {
    std::istringstream input(csv);
    return read_customers(
        input, "customers.csv", columns, {.rejected_share_max = rejected_share_max});
}

std::vector<std::string> names_of(const FeatureTable& table) {
    std::vector<std::string> names;
    for (const FeatureDefinition& column : table.definitions) names.push_back(column.name);
    return names;
}

TEST(Customers, TakeEveryColumnOfNumbers) {
    const auto file = customers_in("id,city,recency_days,visits\nann,Bern,3.5,1\nbob,Rome,4,2\n");
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_THAT(file->table.ids, ElementsAre("ann", "bob"));
    EXPECT_THAT(names_of(file->table), ElementsAre("recency_days", "visits"));
    EXPECT_THAT(file->table.values, ElementsAre(3.5, 1, 4, 2));
    EXPECT_EQ(file->table.definitions[0].label, "Days since last purchase");
    EXPECT_EQ(file->table.definitions[1].label, "visits");
    EXPECT_THAT(file->summary.notices, Contains(HasSubstr("hold no numbers: \"city\"")));
}

TEST(Customers, TakeTheNamedColumnsInTheGivenOrder) {
    const auto file = customers_in("a,b,key\n1,2,ann\n", {.id = "key", .features = {"b", "a"}});
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_THAT(names_of(file->table), ElementsAre("b", "a"));
    EXPECT_THAT(file->table.values, ElementsAre(2, 1));
    EXPECT_THAT(
        customers_in("id,visits\nann,1\n", {.id = "", .features = {"vists"}}).error().message,
        HasSubstr("did you mean \"visits\"?"));
}

TEST(Customers, UseTheFirstColumnAsIdWhenNoneIsNamedSo) {
    const auto file = customers_in("key,a\nann,1\n");
    ASSERT_TRUE(file);
    EXPECT_THAT(file->table.ids, ElementsAre("ann"));
    EXPECT_THAT(file->summary.notices, Contains(HasSubstr("\"key\", was taken for the id")));
}

TEST(Customers, RejectDoubledIdsAndMissingNumbersLineByLine) {
    const auto file = customers_in("id,a\nann,1\nann,2\nbob,NA\n,3\ncid,x\ndan,nan\neve,5\n");
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_THAT(file->table.ids, ElementsAre("ann", "eve"));
    ASSERT_EQ(file->summary.rejected.size(), 5U);
    EXPECT_EQ(file->summary.rejected[0].reason, "the id stands on an earlier line as well");
    EXPECT_EQ(file->summary.rejected[1].reason, "no number");
    EXPECT_EQ(file->summary.rejected[2].reason, "no id");
    EXPECT_EQ(file->summary.rejected[3].reason, "not a number");
    EXPECT_EQ(file->summary.lines, 7U);
}

TEST(Customers, NeedAColumnOfNumbersAndAReadableLine) {
    EXPECT_THAT(customers_in("id,a\nann,x\n").error().message,
                HasSubstr("no column beside the id"));
    EXPECT_THAT(customers_in("id,a\n").error().message, HasSubstr("no line after the header"));
    EXPECT_THAT(customers_in("id,a\nann\n").error().message,
                HasSubstr("none of 1 lines can be read"));
    EXPECT_THAT(
        customers_in("id,a\nann,x\n", {.id = "id", .features = {"a"}}, 0.05).error().message,
        HasSubstr("1 of 1 lines cannot be read"));
}

}  // namespace
}  // namespace cpo::ingest
