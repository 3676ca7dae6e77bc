#include "store/sqlite_error.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "store/database_error.h"

namespace cpo::store {

ErrorCode sqlite_error_code(int extended_code) {
    switch (extended_code) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID:
            return ErrorCode::kAlreadyExists;
        case SQLITE_CONSTRAINT_FOREIGNKEY:
        case SQLITE_CONSTRAINT_CHECK:
            return ErrorCode::kFailedPrecondition;
        default:
            break;
    }
    switch (extended_code & 0xFF) {  // The primary code is the low byte.
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return ErrorCode::kUnavailable;
        case SQLITE_INTERRUPT:  // Only our deadline interrupts.
            return ErrorCode::kDeadlineExceeded;
        case SQLITE_FULL:
        case SQLITE_NOMEM:
        case SQLITE_TOOBIG:
            return ErrorCode::kResourceExhausted;
        default:
            return ErrorCode::kInternal;
    }
}

Error sqlite_error(int extended_code, std::string_view reason, std::string_view sql) {
    const ErrorCode code = sqlite_error_code(extended_code);
    return {code,
            message_of_failure(code),
            fmt::format("SQLite {}: {} in: {}", extended_code, reason, start_of(sql))};
}

}  // namespace cpo::store
