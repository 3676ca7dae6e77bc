#include "model/customer_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "model/customer_values.h"

namespace cpo {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

MixedColumn stored_column(const std::string& name,
                          ColumnKind kind,
                          std::vector<std::string> categories = {}) {
    return {.name = name, .kind = kind, .categories = std::move(categories)};
}

MixedTable customers() {
    MixedTable table;
    table.columns = {stored_column("age", ColumnKind::kNumber),
                     stored_column("a \"member\"", ColumnKind::kYesNo),
                     stored_column("since", ColumnKind::kDate),
                     stored_column("Straße", ColumnKind::kCategory, {"Köln", "say \"hi\"\n", ""})};
    table.ids = {"a", "b", "c", "d"};
    table.values = {30.5,     1,        19754,        0,         //
                    -1e-7,    0,        -0.25,        1,         //
                    1e12,     kNothing, 19754.351400, 2,         //
                    kNothing, kNothing, kNothing,     kNothing,  //
                    -0.0,     1,        kNothing,     0};
    table.ids.push_back("e");
    return table;
}

TEST(CustomerText, IsTheJsonOfTheCells) {
    const MixedTable table = customers();
    const CustomerTexts texts(table);
    for (std::size_t row = 0; row < table.rows(); ++row) {
        json::object object;
        for (std::size_t j = 0; j < table.columns.size(); ++j)
            if (!std::isnan(table.at(row, j)))
                object[table.columns[j].name] = cell_json(table.columns[j], table.at(row, j));
        EXPECT_EQ(texts.of(row), write_json(object));
    }
}

MixedTable read(const std::vector<std::string>& texts, std::vector<MixedColumn> columns) {
    MixedTableBuilder builder(std::move(columns), false);
    for (const std::string& text : texts) {
        const auto added = builder.add("c", std::string_view(text));
        EXPECT_TRUE(added) << added.error().message;
    }
    return std::move(builder).take();
}

TEST(CustomerText, IsReadAsItsJsonIs) {
    const MixedTable table = customers();
    const CustomerTexts writer(table);
    std::vector<std::string> texts;
    for (std::size_t row = 0; row < table.rows(); ++row) texts.push_back(writer.of(row));
    // Another order, other fields, and what nobody writes like this.
    texts.emplace_back(R"({"since":"2024-02-01","other":[1,{"age":2}],"age":3})");
    texts.emplace_back(R"({"other":"x","Straße":"Köln","age":1e3,"more":null,"since":null})");
    texts.emplace_back(" { \"age\" : 7 } ");
    texts.emplace_back(R"({"\u0061ge":8})");
    texts.emplace_back("{}");
    auto columns = table.columns;
    columns[3].categories.clear();
    const MixedTable read_back = read(texts, columns);
    MixedTableBuilder by_json(columns, false);
    for (const std::string& text : texts) {
        const auto value = parse_json(text);
        ASSERT_TRUE(value);
        ASSERT_TRUE(by_json.add("c", *JsonReader::of(*value)));
    }
    const MixedTable expected = std::move(by_json).take();
    EXPECT_EQ(read_back.columns[3].categories, expected.columns[3].categories);
    EXPECT_THAT(read_back.values,
                testing::Pointwise(testing::NanSensitiveDoubleEq(), expected.values));
}

TEST(CustomerText, IsRefusedWhenItIsNoCustomer) {
    MixedTableBuilder builder({stored_column("age", ColumnKind::kNumber)}, false);
    for (const std::string_view text : {"",
                                        "{",
                                        "[]",
                                        R"({"age":3)",
                                        R"({"age":"3"})",
                                        R"({"age":nan})",
                                        R"({"age":1e13})",
                                        R"({"age":true})",
                                        R"({"age":3},)",
                                        R"({"age"})"})
        EXPECT_FALSE(builder.add("c", text)) << text;
    EXPECT_EQ(std::move(builder).take().rows(), 0U);
}

}  // namespace
}  // namespace cpo
