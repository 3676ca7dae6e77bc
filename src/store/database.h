#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"

namespace cpo::store {

/// Bytes of a BYTEA column; everything else that is text is UTF-8.
struct Bytes {
    std::string value;
    bool operator==(const Bytes&) const = default;
};

/// What is bound to $1, $2, ... and what a column gives back. Booleans are INTEGER 0 or 1, times
/// BIGINT milliseconds since 1970 (base/clock.h), JSON is TEXT.
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string, Bytes>;

/// One row of an answer. Reading a column that the statement does not select, or with another type
/// than it has, is our bug and asserts.
class Row {
public:
    Row(const std::vector<std::string>& columns, std::vector<Value> values)
        : columns_(&columns), values_(std::move(values)) {}
    const std::string& text(std::string_view column) const;
    std::int64_t integer(std::string_view column) const;
    double number(std::string_view column) const;
    const std::string& bytes(std::string_view column) const;
    bool is_null(std::string_view column) const;
    bool boolean(std::string_view column) const { return integer(column) != 0; }
    /// Empty when NULL.
    std::string text_or_empty(std::string_view column) const;
    std::optional<std::int64_t> optional_integer(std::string_view column) const;
    /// All of them, for the next row.
    std::vector<Value> take_values() && { return std::move(values_); }

private:
    const Value& at(std::string_view column) const;
    const std::vector<std::string>* columns_;  ///< Of the Rows that holds this row.
    std::vector<Value> values_;
};

/// The whole answer of one statement, in memory. Movable; a Row must not outlive it.
struct Rows {
    std::shared_ptr<const std::vector<std::string>> columns;  ///< Set when there are rows.
    std::vector<Row> rows;
    std::int64_t affected = 0;  ///< Rows changed by INSERT, UPDATE or DELETE.

    bool empty() const { return rows.empty(); }
    std::size_t size() const { return rows.size(); }
    const Row& front() const { return rows.front(); }
    auto begin() const { return rows.begin(); }
    auto end() const { return rows.end(); }
};
/// An answer with more rows is refused (kResourceExhausted): page through it by key.
inline constexpr std::size_t kRowsMax = 1'000'000;

/// Many rows on their way into a table.
struct NewRows {
    std::vector<Value> shared{};  ///< The first columns, the same for every row.
    std::size_t width = 0;        ///< Of the columns that follow.
    std::vector<Value> values{};  ///< [rows x width], row-major.
};

/// One transaction. Used by the thread that got it, until its work function returns.
class Session {
public:
    virtual ~Session() = default;
    /// Runs one statement; `sql` is a constant of ours, everything else is bound. Statements are
    /// prepared once per connection and kept. Errors: kAlreadyExists (unique), kFailedPrecondition
    /// (foreign key, check), kUnavailable (locked, connection lost: the transaction is retried),
    /// kDeadlineExceeded, kResourceExhausted (disk full, too many rows), kInvalidArgument (text
    /// with a NUL or not in UTF-8, a number that is NaN), kInternal. After an error no further
    /// statement runs and nothing is committed: to ask first, use ON CONFLICT or a SELECT.
    virtual Result<Rows> execute(std::string_view sql, std::span<const Value> values) = 0;
    Result<Rows> execute(std::string_view sql, std::initializer_list<Value> values = {}) {
        return execute(sql, std::span(values.begin(), values.size()));
    }
    using Take = std::function<Result<void>(const Row&)>;
    /// As execute, for an answer of any length that need not be kept: hands each row to `take`,
    /// which runs no statement; the row lives until it returns. Its error ends the statement.
    virtual Result<void> visit(std::string_view sql,
                               std::span<const Value> values,
                               const Take& take) = 0;
    Result<void> visit(std::string_view sql,
                       std::initializer_list<Value> values,
                       const Take& take) {
        return visit(sql, std::span(values.begin(), values.size()), take);
    }
    /// Appends " FOR UPDATE SKIP LOCKED" where the engine has row locks; empty on SQLite, whose
    /// writers are alone anyway. The engines differ in our SQL only here and in migrate.cpp.
    virtual std::string_view skip_locked() const = 0;
    /// Inserts many rows, as many a statement as the engine takes parameters: `head` is
    /// "INSERT INTO t (a, b)", `tail` such as "ON CONFLICT (a) DO NOTHING" or empty. Gives the
    /// number of rows inserted or updated. 100K rows of 6 columns in a table with two indexes take
    /// a quarter of a second on SQLite.
    Result<std::int64_t> insert(std::string_view head, NewRows rows, std::string_view tail = "");
    /// The same with nothing shared, for few rows. Every row has the same width.
    Result<std::int64_t> insert(std::string_view head,
                                const std::vector<std::vector<Value>>& rows,
                                std::string_view tail = "");
};

enum class Engine { kSqlite, kPostgres };
enum class Access {
    kRead,
    kReadOne,  ///< One statement, which is its own snapshot: SQLite then needs no BEGIN and COMMIT.
    kWrite,
};

/// A relational database: SQLite (one file, WAL) or PostgreSQL. All SQL of the product is in
/// store/, written once: $1 parameters, ON CONFLICT, RETURNING, BIGINT, TEXT, DOUBLE PRECISION,
/// BYTEA. Safe to call from many threads at once.
class Database {
public:
    virtual ~Database() = default;
    virtual Engine engine() const = 0;

    using Work = std::function<Result<void>(Session&)>;
    /// Runs `work` in one transaction: commits when it returns success, else rolls back and passes
    /// the error on. Reads see one snapshot; writes run one at a time on SQLite and READ COMMITTED
    /// on PostgreSQL, so a check and the change that depends on it are one statement or hold a row
    /// lock. On kUnavailable (deadlock, serialisation, lost connection before commit) `work` runs
    /// again, at most `kAttemptsMax` times with growing pauses, so it must have no effect but on
    /// the session. Blocks until a connection is free or the deadline has passed. A transaction
    /// inside a transaction of the same thread is refused (kInternal). kDeadlineExceeded also when
    /// the connection was lost during the commit, whose outcome is not known then. kInternal for a
    /// second statement with kReadOne.
    virtual Result<void> transact(Access access, const Work& work, Deadline deadline) = 0;
};
inline constexpr int kAttemptsMax = 5;

/// Runs `work` (Result<T>(Session&)) in a transaction and gives its value.
template <typename Work>
auto transact(Database& database, Access access, const Work& work, Deadline deadline)
    -> decltype(work(std::declval<Session&>())) {
    using Answer = decltype(work(std::declval<Session&>()));
    std::optional<Answer> answer;
    const auto done = database.transact(
        access,
        [&](Session& session) -> Result<void> {
            answer.emplace(work(session));
            if (!*answer) return answer->error();
            return {};
        },
        deadline);
    if (!done) return done.error();
    return *std::move(answer);
}

}  // namespace cpo::store
