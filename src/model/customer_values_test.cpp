#include "model/customer_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace cpo {
namespace {

using testing::ElementsAre;
using testing::IsNan;

MixedColumn column_of(const std::string& name, ColumnKind kind) {
    return {.name = name, .kind = kind, .categories = {}};
}

Result<MixedTable> table_of(std::vector<MixedColumn> columns,
                            const std::vector<std::string>& customers,
                            bool are_categories_known = false) {
    MixedTableBuilder builder(std::move(columns), are_categories_known);
    for (const std::string& text : customers) {
        const json::value value = TRY(parse_json(text));
        const JsonReader reader = TRY(JsonReader::of(value, "/features"));
        TRY(builder.add("c", reader));
    }
    return std::move(builder).take();
}

const std::vector<MixedColumn> kColumns{column_of("age", ColumnKind::kNumber),
                                        column_of("member", ColumnKind::kYesNo),
                                        column_of("since", ColumnKind::kDate),
                                        column_of("city", ColumnKind::kCategory)};

// Days from the epoch: GNU date, date -ud 2024-02-01 +%s / 86400 = 19754.
TEST(CustomerValues, AreCellsAndTheSameValuesAgain) {
    const std::vector<std::string> customers{
        R"({"age":30.5,"member":true,"since":"2024-02-01","city":"Rome"})",
        R"({"age":-1E-7,"member":false,"since":"1969-12-31T18:00:00Z","city":"Bern"})",
        R"({"age":3,"member":false,"since":"2024-02-01T08:26:01Z","city":"Rome"})"};
    const auto table = table_of(kColumns, customers);
    ASSERT_TRUE(table) << table.error().message;
    EXPECT_THAT(table->columns[3].categories, ElementsAre("Rome", "Bern"));
    EXPECT_THAT(std::vector<double>(table->values.begin(), table->values.begin() + 8),
                ElementsAre(30.5, 1, 19754, 0, -1e-7, 0, -0.25, 1));
    for (std::size_t row = 0; row < customers.size(); ++row) {
        json::object object;
        for (std::size_t j = 0; j < kColumns.size(); ++j)
            object[kColumns[j].name] = cell_json(table->columns[j], table->at(row, j));
        EXPECT_EQ(write_json(object), write_json(*parse_json(customers[row])));
    }
}

TEST(CustomerValues, AreMissingWhereNothingIsSaid) {
    const auto table = table_of(kColumns, {R"({"age":null,"other":[1]})"});
    ASSERT_TRUE(table) << table.error().message;
    EXPECT_THAT(table->values, ElementsAre(IsNan(), IsNan(), IsNan(), IsNan()));
    EXPECT_TRUE(cell_json(kColumns[2], std::numeric_limits<double>::quiet_NaN()).is_null());
}

TEST(CustomerValues, AreRefusedWithTheirPointer) {
    const auto fault = [](const std::string& customer) {
        const auto table = table_of(kColumns, {customer});
        return table ? "" : table.error().message;
    };
    EXPECT_EQ(fault(R"({"age":"3"})"), "/features/age: expected a number");
    EXPECT_EQ(fault(R"({"age":1e13})"), "/features/age: the number is out of range (at most 1e12)");
    EXPECT_EQ(fault(R"({"member":1})"), "/features/member: expected true or false");
    EXPECT_EQ(fault(R"({"since":"1/2/2024"})"),
              "/features/since: expected a date: YYYY-MM-DD, or with a time as ISO 8601");
    EXPECT_EQ(fault(R"({"since":20240201})"), fault(R"({"since":"2024-02-30"})"));
    EXPECT_EQ(fault(R"({"city":3})"), "/features/city: expected a text");
}

TEST(CustomerValues, OfKnownCategoriesMayBeAnother) {
    std::vector<MixedColumn> columns{column_of("city", ColumnKind::kCategory)};
    columns[0].categories = {"Bern", "Rome"};
    const auto table =
        table_of(columns, {R"({"city":"Rome"})", R"({"city":"Oslo"})", R"({"city":"Bern"})"}, true);
    ASSERT_TRUE(table);
    EXPECT_THAT(table->values, ElementsAre(1, 2, 0));
    EXPECT_THAT(table->columns[0].categories, ElementsAre("Bern", "Rome"));
}

TEST(CustomerValues, OfTooManyOrTooLongCategoriesAreText) {
    std::vector<std::string> customers;
    for (std::size_t i = 0; i <= kCategoriesMax; ++i)
        customers.push_back("{\"city\":\"" + std::to_string(i) + "\"}");
    const auto many = table_of({kColumns[3]}, customers);
    ASSERT_TRUE(many);
    EXPECT_EQ(many->columns[0].kind, ColumnKind::kText);
    EXPECT_THAT(many->values, testing::Each(0));
    const auto longer =
        table_of({kColumns[3]}, {"{\"city\":\"" + std::string(kCategoryBytesMax + 1, 'x') + "\"}"});
    EXPECT_EQ(longer->columns[0].kind, ColumnKind::kText);
}

}  // namespace
}  // namespace cpo
