#include "store/sqlite_database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <system_error>

#include "store/connection_pool.h"
#include "store/sqlite_checkpointer.h"
#include "store/sqlite_connection.h"
#include "store/transaction.h"

namespace cpo::store {
namespace {

namespace fs = std::filesystem;
using Pool = ConnectionPool<SqliteConnection>;

class SqliteSession final : public GuardedSession {
public:
    SqliteSession(SqliteConnection& connection, Access access)
        : GuardedSession(access), connection_(&connection) {}
    std::string_view skip_locked() const override { return ""; }

private:
    Result<Rows> run(std::string_view sql, std::span<const Value> values) override {
        return connection_->execute(sql, values);
    }
    Result<void> run_visit(std::string_view sql,
                           std::span<const Value> values,
                           const Take& take) override {
        return connection_->visit(sql, values, take);
    }
    SqliteConnection* connection_;
};

/// Readers share the file with one writer; every thread that wants to write waits for the one
/// writer connection here instead of polling SQLite's lock.
class SqliteDatabase final : public Database {
public:
    explicit SqliteDatabase(const SqliteConfig& config)
        : path_(config.path),
          checkpointer_(path_),
          writers_(1),
          readers_(static_cast<std::size_t>(std::max(config.readers, 1))) {}

    Engine engine() const override { return Engine::kSqlite; }

    Result<void> transact(Access access, const Work& work, Deadline deadline) override {
        return run_transaction([&] { return attempt(access, work, deadline); }, deadline);
    }

    Result<void> open() {
        auto lease = TRY(writers_.take(Deadline::never()));
        TRY(open_for(lease, Access::kWrite));
        return {};
    }

private:
    Result<void> attempt(Access access, const Work& work, Deadline deadline) {
        auto lease = TRY((access == Access::kWrite ? writers_ : readers_).take(deadline));
        if (!lease.connection) TRY(open_for(lease, access));
        SqliteConnection& connection = *lease.connection;
        connection.set_deadline(deadline);
        const bool is_one = access == Access::kReadOne;
        const auto begun = is_one ? Result<void>() : begin(connection, access);
        if (!begun) return out_of_time_or(begun.error(), deadline);
        SqliteSession session(connection, access);
        auto outcome = work(session);
        if (outcome) outcome = session.check_committable();
        if (outcome && !is_one) outcome = commit(connection);
        if (!outcome) roll_back(lease);
        return outcome;
    }

    Result<void> open_for(Pool::Lease& lease, Access access) {
        lease.connection = TRY(SqliteConnection::open(path_, access));
        if (access == Access::kWrite) lease.connection->leave_log_to(checkpointer_);
        return {};
    }

    static Result<void> begin(SqliteConnection& connection, Access access) {
        TRY(connection.execute(access == Access::kWrite ? "BEGIN IMMEDIATE" : "BEGIN", {}));
        return {};
    }

    static Result<void> commit(SqliteConnection& connection) {
        // A commit is short, and interrupting it would make its outcome unknown.
        connection.set_deadline(Deadline::never());
        TRY(connection.execute("COMMIT", {}));
        return {};
    }

    static void roll_back(Pool::Lease& lease) {
        lease.connection->set_deadline(Deadline::never());
        if (lease.connection->is_in_transaction() && !lease.connection->execute("ROLLBACK", {}))
            lease.connection.reset();
    }

    /// A lock that was waited for until the deadline is a missed deadline.
    static Error out_of_time_or(const Error& error, Deadline deadline) {
        // SQLite waits in whole milliseconds: with less than one left, the time is up.
        const bool is_time_left =
            deadline.remaining(std::chrono::milliseconds(1)) > std::chrono::milliseconds(0);
        if (error.code != ErrorCode::kUnavailable || is_time_left) return error;
        return {ErrorCode::kDeadlineExceeded,
                "The database was busy until the time was up; try again.",
                error.detail};
    }

    fs::path path_;
    SqliteCheckpointer checkpointer_;  ///< Outlives the writer, which wakes it.
    Pool writers_;
    Pool readers_;
};

/// SQLite gives its -wal and -shm files the mode of the main file, so that is made first.
Result<void> make_file(const fs::path& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return invalid_argument(
            fmt::format("{} cannot be opened for writing: {}. Name a file in a folder that exists.",
                        path.string(),
                        std::generic_category().message(errno)));
    ::close(file);
    return {};
}

}  // namespace

Result<std::unique_ptr<Database>> make_sqlite_database(const SqliteConfig& config) {
    TRY(make_file(config.path));
    auto database = std::make_unique<SqliteDatabase>(config);
    const auto opened = database->open();
    if (!opened && opened.error().code == ErrorCode::kInternal)
        return Error{ErrorCode::kInvalidArgument,
                     fmt::format("{} is not a usable database file.", config.path.string()),
                     opened.error().detail};
    TRY(opened);
    return std::unique_ptr<Database>(std::move(database));
}

}  // namespace cpo::store
