#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>

#include "store/database.h"

namespace cpo::store {

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
    /// False after a failed statement that rolled everything back by itself.
    bool is_in_transaction() const { return sqlite3_get_autocommit(database_) == 0; }

private:
    SqliteConnection() = default;
    Result<void> configure(Access access);
    Result<sqlite3_stmt*> prepare(std::string_view sql);
    Error error(std::string_view sql) const;
    void forget_statements();

    sqlite3* database_ = nullptr;
    std::unordered_map<std::string, sqlite3_stmt*> statements_;
    Deadline deadline_ = Deadline::never();
};

}  // namespace cpo::store
