#include "ingest/customer_stream.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <sstream>

namespace cpo::ingest {
namespace {

/// Everything that is streamed, in one table.
Result<CustomerFile> all_streamed(const std::string& csv, const CustomerColumns& columns) {
    std::istringstream head(csv), input(csv);
    const auto chosen = TRY(choose_columns(head, "c.csv", columns));
    CustomerFile file;
    file.summary = TRY(stream_customers(
        input,
        "c.csv",
        chosen.columns,
        {.rejected_share_max = 0.5},
        [&](const FeatureTable& block) -> Result<void> {
            file.table.definitions = block.definitions;
            file.table.ids.insert(file.table.ids.end(), block.ids.begin(), block.ids.end());
            file.table.values.insert(
                file.table.values.end(), block.values.begin(), block.values.end());
            return {};
        }));
    return file;
}

TEST(StreamCustomers, ReadsWhatReadCustomersReads) {
    std::string csv = "customer_id,name,orders,spend\n";
    for (int i = 0; i < 50'000; ++i) csv += fmt::format("k{},n{},{},{}.5\n", i, i, i % 7, i);
    csv += "k3,again,1,2\n,no id,1,2\nk200001,word,1,many\nk200002,short\n";
    std::istringstream input(csv);
    const auto whole = read_customers(input, "c.csv", {}, {.rejected_share_max = 0.5});
    const auto streamed = all_streamed(csv, {});
    ASSERT_TRUE(whole && streamed);
    EXPECT_EQ(streamed->table.ids, whole->table.ids);
    EXPECT_EQ(streamed->table.values, whole->table.values);
    ASSERT_EQ(streamed->table.columns(), 2U);
    EXPECT_EQ(streamed->table.definitions[1].name, whole->table.definitions[1].name);
    EXPECT_EQ(streamed->summary.lines, whole->summary.lines);
    EXPECT_EQ(streamed->summary.sha256, whole->summary.sha256);
    ASSERT_EQ(streamed->summary.rejected_count, 4U);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(streamed->summary.rejected[i].line, whole->summary.rejected[i].line);
        EXPECT_EQ(streamed->summary.rejected[i].reason, whole->summary.rejected[i].reason);
    }
}

TEST(StreamCustomers, SaysWhatReadCustomersSaysOfAWrongFile) {
    for (const auto& [csv, columns] : {std::pair<std::string, CustomerColumns>{"id,a\n", {}},
                                       {"id,a\n1,2\n", {.id = "key", .features = {}}},
                                       {"id,a\n1,2\n", {.id = "", .features = {"b"}}}}) {
        std::istringstream input(csv);
        const auto whole = read_customers(input, "c.csv", columns, {});
        const auto streamed = all_streamed(csv, columns);
        ASSERT_FALSE(streamed);
        EXPECT_EQ(streamed.error().message, whole.error().message);
    }
}

}  // namespace
}  // namespace cpo::ingest
