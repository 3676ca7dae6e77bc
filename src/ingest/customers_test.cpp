#include "ingest/customers.h"

#include <fmt/format.h>
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

TEST(Customers, AreRefusedWithAListOfRepeatsWhenThatIsAsked) {
    std::string csv = "id,a\n";
    for (int i = 0; i < 1'000; ++i) csv += fmt::format("c{},{}\n", i, i);
    const ReadOptions strict{.rejected_share_max = 0.05, .are_repeats_refused = true};
    const auto read = [&](const std::string& text) {
        std::istringstream input(text);
        return read_customers(input, "customers.csv", {}, strict);
    };
    EXPECT_TRUE(read(csv));
    EXPECT_EQ(read(csv + "c7,1\n").error().message,
              "customers.csv: 1 of 1001 lines repeat the id of an earlier one; leave one line for "
              "each customer\n  line 1002, column id: the id stands on an earlier line as well "
              "(\"c7\")");
    for (int i = 0; i < 12; ++i) csv += "c1,1\n";
    EXPECT_THAT(read(csv).error().message, HasSubstr("\n  and 2 more"));
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

Result<MixedCustomerFile> mixed_customers_in(const std::string& csv) {
    std::istringstream input(csv);
    return read_mixed_customers(input, "customers.csv", {}, {.rejected_share_max = 1});
}

TEST(MixedCustomers, KnowWhatTheirColumnsHold) {
    const auto file = mixed_customers_in(
        "id,age,member,since,city\n"
        "ann,30,yes,2024-01-02,Bern\nbob,,No,1970-01-02 12:00,Rome\ncid,40.5,TRUE,NA,Bern\n");
    ASSERT_TRUE(file) << file.error().message;
    std::vector<ColumnKind> kinds;
    for (const MixedColumn& column : file->table.columns) kinds.push_back(column.kind);
    EXPECT_THAT(
        kinds,
        ElementsAre(
            ColumnKind::kNumber, ColumnKind::kYesNo, ColumnKind::kDate, ColumnKind::kCategory));
    EXPECT_THAT(file->table.columns[3].categories, ElementsAre("Bern", "Rome"));
    const std::vector<double>& values = file->table.values;
    EXPECT_THAT(std::vector<double>(values.begin(), values.begin() + 4),
                ElementsAre(30, 1, 19724, 0));
    EXPECT_THAT(std::vector<double>(values.begin() + 5, values.begin() + 8),
                ElementsAre(0, 1.5, 1));
    EXPECT_THAT(values[4], testing::IsNan());
    EXPECT_THAT(values[10], testing::IsNan());
}

TEST(MixedCustomers, RejectWhatIsNotOfTheColumnsKind) {
    std::string csv = "id,age,member,since\n";
    for (int i = 0; i < 100; ++i) csv += fmt::format("c{},3,yes,2024-01-02\n", i);
    const auto file = mixed_customers_in(
        csv +
        "x,old,no,2024-01-02\ny,1,maybe,2024-01-02\nz,1,no,soon\nc1,1,no,2024-01-02\n"
        "v,inf,no,2024-01-02\nw,1e308,no,2024-01-02\n");
    ASSERT_TRUE(file) << file.error().message;
    std::vector<std::string> reasons;
    for (const RejectedLine& line : file->summary.rejected) reasons.push_back(line.reason);
    EXPECT_THAT(reasons,
                ElementsAre("not a number",
                            "neither yes nor no",
                            "not a date",
                            "the id stands on an earlier line as well",
                            "not a number",
                            "the number is out of range (at most 1e12)"));
}

TEST(MixedCustomers, HaveTextWhereCategoriesAreTooMany) {
    std::string csv = "id,note\n";
    for (std::size_t i = 0; i <= kCategoriesMax; ++i) csv += fmt::format("c{},note {}\n", i, i);
    const auto file = mixed_customers_in(csv);
    ASSERT_TRUE(file);
    EXPECT_EQ(file->table.columns[0].kind, ColumnKind::kText);
    EXPECT_THAT(file->table.columns[0].categories, testing::IsEmpty());
    EXPECT_THAT(file->table.values, testing::Each(0));
    EXPECT_EQ(
        mixed_customers_in("id,note\na," + std::string(201, 'x') + "\n")->table.columns[0].kind,
        ColumnKind::kText);
}

TEST(KnownCustomers, AreReadAsTheirColumnsSay) {
    std::istringstream input("town,id,age\nRome,a,1\nParis,b,\n");
    const KnownColumns columns{
        "",
        {{"age", ColumnKind::kNumber, true, {}}, {"town", ColumnKind::kCategory, true, {"Rome"}}}};
    std::vector<double> values;
    const auto read = [&](std::istream& stream) {
        return read_known_customers(
            stream, "new.csv", columns, {.rejected_share_max = 1}, [&](MixedTable batch) {
                values.insert(values.end(), batch.values.begin(), batch.values.end());
            });
    };
    ASSERT_TRUE(read(input));
    EXPECT_THAT(values, ElementsAre(1, 0, testing::IsNan(), 1));
    std::istringstream lacking("id,age\na,1\n");
    EXPECT_THAT(read(lacking).error().message, HasSubstr("no column \"town\""));
    std::istringstream gaps("id,age\na,1\nb,\n");
    const auto strict = read_known_customers(
        gaps,
        "new.csv",
        {"", {{"age", ColumnKind::kNumber, true, {}}}, false},
        {.rejected_share_max = 1},
        [](const MixedTable& batch) { EXPECT_THAT(batch.ids, ElementsAre("a")); });
    ASSERT_TRUE(strict);
    EXPECT_EQ(strict->rejected_count, 1U);
}

}  // namespace
}  // namespace cpo::ingest
