#include "store/database_error.h"

namespace cpo::store {

const char* message_of_failure(ErrorCode code) {
    switch (code) {
        case ErrorCode::kAlreadyExists:
            return "Something with this key exists already.";
        case ErrorCode::kFailedPrecondition:
            return "Something that this depends on is missing, or depends on it.";
        case ErrorCode::kUnavailable:
            return "The database is busy or cannot be reached; try again.";
        case ErrorCode::kDeadlineExceeded:
            return "The database did not answer in time; try again.";
        case ErrorCode::kResourceExhausted:
            return "The database is out of space, memory or connections.";
        case ErrorCode::kInvalidArgument:
            return "A value cannot be stored.";
        case ErrorCode::kUnauthenticated:
        case ErrorCode::kPermissionDenied:
        case ErrorCode::kNotFound:
        case ErrorCode::kAborted:
        case ErrorCode::kInternal:
            break;
    }
    return "The request could not be completed.";
}

std::string_view start_of(std::string_view sql) { return sql.substr(0, 120); }

}  // namespace cpo::store
