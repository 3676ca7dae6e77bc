// What every engine promises (store/database.h).
#include "store/database.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <latch>
#include <limits>
#include <thread>

#include "store_fixture.h"

namespace cpo::store {
namespace {

constexpr std::string_view kInsertCounter = "INSERT INTO counters (id, n) VALUES ($1, $2)";
constexpr std::string_view kCountUp = "UPDATE counters SET n = n + 1 WHERE id = $1";
constexpr std::string_view kSelectCounter = "SELECT n FROM counters WHERE id = $1";
constexpr std::string_view kEndless =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT 1 - i FROM n) "
    "SELECT COUNT(*) AS c FROM n";

/// Tables of its own beside those of the product.
class DatabaseTest : public StoreTest {
public:
    void SetUp() override {
        StoreTest::SetUp();
        if (IsSkipped()) return;
        for (const char* sql :
             {"CREATE TABLE counters (id TEXT PRIMARY KEY, n BIGINT NOT NULL CHECK (n >= 0))",
              "CREATE TABLE counted (id TEXT NOT NULL REFERENCES counters (id))",
              "CREATE TABLE samples (id BIGINT PRIMARY KEY, whole BIGINT, flag INTEGER, "
              "real DOUBLE PRECISION, words TEXT, raw BYTEA)"})
            ASSERT_TRUE(write(sql, {}));
    }

    Result<Rows> write(std::string_view sql, std::initializer_list<Value> values) {
        return run(database(), Access::kWrite, sql, values);
    }
    Result<Rows> read(std::string_view sql, std::initializer_list<Value> values) {
        return run(database(), Access::kRead, sql, values);
    }
    static Result<Rows> run(Database& database,
                            Access access,
                            std::string_view sql,
                            std::initializer_list<Value> values,
                            Deadline deadline = soon()) {
        Rows rows;
        const auto done = database.transact(
            access,
            [&](Session& session) -> Result<void> {
                rows = TRY(session.execute(sql, values));
                return {};
            },
            deadline);
        if (!done) return done.error();
        return rows;
    }
    std::int64_t counter(const std::string& id) {
        const auto rows = read(kSelectCounter, {id});
        return rows && !rows->empty() ? rows->front().integer("n") : -1;
    }
};

TEST_P(DatabaseTest, KeepsWhatWasCommitted) {
    ASSERT_TRUE(write(kInsertCounter, {"a", std::int64_t{1}}));
    EXPECT_EQ(counter("a"), 1);
    const auto other = scratch().open();
    const auto rows = run(*other, Access::kRead, kSelectCounter, {"a"});
    ASSERT_TRUE(rows);
    EXPECT_EQ(rows->size(), 1U);
}

TEST_P(DatabaseTest, RollsBackWhenTheWorkFails) {
    const auto done = database().transact(
        Access::kWrite,
        [&](Session& session) -> Result<void> {
            TRY(session.execute(kInsertCounter, {"a", std::int64_t{1}}));
            return Error{ErrorCode::kNotFound, "on second thoughts", {}};
        },
        soon());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().message, "on second thoughts");
    EXPECT_EQ(counter("a"), -1);
}

TEST_P(DatabaseTest, RefusesToCommitAfterAFailedStatement) {
    const auto done = database().transact(
        Access::kWrite,
        [&](Session& session) -> Result<void> {
            TRY(session.execute(kInsertCounter, {"a", std::int64_t{1}}));
            EXPECT_FALSE(session.execute(kInsertCounter, {"a", std::int64_t{2}}));
            EXPECT_FALSE(session.execute(kInsertCounter, {"b", std::int64_t{2}}));
            return {};
        },
        soon());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kInternal);
    EXPECT_EQ(counter("a"), -1);
}

TEST_P(DatabaseTest, RefusesATransactionInsideATransaction) {
    const auto done = database().transact(
        Access::kWrite,
        [&](Session&) -> Result<void> {
            return database().transact(
                Access::kRead, [](Session&) -> Result<void> { return {}; }, soon());
        },
        soon());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kInternal);
}

TEST_P(DatabaseTest, RefusesToWriteInAReadTransaction) {
    const auto done = read(kInsertCounter, {"a", std::int64_t{1}});
    ASSERT_FALSE(done);
    EXPECT_EQ(counter("a"), -1);
}

