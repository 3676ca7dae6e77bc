#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>

#include "store/database.h"

namespace cpo::store {

class SqliteCheckpointer;

/// One connection to a SQLite file with its prepared statements. Used by one thread at a time.
class SqliteConnection {
public:
    static Result<std::unique_ptr<SqliteConnection>> open(const std::filesystem::path& path,
                                                          Access access);
    ~SqliteConnection();
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;

    /// Statements are interrupted, and locks of other processes waited for, until then.
    void set_deadline(Deadline deadline);
    Result<Rows> execute(std::string_view sql, std::span<const Value> values);
    Result<void> visit(std::string_view sql,
                       std::span<const Value> values,
                       const Session::Take& take);
    /// After commits that leave a long log, `checkpointer`, which must outlive the connection, is
    /// woken; until then the commit moves the log itself, as SQLite does by default.
    void leave_log_to(SqliteCheckpointer& checkpointer);
    /// False after a failed statement that rolled everything back by itself.
    bool is_in_transaction() const { return sqlite3_get_autocommit(database_) == 0; }

private:
    SqliteConnection() = default;
    Result<void> configure(Access access);
    struct Statement {
        sqlite3_stmt* handle;
        std::shared_ptr<const std::vector<std::string>> columns;
    };
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    /// Valid until the next call.
    Result<Statement*> prepare(std::string_view sql);
    Result<void> bind_all(sqlite3_stmt* statement,
                          std::string_view sql,
                          std::span<const Value> values) const;
    /// The first step, after which the names of the columns are right.
    static int step_first(Statement& statement);
    Error error(std::string_view sql) const;
    void forget_statements();

    sqlite3* database_ = nullptr;
    std::unordered_map<std::string, Statement, TextHash, std::equal_to<>> statements_;
    Deadline deadline_ = Deadline::never();
};

}  // namespace cpo::store
