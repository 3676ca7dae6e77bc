#include "store/postgres_connection.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "store/database_error.h"
#include "store/postgres_error.h"
#include "store/postgres_value.h"

namespace cpo::store {
namespace {

constexpr std::size_t kStatementsMax = 512;
constexpr std::chrono::milliseconds kConnectMax{10'000};
/// The server stops a statement at the deadline by itself; only its answer is waited for then.
constexpr std::chrono::milliseconds kAnswerGrace{1'000};
/// Short, because nothing wakes the wait when a deadline is called off.
constexpr std::chrono::milliseconds kPollSlice{200};
constexpr std::string_view kConnecting = "connect";

/// An operator's own settings must not change what our SQL means.
constexpr const char* kSettings =
    "SET bytea_output = 'hex'; SET extra_float_digits = 1; SET standard_conforming_strings = on; "
    "SET idle_in_transaction_session_timeout = '5min'";

/// A NULL's type is not known; it goes with any.
bool fits(const std::vector<Oid>& prepared, const std::vector<Oid>& wanted) {
    return std::equal(
        prepared.begin(), prepared.end(), wanted.begin(), wanted.end(), [](Oid a, Oid b) {
            return a == b || a == 0 || b == 0;
        });
}

Deadline with_grace(Deadline deadline) { return deadline.later_by(kAnswerGrace); }

std::string_view field(const PGresult* result, int code) {
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? std::string_view() : std::string_view(text);
}

}  // namespace

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::open(const std::string& url,
                                                                     Deadline deadline) {
    std::unique_ptr<PostgresConnection> connection(new PostgresConnection);
    const auto limit = deadline.at_most(kConnectMax);
    TRY(connection->connect(url, limit));
    const char* encoding = PQparameterStatus(connection->connection_, "server_encoding");
    if (encoding == nullptr || std::string_view(encoding) != "UTF8")
        return Error{ErrorCode::kFailedPrecondition,
                     "The PostgreSQL database is not in UTF-8; create one with ENCODING 'UTF8'.",
                     {}};
    TRY(connection->command(kSettings, limit));
    return connection;
}

Result<void> PostgresConnection::connect(const std::string& url, Deadline deadline) {
    // Later keywords win: the URL may set the first ones, not the last.
    const std::array<const char*, 6> keywords{"fallback_application_name",
                                              "keepalives_idle",
                                              "tcp_user_timeout",
                                              "dbname",
                                              "client_encoding",
                                              nullptr};
    const std::array<const char*, 6> values{"cpo", "30", "60000", url.c_str(), "UTF8", nullptr};
    connection_ = PQconnectStartParams(keywords.data(), values.data(), 1);
    if (connection_ == nullptr)
        return Error{ErrorCode::kResourceExhausted,
                     message_of_failure(ErrorCode::kResourceExhausted),
                     "no memory for a connection"};
    PQsetNoticeReceiver(
        connection_, [](void*, const PGresult*) {}, nullptr);
    if (PQstatus(connection_) == CONNECTION_BAD) return lost(kConnecting);
    auto progress = PGRES_POLLING_WRITING;
    while (progress != PGRES_POLLING_OK) {
        if (!wait(progress == PGRES_POLLING_WRITING, deadline))
            return postgres_error("", "no answer in time", kConnecting);
        progress = PQconnectPoll(connection_);
        if (progress == PGRES_POLLING_FAILED) return lost(kConnecting);
    }
    PQsetnonblocking(connection_, 1);
    return {};
}

bool PostgresConnection::wait(bool is_writing, Deadline deadline) const {
    while (true) {
        pollfd socket{PQsocket(connection_), POLLIN, 0};
        if (is_writing) socket.events = static_cast<short>(POLLIN | POLLOUT);
        const auto slice = deadline.remaining(kPollSlice);
        const int ready = poll(&socket, 1, static_cast<int>(slice.count()));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return true;  // libpq will report what is wrong.
        if (deadline.has_passed()) return false;
    }
}

Result<void> PostgresConnection::flush(Deadline deadline) {
    int left = 0;
    while ((left = PQflush(connection_)) == 1) {
        if (!wait(true, deadline)) return out_of_time("flush");
        // A server that answers while it is sent to must be read, or both wait for ever.
        if (PQconsumeInput(connection_) == 0) return lost("flush");
    }
    if (left < 0) return lost("flush");
    return {};
}

Result<PostgresConnection::ResultPointer> PostgresConnection::next_result(std::string_view sql,
                                                                          Deadline deadline) {
    while (PQisBusy(connection_) != 0) {
        if (!wait(false, deadline)) return out_of_time(sql);
        if (PQconsumeInput(connection_) == 0) return lost(sql);
    }
    return ResultPointer(PQgetResult(connection_));
}

Result<void> PostgresConnection::finish_answer(std::string_view sql, Deadline deadline) {
    while (true) {
        const auto result = TRY(next_result(sql, deadline));
        if (!result) return {};
    }
}

Result<std::string> PostgresConnection::command(const std::string& sql, Deadline deadline) {
    const Deadline limit = with_grace(deadline);
    if (PQsendQuery(connection_, sql.c_str()) == 0) return lost(sql);
    TRY(flush(limit));
    std::string status;
    while (true) {
        const auto result = TRY(next_result(sql, limit));
        if (!result) return status;
        if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR) {
            const Error error = postgres_error(field(result.get(), PG_DIAG_SQLSTATE),
                                               field(result.get(), PG_DIAG_MESSAGE_PRIMARY),
                                               sql);
            TRY(finish_answer(sql, limit));
            return error;
        }
        status = PQcmdStatus(result.get());
    }
}

Result<std::string> PostgresConnection::prepare(std::string_view sql,
                                                const std::vector<Oid>& types,
                                                Deadline deadline) {
    std::vector<Prepared>& known = statements_[std::string(sql)];
    const auto found = std::find_if(known.begin(), known.end(), [&](const Prepared& prepared) {
        return fits(prepared.types, types);
    });
    if (found != known.end()) return found->name;
    if (statement_count_ >= kStatementsMax) {
        statements_.clear();
        statement_count_ = 0;
        TRY(command("DEALLOCATE ALL", deadline));
    }
    const std::string name = fmt::format("s{}", ++next_name_);
    const std::string text(sql);
    const Deadline limit = with_grace(deadline);
    if (PQsendPrepare(connection_,
                      name.c_str(),
                      text.c_str(),
                      static_cast<int>(types.size()),
                      types.data()) == 0)
        return lost(sql);
    TRY(flush(limit));
    const auto result = TRY(next_result(sql, limit));
    TRY(finish_answer(sql, limit));
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
        return postgres_error(field(result.get(), PG_DIAG_SQLSTATE),
                              field(result.get(), PG_DIAG_MESSAGE_PRIMARY),
                              sql);
    statements_[text].push_back({name, types});
    ++statement_count_;
    return name;
}

Result<void> PostgresConnection::execute(std::string_view sql,
                                         std::span<const Value> values,
                                         Deadline deadline,
                                         const Part& take) {
    const PostgresParameters parameters(values);
    const std::string name = TRY(prepare(sql, parameters.types, deadline));
    const Deadline limit = with_grace(deadline);
    if (PQsendQueryPrepared(connection_,
                            name.c_str(),
                            static_cast<int>(values.size()),
                            parameters.texts.data(),
                            parameters.lengths.data(),
                            parameters.formats.data(),
                            0) == 0)
        return lost(sql);
    // Row by row, so that an answer without end is noticed before it fills the memory.
    PQsetSingleRowMode(connection_);
    TRY(flush(limit));
    while (true) {
        const auto result = TRY(next_result(sql, limit));
        if (!result) return {};
        const auto taken = take(result.get());
        if (!taken) {
            if (taken.error().code == ErrorCode::kResourceExhausted)
                is_broken_ = true;
            else
                TRY(finish_answer(sql, limit));
            return taken.error();
        }
    }
}

Result<void> add_rows(const PGresult* result, std::string_view sql, Rows& rows) {
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_SINGLE_TUPLE && status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        return postgres_error(
            field(result, PG_DIAG_SQLSTATE), field(result, PG_DIAG_MESSAGE_PRIMARY), sql);
    const int width = PQnfields(result);
    if (!rows.columns) {
        std::vector<std::string> names;
        names.reserve(static_cast<std::size_t>(width));
        for (int column = 0; column < width; ++column) names.emplace_back(PQfname(result, column));
        rows.columns = std::make_shared<const std::vector<std::string>>(std::move(names));
    }
    for (int row = 0; row < PQntuples(result); ++row) {
        if (rows.rows.size() >= kRowsMax)
            return postgres_error("54000", "the answer has too many rows", sql);
        std::vector<Value> values;
        values.reserve(static_cast<std::size_t>(width));
        for (int column = 0; column < width; ++column)
            values.push_back(TRY(postgres_value(result, row, column)));
        rows.rows.emplace_back(*rows.columns, std::move(values));
    }
    const std::string_view tag = PQcmdStatus(const_cast<PGresult*>(result));
    if (status != PGRES_SINGLE_TUPLE && !tag.starts_with("SELECT"))
        rows.affected = std::strtoll(PQcmdTuples(const_cast<PGresult*>(result)), nullptr, 10);
    return {};
}

Error PostgresConnection::lost(std::string_view sql) {
    is_broken_ = true;
    return postgres_error("", PQerrorMessage(connection_), sql);
}

Error PostgresConnection::out_of_time(std::string_view sql) {
    is_broken_ = true;
    return postgres_error("57014", "no answer in time", sql);
}

}  // namespace cpo::store
