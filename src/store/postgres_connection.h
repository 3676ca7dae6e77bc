#pragma once

#include <libpq-fe.h>

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/database.h"

namespace cpo::store {

/// One connection to PostgreSQL with its prepared statements. Used by one thread at a time; never
/// blocks past a deadline.
class PostgresConnection {
public:
    /// Errors: kUnavailable (refused, unknown host, no answer in time, wrong password),
    /// kFailedPrecondition (the database is not in UTF-8).
    static Result<std::unique_ptr<PostgresConnection>> open(const std::string& url,
                                                            Deadline deadline);
    ~PostgresConnection() { PQfinish(connection_); }
    PostgresConnection(const PostgresConnection&) = delete;
    PostgresConnection& operator=(const PostgresConnection&) = delete;

    /// Statements without values and answer, several with ';' between them. Gives the status of
    /// the last: "BEGIN", "COMMIT", "ROLLBACK", "SET".
    Result<std::string> command(const std::string& sql, Deadline deadline);
    using Part = std::function<Result<void>(const PGresult*)>;
    /// Hands the answer to `take` row by row; its error ends the statement.
    Result<void> execute(std::string_view sql,
                         std::span<const Value> values,
                         Deadline deadline,
                         const Part& take);
    /// True after the connection was lost or an answer did not come in time: close it.
    bool is_broken() const { return is_broken_ || PQstatus(connection_) != CONNECTION_OK; }

private:
    struct Prepared {
        std::string name;
        std::vector<Oid> types;
    };
    struct ClearResult {
        void operator()(PGresult* result) const { PQclear(result); }
    };
    using ResultPointer = std::unique_ptr<PGresult, ClearResult>;

    PostgresConnection() = default;
    Result<void> connect(const std::string& url, Deadline deadline);
    Result<std::string> prepare(std::string_view sql,
                                const std::vector<Oid>& types,
                                Deadline deadline);
    /// Waits until the socket can be read, or also written; false when the time is up.
    bool wait(bool is_writing, Deadline deadline) const;
    Result<void> flush(Deadline deadline);
    /// The next part of the answer; null at its end.
    Result<ResultPointer> next_result(std::string_view sql, Deadline deadline);
    /// Reads the rest of an answer, so that the connection can take the next statement.
    Result<void> finish_answer(std::string_view sql, Deadline deadline);
    Error lost(std::string_view sql);
    Error out_of_time(std::string_view sql);

    PGconn* connection_ = nullptr;
    bool is_broken_ = false;
    std::unordered_map<std::string, std::vector<Prepared>> statements_;
    std::size_t statement_count_ = 0;
    std::size_t next_name_ = 0;
};

/// Adds what a part of an answer holds. Errors: those of the statement; kResourceExhausted beyond
/// kRowsMax.
Result<void> add_rows(const PGresult* result, std::string_view sql, Rows& rows);

}  // namespace cpo::store