TEST_P(DatabaseTest, OneReadStatementSeesWhatWasCommittedAndIsTheLast) {
    ASSERT_TRUE(write(kInsertCounter, {"a", std::int64_t{1}}));
    EXPECT_EQ(run(database(), Access::kReadOne, kSelectCounter, {"a"})->front().integer("n"), 1);
    EXPECT_FALSE(run(database(), Access::kReadOne, kInsertCounter, {"b", std::int64_t{1}}));
    const auto done = database().transact(
        Access::kReadOne,
        [&](Session& session) -> Result<void> {
            TRY(session.execute(kSelectCounter, {"a"}));
            TRY(session.execute(kSelectCounter, {"a"}));
            return {};
        },
        soon());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kInternal);
    EXPECT_EQ(counter("b"), -1);
}

TEST_P(DatabaseTest, NamesTheKindOfAFailureAndHidesTheSql) {
    ASSERT_TRUE(write(kInsertCounter, {"a", std::int64_t{1}}));
    const auto twice = write(kInsertCounter, {"a", std::int64_t{1}});
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().code, ErrorCode::kAlreadyExists);
    const auto orphan = write("INSERT INTO counted (id) VALUES ($1)", {"nobody"});
    ASSERT_FALSE(orphan);
    EXPECT_EQ(orphan.error().code, ErrorCode::kFailedPrecondition);
    const auto negative = write(kInsertCounter, {"b", std::int64_t{-1}});
    ASSERT_FALSE(negative);
    EXPECT_EQ(negative.error().code, ErrorCode::kFailedPrecondition);
    const auto nonsense = write("SELECT FROM WHERE", {});
    ASSERT_FALSE(nonsense);
    EXPECT_EQ(nonsense.error().code, ErrorCode::kInternal);
    for (const auto* failure : {&twice, &orphan, &negative, &nonsense}) {
        EXPECT_THAT(failure->error().message, testing::Not(testing::HasSubstr("SELECT")));
        EXPECT_THAT(failure->error().message, testing::Not(testing::HasSubstr("counte")));
        EXPECT_FALSE(failure->error().detail.empty());
    }
}

