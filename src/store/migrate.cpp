#include "store/migrate.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/clock.h"
#include "base/digest.h"

namespace cpo::store {
namespace {

constexpr std::chrono::minutes kTimeMax{10};

constexpr std::string_view kCreateTable =
    "CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, "
    "name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at BIGINT NOT NULL)";
constexpr std::string_view kSelectApplied =
    "SELECT number, name, sha256 FROM schema_migrations ORDER BY number";
constexpr std::string_view kInsertApplied =
    "INSERT INTO schema_migrations (number, name, sha256, applied_at) VALUES ($1, $2, $3, $4)";
/// Any number will do, as long as every version of the program takes the same.
constexpr std::string_view kLockPostgres = "SELECT pg_advisory_xact_lock(7021202611)";
constexpr std::string_view kFindTableSqlite =
    "SELECT COUNT(*) AS found FROM sqlite_master WHERE type = 'table' AND "
    "name = 'schema_migrations'";
constexpr std::string_view kFindTablePostgres =
    "SELECT COUNT(*) AS found FROM information_schema.tables WHERE "
    "table_schema = current_schema() AND table_name = 'schema_migrations'";

/// Where the comment that starts at `from` ends, or where the quoted text does; else `from`.
std::size_t end_of_quoted(std::string_view sql, std::size_t from) {
    const auto end = [&](std::size_t found) {
        return found == std::string_view::npos ? sql.size() : found + 1;
    };
    if (sql.substr(from, 2) == "--") return end(sql.find('\n', from));
    if (sql[from] == '\'' || sql[from] == '"') return end(sql.find(sql[from], from + 1));
    return from;
}

/// The statements of a file. A ';' in a comment or between quotes ends none.
std::vector<std::string> statements_of(std::string_view sql) {
    std::vector<std::string> statements;
    std::string statement;
    std::size_t i = 0;
    while (i < sql.size()) {
        const std::size_t quoted = end_of_quoted(sql, i);
        if (quoted > i) {
            if (sql[i] != '-') statement += sql.substr(i, quoted - i);
            i = quoted;
        } else if (sql[i] == ';') {
            statements.push_back(std::move(statement));
            statement.clear();
            ++i;
        } else {
            statement += sql[i++];
        }
    }
    statements.push_back(std::move(statement));
    std::erase_if(statements, [](const std::string& text) {
        return text.find_first_not_of(" \t\r\n") == std::string::npos;
    });
    return statements;
}

Error refusal(const std::string& message) { return {ErrorCode::kFailedPrecondition, message, {}}; }

/// The migrations of `known` that are not in the table yet.
Result<std::vector<const Migration*>> missing(Session& session, std::span<const Migration> known) {
    std::vector<const Migration*> found;
    for (const Migration& migration : known) found.push_back(&migration);
    const Rows applied = TRY(session.execute(kSelectApplied));
    for (const Row& row : applied) {
        const auto number = row.integer("number");
        const auto ours = std::find_if(found.begin(), found.end(), [&](const Migration* candidate) {
            return candidate->number == number;
        });
        if (ours == found.end())
            return refusal(
                fmt::format("The database has migration {} ({}), which this program does not "
                            "know: it is newer than the program. Run the newer version.",
                            number,
                            row.text("name")));
        if (sha256_hex((*ours)->sql) != row.text("sha256"))
            return refusal(
                fmt::format("Migration {} ({}) was applied to the database with another text than "
                            "this program has. Run the version that applied it, or restore a "
                            "backup.",
                            number,
                            row.text("name")));
        found.erase(ours);
    }
    return found;
}

Result<void> apply(Session& session, const Migration& migration) {
    for (const std::string& statement : statements_of(migration.sql)) {
        auto done = session.execute(statement);
        if (!done) {
            Error error = std::move(done).error();
            error.detail = fmt::format(
                "migration {} ({}): {}", migration.number, migration.name, error.detail);
            return error;
        }
    }
    const auto now = system_clock().now().time_since_epoch().count();
    TRY(session.execute(
        kInsertApplied,
        {std::int64_t{migration.number}, migration.name, sha256_hex(migration.sql), now}));
    return {};
}

/// Applies the oldest missing migration; false when there was none.
Result<bool> apply_next(Database& database, std::span<const Migration> known, Deadline deadline) {
    return transact(
        database,
        Access::kWrite,
        [&](Session& session) -> Result<bool> {
            // SQLite has one writer anyway.
            if (database.engine() == Engine::kPostgres) TRY(session.execute(kLockPostgres));
            TRY(session.execute(kCreateTable));
            const auto found = TRY(missing(session, known));
            if (found.empty()) return false;
            TRY(apply(session, *found.front()));
            return true;
        },
        deadline);
}

}  // namespace

Result<int> migrate(Database& database, std::span<const Migration> known) {
    const auto deadline = Deadline::after(kTimeMax);
    for (std::size_t applied = 0; applied <= known.size(); ++applied)
        if (!TRY(apply_next(database, known, deadline))) return static_cast<int>(applied);
    return static_cast<int>(known.size());
}

Result<int> pending(Database& database, Deadline deadline, std::span<const Migration> known) {
    return transact(
        database,
        Access::kRead,
        [&](Session& session) -> Result<int> {
            const bool is_sqlite = database.engine() == Engine::kSqlite;
            const Rows table =
                TRY(session.execute(is_sqlite ? kFindTableSqlite : kFindTablePostgres));
            if (table.front().integer("found") == 0) return static_cast<int>(known.size());
            return static_cast<int>(TRY(missing(session, known)).size());
        },
        deadline);
}

}  // namespace cpo::store
