#include "store/postgres_database.h"

#include <fmt/format.h>

#include "store/connection_pool.h"
#include "store/postgres_connection.h"
#include "store/transaction.h"

namespace cpo::store {
namespace {

using Pool = ConnectionPool<PostgresConnection>;

/// Endings are waited for even when the caller's time is up: their outcome matters.
constexpr std::chrono::milliseconds kEndMax{10'000};

class PostgresSession final : public GuardedSession {
public:
    PostgresSession(PostgresConnection& connection, Access access, Deadline deadline)
        : GuardedSession(access), connection_(&connection), deadline_(deadline) {}
    std::string_view skip_locked() const override { return " FOR UPDATE SKIP LOCKED"; }

private:
    Result<Rows> run(std::string_view sql, std::span<const Value> values) override {
        Rows rows;
        const auto keep = [&](const PGresult* result) { return add_rows(result, sql, rows); };
        TRY(connection_->execute(sql, values, deadline_, keep));
        return rows;
    }
    Result<void> run_visit(std::string_view sql,
                           std::span<const Value> values,
                           const Take& take) override {
        Rows rows;  // Of one part of the answer; the names of the columns stay.
        const auto pass_on = [&](const PGresult* result) -> Result<void> {
            rows.rows.clear();
            TRY(add_rows(result, sql, rows));
            for (const Row& row : rows) TRY(take(row));
            return {};
        };
        return connection_->execute(sql, values, deadline_, pass_on);
    }
    PostgresConnection* connection_;
    Deadline deadline_;
};

std::string begin_of(Access access, Deadline deadline) {
    // The server stops a statement by itself; 0 is "never".
    const auto limit =
        deadline.is_never()
            ? 0
            : std::max<std::int64_t>(deadline.remaining(std::chrono::hours(24)).count(), 1);
    return fmt::format(
        "BEGIN ISOLATION LEVEL {}; SET LOCAL statement_timeout = {}",
        access == Access::kWrite ? "READ COMMITTED READ WRITE" : "REPEATABLE READ READ ONLY",
        limit);
}

class PostgresDatabase final : public Database {
public:
    explicit PostgresDatabase(const PostgresConfig& config)
        : url_(config.url), pool_(static_cast<std::size_t>(std::max(config.connections_max, 1))) {}

    Engine engine() const override { return Engine::kPostgres; }

    Result<void> transact(Access access, const Work& work, Deadline deadline) override {
        return run_transaction([&] { return attempt(access, work, deadline); }, deadline);
    }

private:
    Result<void> attempt(Access access, const Work& work, Deadline deadline) {
        auto lease = TRY(pool_.take(deadline));
        if (!lease.connection) lease.connection = TRY(PostgresConnection::open(url_, deadline));
        auto outcome = run(*lease.connection, access, work, deadline);
        if (!outcome && !lease.connection->is_broken()) {
            const auto undone = lease.connection->command("ROLLBACK", Deadline::after(kEndMax));
            if (!undone) lease.connection.reset();
        }
        if (lease.connection && lease.connection->is_broken()) {
            lease.connection.reset();
            // The others have most likely lost the same server; not so when only this one's
            // answer was too large or too late.
            if (!outcome && outcome.error().code == ErrorCode::kUnavailable) pool_.drop_idle();
        }
        return outcome;
    }

    static Result<void> run(PostgresConnection& connection,
                            Access access,
                            const Work& work,
                            Deadline deadline) {
        TRY(connection.command(begin_of(access, deadline), deadline));
        PostgresSession session(connection, access, deadline);
        TRY(work(session));
        TRY(session.check_committable());
        const auto ended = connection.command("COMMIT", Deadline::after(kEndMax));
        if (!ended && access == Access::kWrite && connection.is_broken())
            return Error{ErrorCode::kDeadlineExceeded,
                         "The database was lost while it saved: look whether it happened.",
                         ended.error().detail};
        if (TRY(ended) != "COMMIT")
            return Error{ErrorCode::kInternal,
                         "The request could not be completed.",
                         "PostgreSQL rolled back instead of committing"};
        return {};
    }

    std::string url_;
    Pool pool_;
};

struct FreeOptions {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

}  // namespace

Result<std::unique_ptr<Database>> make_postgres_database(const PostgresConfig& config) {
    char* reason = nullptr;
    const std::unique_ptr<PQconninfoOption, FreeOptions> options(
        PQconninfoParse(config.url.c_str(), &reason));
    PQfreemem(reason);  // Not shown: it quotes parts of the URL, perhaps of the password.
    if (!options)
        return invalid_argument(
            "The PostgreSQL URL cannot be read. Write "
            "postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with special characters of the "
            "password percent-encoded.");
    return std::unique_ptr<Database>(std::make_unique<PostgresDatabase>(config));
}

}  // namespace cpo::store