TEST_P(DatabaseTest, GivesEveryValueBackAsItWasWritten) {
    std::string every_byte;
    for (int i = 0; i < 256; ++i) every_byte += static_cast<char>(i);
    const std::vector<std::vector<Value>> rows{{std::int64_t{1},
                                                std::numeric_limits<std::int64_t>::max(),
                                                std::int64_t{0},
                                                0.1,
                                                "",
                                                Bytes{}},
                                               {std::int64_t{2},
                                                std::numeric_limits<std::int64_t>::min(),
                                                std::int64_t{1},
                                                std::numeric_limits<double>::max(),
                                                "it's $1 \"x\" \\ ?1 \xF0\x9F\x98\x80\n\t",
                                                Bytes{every_byte}},
                                               {std::int64_t{3},
                                                nullptr,
                                                nullptr,
                                                std::numeric_limits<double>::denorm_min(),
                                                std::string(100'000, 'x'),
                                                Bytes{std::string(100'000, '\0')}},
                                               {std::int64_t{4},
                                                std::int64_t{0},
                                                std::int64_t{-2'147'483'648},
                                                -std::numeric_limits<double>::infinity(),
                                                nullptr,
                                                nullptr},
                                               {std::int64_t{5},
                                                std::int64_t{-1},
                                                std::int64_t{2'147'483'647},
                                                nullptr,
                                                "NULL",
                                                Bytes{"x"}}};
    for (const auto& row : rows)
        ASSERT_TRUE(database().transact(
            Access::kWrite,
            [&](Session& session) -> Result<void> {
                TRY(session.execute("INSERT INTO samples VALUES ($1, $2, $3, $4, $5, $6)", row));
                return {};
            },
            soon()));
    const auto found = read("SELECT * FROM samples ORDER BY id", {});
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Row& row = found->rows[i];
        EXPECT_EQ(row.integer("id"), std::get<std::int64_t>(rows[i][0]));
        const auto same = [&](std::size_t column, std::string_view name, const auto& get) {
            EXPECT_EQ(row.is_null(name), std::holds_alternative<std::nullptr_t>(rows[i][column]));
            if (row.is_null(name)) return;
            EXPECT_EQ(Value(get(name)), rows[i][column]) << i << name;
        };
        same(1, "whole", [&](auto name) { return row.integer(name); });
        same(2, "flag", [&](auto name) { return row.integer(name); });
        same(3, "real", [&](auto name) { return row.number(name); });
        same(4, "words", [&](auto name) { return row.text(name); });
        same(5, "raw", [&](auto name) { return Bytes{row.bytes(name)}; });
    }
}

TEST_P(DatabaseTest, GivesAnyNumberAndBytesBack) {
    const bool holds = rc::check("round trip", [&] {
        const auto whole = *rc::gen::arbitrary<std::int64_t>();
        const auto bits = *rc::gen::arbitrary<double>();
        const double real = std::isnan(bits) ? 0.5 : bits;
        const auto raw = *rc::gen::arbitrary<std::string>();
        const auto rows = write(
            "INSERT INTO samples (id, whole, real, raw) VALUES (1, $1, $2, $3) "
            "ON CONFLICT (id) DO UPDATE SET whole = excluded.whole, "
            "real = excluded.real, raw = excluded.raw "
            "RETURNING whole, real, raw",
            {whole, real, Bytes{raw}});
        RC_ASSERT(rows.has_value());
        RC_ASSERT(rows->front().integer("whole") == whole);
        RC_ASSERT(rows->front().number("real") == real);
        RC_ASSERT(rows->front().bytes("raw") == raw);
    });
    EXPECT_TRUE(holds);
}

TEST_P(DatabaseTest, RefusesWhatCannotBeStoredTheSameWayEverywhere) {
    const auto nul = write(kInsertCounter, {std::string("a\0b", 3), std::int64_t{1}});
    ASSERT_FALSE(nul);
    EXPECT_EQ(nul.error().code, ErrorCode::kInvalidArgument);
    // Cut short, over-long, a surrogate, beyond U+10FFFF, a stray tail, Latin-1; each is refused by
    // PostgreSQL 15 itself (SQLSTATE 22021).
    for (const char* text : {"\xE2\x82",
                             "\xC0\xAF",
                             "\xE0\x80\xAF",
                             "\xED\xA0\x80",
                             "\xF4\x90\x80\x80",
                             "\xF0\x80\x80\xAF",
                             "a\x80",
                             "caf\xE9 "}) {
        const auto broken = write(kInsertCounter, {text, std::int64_t{1}});
        ASSERT_FALSE(broken) << text;
        EXPECT_EQ(broken.error().code, ErrorCode::kInvalidArgument);
    }
    for (const char* text : {"\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"})
        EXPECT_TRUE(write(kInsertCounter, {text, std::int64_t{1}})) << text;
    const auto nan = write("INSERT INTO samples (id, real) VALUES (1, $1)", {std::nan("")});
    ASSERT_FALSE(nan);
    EXPECT_EQ(nan.error().code, ErrorCode::kInvalidArgument);
}

TEST_P(DatabaseTest, ReadsSumsComparisonsAndEmptyAnswers) {
    const auto empty = read("SELECT n FROM counters", {});
    ASSERT_TRUE(empty);
    EXPECT_TRUE(empty->empty());
    ASSERT_TRUE(write(kInsertCounter, {"a", std::int64_t{3}}));
    ASSERT_TRUE(write(kInsertCounter, {"b", std::int64_t{4}}));
    const auto rows = read(
        "SELECT SUM(n) AS total, AVG(n) AS mean, COUNT(*) AS rows, "
        "MAX(n) > 3 AS is_large, SUM(n) AS again FROM counters WHERE n > $1",
        {std::int64_t{0}});
    ASSERT_TRUE(rows) << rows.error().detail;
    EXPECT_EQ(rows->front().integer("total"), 7);
    EXPECT_EQ(rows->front().number("mean"), 3.5);
    EXPECT_EQ(rows->front().number("again"), 7.0);
    EXPECT_TRUE(rows->front().boolean("is_large"));
}

TEST_P(DatabaseTest, CountsAffectedRows) {
    ASSERT_TRUE(write(kInsertCounter, {"a", std::int64_t{1}}));
    ASSERT_TRUE(write(kInsertCounter, {"b", std::int64_t{1}}));
    EXPECT_EQ(write("UPDATE counters SET n = 5", {})->affected, 2);
    EXPECT_EQ(write("UPDATE counters SET n = 5 WHERE id = $1 RETURNING n", {"a"})->affected, 1);
    EXPECT_EQ(write("DELETE FROM counters WHERE id = $1", {"x"})->affected, 0);
    EXPECT_EQ(read("SELECT * FROM counters", {})->affected, 0);
}

TEST_P(DatabaseTest, TakesNullAndValuesInTheSamePlace) {
    for (int round = 0; round < 2; ++round) {
        ASSERT_TRUE(write("UPDATE samples SET whole = $1, words = $2, real = $3, raw = $4",
                          {nullptr, nullptr, nullptr, nullptr}));
        ASSERT_TRUE(write("UPDATE samples SET whole = $1, words = $2, real = $3, raw = $4",
                          {std::int64_t{1}, "x", 2.5, Bytes{"y"}}));
        // A whole number for a column of fractions, after a fraction.
        ASSERT_TRUE(write("UPDATE samples SET whole = $1, words = $2, real = $3, raw = $4",
                          {std::int64_t{1}, "x", std::int64_t{2}, Bytes{"y"}}));
    }
}

TEST_P(DatabaseTest, ComparesWithLargeNumbersWhereALiteralIsSmall) {
    // The literal 0 alone would make $1 a 32-bit number on PostgreSQL.
    const auto rows = read("SELECT COUNT(*) AS c FROM samples WHERE $1 = 0 OR whole < $1",
                           {std::numeric_limits<std::int64_t>::max()});
    ASSERT_TRUE(rows) << rows.error().detail;
    EXPECT_EQ(rows->front().integer("c"), 0);
}

TEST_P(DatabaseTest, KeepsAReadersSnapshotWhileOthersWrite) {
    ASSERT_TRUE(write(kInsertCounter, {"a", std::int64_t{1}}));
    const auto other = scratch().open();
    const auto done = database().transact(
        Access::kRead,
        [&](Session& session) -> Result<void> {
            const auto before = TRY(session.execute(kSelectCounter, {"a"}));
            std::thread([&] { EXPECT_TRUE(run(*other, Access::kWrite, kCountUp, {"a"})); }).join();
            const auto after = TRY(session.execute(kSelectCounter, {"a"}));
            EXPECT_EQ(before.front().integer("n"), 1);
            EXPECT_EQ(after.front().integer("n"), 1);
            return {};
        },
        soon());
    EXPECT_TRUE(done);
    EXPECT_EQ(counter("a"), 2);
}

TEST_P(DatabaseTest, LosesNoUpdateOfManyThreads) {
    ASSERT_TRUE(write(kInsertCounter, {"a", std::int64_t{0}}));
    const auto other = scratch().open();
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 25; ++i)
                EXPECT_TRUE(run(t % 2 == 0 ? database() : *other, Access::kWrite, kCountUp, {"a"}));
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(counter("a"), 200);
}

TEST_P(DatabaseTest, CarriesOnAfterADeadlock) {
    ASSERT_TRUE(write(kInsertCounter, {"a", std::int64_t{0}}));
    ASSERT_TRUE(write(kInsertCounter, {"b", std::int64_t{0}}));
    const auto count_both = [&](const char* first, const char* second) {
        return database().transact(
            Access::kWrite,
            [&](Session& session) -> Result<void> {
                TRY(session.execute(kCountUp, {first}));
                std::this_thread::sleep_for(std::chrono::milliseconds(50));
                TRY(session.execute(kCountUp, {second}));
                return {};
            },
            soon());
    };
    std::thread other([&] { EXPECT_TRUE(count_both("a", "b")); });
    EXPECT_TRUE(count_both("b", "a"));
    other.join();
    EXPECT_EQ(counter("a"), 2);
    EXPECT_EQ(counter("b"), 2);
}

TEST_P(DatabaseTest, RunsTheWorkAgainWhenItWasUnavailableAndKeepsOneRunsEffect) {
    int runs = 0;
    const auto done = database().transact(
        Access::kWrite,
        [&](Session& session) -> Result<void> {
            TRY(session.execute(kInsertCounter, {"a", std::int64_t{++runs}}));
            if (runs < 3) return Error{ErrorCode::kUnavailable, "not yet", {}};
            return {};
        },
        soon());
    EXPECT_TRUE(done);
    EXPECT_EQ(runs, 3);
    EXPECT_EQ(counter("a"), 3);
}

TEST_P(DatabaseTest, GivesUpAfterAFewAttempts) {
    int runs = 0;
    const auto done = database().transact(
        Access::kWrite,
        [&](Session&) -> Result<void> {
            ++runs;
            return Error{ErrorCode::kUnavailable, "never", {}};
        },
        soon());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(runs, kAttemptsMax);
}

TEST_P(DatabaseTest, StopsAStatementAtTheDeadlineAndCarriesOn) {
    const auto rows = run(
        database(), Access::kRead, kEndless, {}, Deadline::after(std::chrono::milliseconds(100)));
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().code, ErrorCode::kDeadlineExceeded);
    EXPECT_TRUE(read("SELECT n FROM counters", {}));
}

TEST_P(DatabaseTest, RefusesWorkWhoseTimeIsUp) {
    const auto rows = run(database(),
                          Access::kRead,
                          "SELECT 1 AS one",
                          {},
                          Deadline::after(std::chrono::milliseconds(0)));
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().code, ErrorCode::kDeadlineExceeded);
}

/// Holds a transaction that changed counter "a" while `meanwhile` runs on another thread.
void while_locked(Database& database, const std::function<void()>& meanwhile) {
    std::latch is_locked(1);
    std::latch may_end(1);
    std::thread holder([&] {
        EXPECT_TRUE(database.transact(
            Access::kWrite,
            [&](Session& session) -> Result<void> {
                TRY(session.execute(kCountUp, {"a"}));
                is_locked.count_down();
                may_end.wait();
                return {};
            },
            Deadline::after(std::chrono::seconds(30))));
    });
    is_locked.wait();
    meanwhile();
    may_end.count_down();
    holder.join();
}

TEST_P(DatabaseTest, WaitsForALockUntilTheDeadlineOnly) {
    ASSERT_TRUE(write(kInsertCounter, {"a", std::int64_t{0}}));
    const auto other = scratch().open();
    while_locked(database(), [&] {
        const auto late = run(*other,
                              Access::kWrite,
                              kCountUp,
                              {"a"},
                              Deadline::after(std::chrono::milliseconds(100)));
        ASSERT_FALSE(late);
        EXPECT_EQ(late.error().code, ErrorCode::kDeadlineExceeded) << late.error().detail;
    });
    EXPECT_EQ(counter("a"), 1);
}

TEST_P(DatabaseTest, WaitsForAConnectionUntilTheDeadlineOnly) {
    ASSERT_TRUE(write(kInsertCounter, {"a", std::int64_t{0}}));
    const auto narrow = scratch().open(1);
    while_locked(*narrow, [&] {
        const auto late = run(*narrow,
                              Access::kWrite,
                              kCountUp,
                              {"a"},
                              Deadline::after(std::chrono::milliseconds(50)));
        ASSERT_FALSE(late);
        EXPECT_EQ(late.error().code, ErrorCode::kDeadlineExceeded) << late.error().detail;
    });
    EXPECT_TRUE(run(*narrow, Access::kWrite, kCountUp, {"a"}));
    EXPECT_EQ(counter("a"), 2);
}

using DatabaseDeathTest = DatabaseTest;
TEST_P(DatabaseDeathTest, ReadingAColumnThatIsNotThereIsOurBug) {
    ASSERT_TRUE(write(kInsertCounter, {"a", std::int64_t{1}}));
    const auto rows = read("SELECT id, n FROM counters", {});
    ASSERT_TRUE(rows);
    EXPECT_DEATH(static_cast<void>(rows->front().text("m")), "column m: is not in the answer");
    EXPECT_DEATH(static_cast<void>(rows->front().text("n")), "column n: is no text");
}

INSTANTIATE_TEST_SUITE_P(Engines, DatabaseTest, kEngines, engine_name);
INSTANTIATE_TEST_SUITE_P(Engines, DatabaseDeathTest, kEngines, engine_name);

}  // namespace
}  // namespace cpo::store
