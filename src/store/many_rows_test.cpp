// What every engine promises of many rows (store/database.h).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/database.h"
#include "store_fixture.h"

namespace cpo::store {
namespace {

class ManyRowsTest : public StoreTest {
public:
    void SetUp() override {
        StoreTest::SetUp();
        if (IsSkipped()) return;
        ASSERT_TRUE(write(
            "CREATE TABLE samples (id BIGINT PRIMARY KEY, whole BIGINT, real DOUBLE PRECISION, "
            "words TEXT)",
            {}));
    }

    Result<Rows> write(std::string_view sql, std::initializer_list<Value> values) {
        return run(Access::kWrite, sql, values);
    }
    Result<Rows> read(std::string_view sql, std::initializer_list<Value> values) {
        return run(Access::kRead, sql, values);
    }

private:
    Result<Rows> run(Access access, std::string_view sql, std::initializer_list<Value> values) {
        Rows rows;
        const auto done = database().transact(
            access,
            [&](Session& session) -> Result<void> {
                rows = TRY(session.execute(sql, values));
                return {};
            },
            soon());
        if (!done) return done.error();
        return rows;
    }
};

TEST_P(ManyRowsTest, InsertsAHundredThousandRows) {
    std::vector<std::vector<Value>> rows;
    for (std::int64_t i = 0; i < 100'000; ++i)
        rows.push_back({i, i * i, i % 3 == 0 ? Value(nullptr) : Value(0.5), fmt::format("n{}", i)});
    const auto insert = [&](std::string_view tail) {
        return transact(
            database(),
            Access::kWrite,
            [&](Session& session) {
                return session.insert("INSERT INTO samples (id, whole, real, words)", rows, tail);
            },
            soon());
    };
    const auto inserted = insert("");
    ASSERT_TRUE(inserted) << inserted.error().detail;
    EXPECT_EQ(*inserted, 100'000);
    const auto sum =
        read("SELECT COUNT(*) AS c, COUNT(real) AS r, SUM(whole) AS s FROM samples", {});
    EXPECT_EQ(sum->front().integer("c"), 100'000);
    EXPECT_EQ(sum->front().integer("r"), 66'666);
    EXPECT_EQ(sum->front().integer("s"), 333'328'333'350'000);  // (n-1)n(2n-1)/6.
    const auto again = insert("ON CONFLICT (id) DO NOTHING");
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, 0);
    rows.clear();
    EXPECT_EQ(*insert(""), 0);
}

TEST_P(ManyRowsTest, InsertsRowsThatShareTheirFirstColumns) {
    NewRows rows{{0.5, "shared"}, 2, {}};
    for (std::int64_t i = 0; i < 1'500; ++i) {
        rows.values.emplace_back(i);
        rows.values.push_back(i % 3 == 0 ? Value(nullptr) : Value(i * i));
    }
    const auto inserted = transact(
        database(),
        Access::kWrite,
        [&](Session& session) {
            return session.insert("INSERT INTO samples (real, words, id, whole)", rows);
        },
        soon());
    ASSERT_TRUE(inserted) << inserted.error().detail;
    EXPECT_EQ(*inserted, 1'500);
    const auto found = read(
        "SELECT COUNT(*) AS c, SUM(id) AS i, SUM(whole) AS w FROM samples "
        "WHERE real = 0.5 AND words = 'shared'",
        {});
    EXPECT_EQ(found->front().integer("c"), 1'500);
    EXPECT_EQ(found->front().integer("i"), 1'124'250);
    // All squares are 1,123,875,250; those of 0, 3, ..., 1497 are 9 times those of 0 ... 499.
    EXPECT_EQ(found->front().integer("w"), 1'123'875'250 - 9 * 41'541'750);
}

TEST_P(ManyRowsTest, VisitsTheRowsOfAnAnswerInTheirOrder) {
    ASSERT_TRUE(
        write("INSERT INTO samples (id, whole, real, words) VALUES "
              "(11, 1, 0.5, 'a long text that is on the heap for sure'), "
              "(12, NULL, NULL, NULL), (13, 3, 2.5, ''), (14, 4, 4, 'short')",
              {}));
    std::vector<std::string> seen;
    const auto take = [&](const Row& row) -> Result<void> {
        seen.push_back(fmt::format("{} {} {}",
                                   row.integer("id"),
                                   row.is_null("whole") ? -1 : row.integer("whole"),
                                   row.text_or_empty("words")));
        if (row.integer("id") == 13) return Error{ErrorCode::kInvalidArgument, "enough", {}};
        return {};
    };
    const auto visited = transact(
        database(),
        Access::kRead,
        [&](Session& session) -> Result<void> {
            const auto sql = "SELECT id, whole, words FROM samples WHERE id > $1 ORDER BY id";
            auto ended = session.visit(sql, {std::int64_t{10}}, take);
            // As after any failed statement.
            EXPECT_EQ(session.execute(sql, {std::int64_t{10}}).error().code, ErrorCode::kInternal);
            return ended;
        },
        soon());
    ASSERT_FALSE(visited);
    EXPECT_EQ(visited.error().message, "enough");
    EXPECT_EQ(seen,
              (std::vector<std::string>{
                  "11 1 a long text that is on the heap for sure", "12 -1 ", "13 3 "}));
    // The connection takes the next statement, and an answer may have more rows than are kept.
    std::int64_t sum = 0;
    const auto all = transact(
        database(),
        Access::kRead,
        [&](Session& session) {
            return session.visit(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                "WHERE i < 1000001) SELECT i FROM n",
                {},
                [&](const Row& row) -> Result<void> {
                    sum += row.integer("i");
                    return {};
                });
        },
        soon());
    ASSERT_TRUE(all) << all.error().detail;
    EXPECT_EQ(sum, 500'001'500'001);
}

TEST_P(ManyRowsTest, RefusesAnAnswerWithTooManyRows) {
    const auto rows = read(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
        "WHERE i < 1000001) SELECT i FROM n",
        {});
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().code, ErrorCode::kResourceExhausted);
    EXPECT_TRUE(read("SELECT id FROM samples", {}));
}

INSTANTIATE_TEST_SUITE_P(Engines, ManyRowsTest, kEngines, engine_name);

}  // namespace
}  // namespace cpo::store
