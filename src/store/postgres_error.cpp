#include "store/postgres_error.h"

#include <fmt/format.h>

#include "store/database_error.h"

namespace cpo::store {

ErrorCode postgres_error_code(std::string_view sqlstate) {
    if (sqlstate.empty() || sqlstate.starts_with("08")) return ErrorCode::kUnavailable;
    if (sqlstate == "23505") return ErrorCode::kAlreadyExists;  // unique_violation
    if (sqlstate == "23503" || sqlstate == "23514" || sqlstate == "23001")
        return ErrorCode::kFailedPrecondition;  // foreign_key, check, restrict violation
    if (sqlstate == "40001" || sqlstate == "40P01" || sqlstate == "55P03")
        return ErrorCode::kUnavailable;  // serialization_failure, deadlock, lock_not_available
    if (sqlstate == "57014") return ErrorCode::kDeadlineExceeded;  // statement_timeout
    if (sqlstate.starts_with("57P") || sqlstate == "53300")
        return ErrorCode::kUnavailable;  // shutdown, starting up, too_many_connections
    if (sqlstate.starts_with("53") || sqlstate.starts_with("54"))
        return ErrorCode::kResourceExhausted;  // disk full, out of memory, program limits
    if (sqlstate == "22021" || sqlstate == "22P05")
        return ErrorCode::kInvalidArgument;  // text that is not UTF-8
    return ErrorCode::kInternal;
}

Error postgres_error(std::string_view sqlstate, std::string_view reason, std::string_view sql) {
    const ErrorCode code = postgres_error_code(sqlstate);
    while (!reason.empty() && reason.back() == '\n') reason.remove_suffix(1);
    return {code,
            message_of_failure(code),
            fmt::format("PostgreSQL {}: {} in: {}",
                        sqlstate.empty() ? "connection" : sqlstate,
                        reason,
                        start_of(sql))};
}

}  // namespace cpo::store
