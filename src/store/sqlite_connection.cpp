#include "store/sqlite_connection.h"

#include <fmt/format.h>

#include "base/overloaded.h"
#include "store/sqlite_checkpointer.h"
#include "store/sqlite_error.h"

namespace cpo::store {
namespace {

constexpr std::size_t kStatementsMax = 512;
/// Virtual-machine steps between two looks at the deadline: well below a millisecond.
constexpr int kStepsBetweenLooks = 10'000;
/// How long a lock of another process is waited for when there is no deadline.
constexpr std::chrono::milliseconds kLockWaitMax{60'000};

/// Our $1 is a name to SQLite, found by a search; its numbered form is ?1.
std::string with_numbered_parameters(std::string_view sql) {
    std::string numbered(sql);
    bool is_quoted = false;
    for (std::size_t i = 0; i + 1 < numbered.size(); ++i) {
        if (numbered[i] == '\'') is_quoted = !is_quoted;
        const bool is_digit = numbered[i + 1] >= '0' && numbered[i + 1] <= '9';
        if (!is_quoted && numbered[i] == '$' && is_digit) numbered[i] = '?';
    }
    return numbered;
}

int bind(sqlite3_stmt* statement, int number, const Value& value) {
    // The values outlive the statement's run, so SQLite need not copy them (SQLITE_STATIC).
    return std::visit(
        Overloaded{
            [&](std::nullptr_t) { return sqlite3_bind_null(statement, number); },
            [&](std::int64_t whole) { return sqlite3_bind_int64(statement, number, whole); },
            [&](double real) { return sqlite3_bind_double(statement, number, real); },
            [&](const std::string& text) {
                return sqlite3_bind_text64(
                    statement, number, text.data(), text.size(), nullptr, SQLITE_UTF8);
            },
            [&](const Bytes& bytes) {
                return sqlite3_bind_blob64(
                    statement, number, bytes.value.data(), bytes.value.size(), nullptr);
            },
        },
        value);
}

/// The text of a value of the row before is written over, which needs no memory.
void read_column(sqlite3_stmt* statement, int column, Value& value) {
    const auto size = [&] {
        return static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    };
    switch (sqlite3_column_type(statement, column)) {
        case SQLITE_INTEGER:
            value = std::int64_t{sqlite3_column_int64(statement, column)};
            return;
        case SQLITE_FLOAT:
            value = sqlite3_column_double(statement, column);
            return;
        case SQLITE_TEXT: {
            const auto* text =
                reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
            if (auto* held = std::get_if<std::string>(&value))
                held->assign(text, size());
            else
                value = std::string(text, size());
            return;
        }
        case SQLITE_BLOB: {
            const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
            value = Bytes{bytes == nullptr ? std::string() : std::string(bytes, size())};
            return;
        }
        default:
            value = nullptr;
    }
}

void read_columns(sqlite3_stmt* statement, std::vector<Value>& row) {
    for (std::size_t i = 0; i < row.size(); ++i)
        read_column(statement, static_cast<int>(i), row[i]);
}

std::shared_ptr<const std::vector<std::string>> names_of(sqlite3_stmt* statement) {
    const int width = sqlite3_column_count(statement);
    std::vector<std::string> names;
    names.reserve(static_cast<std::size_t>(width));
    for (int i = 0; i < width; ++i) names.emplace_back(sqlite3_column_name(statement, i));
    return std::make_shared<const std::vector<std::string>>(std::move(names));
}

/// Ends one run of a kept statement.
class Run {
public:
    explicit Run(sqlite3_stmt* statement) : statement_(statement) {}
    ~Run() {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

private:
    sqlite3_stmt* statement_;
};

}  // namespace

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::filesystem::path& path,
                                                                 Access access) {
    std::unique_ptr<SqliteConnection> connection(new SqliteConnection);
    const int code = sqlite3_open_v2(
        path.c_str(), &connection->database_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code != SQLITE_OK) return sqlite_error(code, sqlite3_errstr(code), "open " + path.string());
    TRY(connection->configure(access));
    return connection;
}

SqliteConnection::~SqliteConnection() {
    forget_statements();
    sqlite3_close(database_);
}

Result<void> SqliteConnection::configure(Access access) {
    sqlite3_extended_result_codes(database_, 1);
    // "x" is a column, never a text: as on PostgreSQL.
    sqlite3_db_config(database_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(database_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_db_config(database_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_progress_handler(
        database_,
        kStepsBetweenLooks,
        [](void* self) {
            return static_cast<SqliteConnection*>(self)->deadline_.has_passed() ? 1 : 0;
        },
        this);
    set_deadline(Deadline::never());
    // Of a new file; one that is there keeps its own.
    TRY(execute("PRAGMA page_size=8192", {}));
    const Rows mode = TRY(execute("PRAGMA journal_mode=WAL", {}));
    if (mode.empty() || mode.front().text("journal_mode") != "wal")
        return invalid_argument(
            "The file system of the database cannot share memory (WAL): put the file on a local "
            "disk.");
    for (const char* pragma :
         {"PRAGMA synchronous=FULL",
          "PRAGMA foreign_keys=ON",
          "PRAGMA trusted_schema=OFF",
          "PRAGMA temp_store=MEMORY",
          "PRAGMA journal_size_limit=67108864",
          // Of the one writer: pages that do not fit are written twice.
          access == Access::kWrite ? "PRAGMA cache_size=-65536" : "PRAGMA cache_size=-16384"})
        TRY(execute(pragma, {}));
    if (access != Access::kWrite) TRY(execute("PRAGMA query_only=ON", {}));
    return {};
}

void SqliteConnection::set_deadline(Deadline deadline) {
    deadline_ = deadline;
    sqlite3_busy_timeout(database_, static_cast<int>(deadline.remaining(kLockWaitMax).count()));
}

void SqliteConnection::leave_log_to(SqliteCheckpointer& checkpointer) {
    const auto after_commit = [](void* waked, sqlite3* database, const char* schema, int pages) {
        if (pages >= kLogPagesMax)
            sqlite3_wal_checkpoint_v2(
                database, schema, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
        else if (pages >= kLogPagesKept)
            static_cast<SqliteCheckpointer*>(waked)->wake();
        return SQLITE_OK;
    };
    sqlite3_wal_hook(database_, after_commit, &checkpointer);
}

Result<SqliteConnection::Statement*> SqliteConnection::prepare(std::string_view sql) {
    const auto found = statements_.find(sql);
    if (found != statements_.end()) return &found->second;
    if (statements_.size() >= kStatementsMax) forget_statements();
    const std::string numbered = with_numbered_parameters(sql);
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(database_,
                                        numbered.data(),
                                        static_cast<int>(numbered.size()),
                                        SQLITE_PREPARE_PERSISTENT,
                                        &statement,
                                        nullptr);
    if (code != SQLITE_OK) return error(sql);
    return &statements_.emplace(sql, Statement{statement, names_of(statement)}).first->second;
}

Result<void> SqliteConnection::bind_all(sqlite3_stmt* statement,
                                        std::string_view sql,
                                        std::span<const Value> values) const {
    if (static_cast<std::size_t>(sqlite3_bind_parameter_count(statement)) != values.size())
        return sqlite_error(SQLITE_MISUSE, "number of values", sql);
    for (std::size_t i = 0; i < values.size(); ++i)
        if (bind(statement, static_cast<int>(i) + 1, values[i]) != SQLITE_OK) return error(sql);
    return {};
}

int SqliteConnection::step_first(Statement& statement) {
    const int code = sqlite3_step(statement.handle);
    // SQLite prepares it anew where another connection changed the schema: "SELECT *" may differ.
    if (sqlite3_stmt_status(statement.handle, SQLITE_STMTSTATUS_REPREPARE, 1) > 0)
        statement.columns = names_of(statement.handle);
    return code;
}

Result<Rows> SqliteConnection::execute(std::string_view sql, std::span<const Value> values) {
    Statement& kept = *TRY(prepare(sql));
    sqlite3_stmt* statement = kept.handle;
    const Run run(statement);
    TRY(bind_all(statement, sql, values));
    Rows rows;
    int code = step_first(kept);
    rows.columns = kept.columns;
    for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
        if (rows.rows.size() >= kRowsMax)
            return sqlite_error(SQLITE_TOOBIG, "the answer has too many rows", sql);
        std::vector<Value> row(kept.columns->size());
        read_columns(statement, row);
        rows.rows.emplace_back(*rows.columns, std::move(row));
    }
    if (code != SQLITE_DONE) return error(sql);
    if (sqlite3_stmt_readonly(statement) == 0) rows.affected = sqlite3_changes64(database_);
    return rows;
}

Result<void> SqliteConnection::visit(std::string_view sql,
                                     std::span<const Value> values,
                                     const Session::Take& take) {
    Statement& kept = *TRY(prepare(sql));
    const Run run(kept.handle);
    TRY(bind_all(kept.handle, sql, values));
    int code = step_first(kept);
    std::vector<Value> columns(kept.columns->size());
    for (; code == SQLITE_ROW; code = sqlite3_step(kept.handle)) {
        read_columns(kept.handle, columns);
        Row row(*kept.columns, std::move(columns));
        TRY(take(row));
        columns = std::move(row).take_values();
    }
    if (code != SQLITE_DONE) return error(sql);
    return {};
}

Error SqliteConnection::error(std::string_view sql) const {
    return sqlite_error(sqlite3_extended_errcode(database_), sqlite3_errmsg(database_), sql);
}

void SqliteConnection::forget_statements() {
    for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement.handle);
    statements_.clear();
}

}  // namespace cpo::store
