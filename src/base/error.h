#pragma once

#include <string>

namespace cpo {

/// The closed set of reasons an operation can fail for. A caller decides by code, people read the
/// message.
enum class ErrorCode {
    kInvalidArgument,     ///< The input is wrong; the same call will fail again.
    kUnauthenticated,     ///< Nobody is signed in.
    kPermissionDenied,    ///< Signed in, but not allowed.
    kNotFound,            ///< The named thing does not exist.
    kAlreadyExists,       ///< A thing of that key exists with other content.
    kFailedPrecondition,  ///< Right request, wrong state.
    kAborted,             ///< Somebody else changed it meanwhile: read it again, then decide.
    kResourceExhausted,   ///< A limit was reached; try later or with less.
    kInternal,            ///< Our bug or a broken machine.
    kUnavailable,         ///< The same call may be retried.
    kDeadlineExceeded,    ///< Out of time; the effect may have happened.
};

/// Stable lower-case name of a code ("invalid_argument"), as it stands in JSON.
const char* name_of(ErrorCode code);

/// An expected failure. Our own bugs assert and crash instead.
struct Error {
    ErrorCode code = ErrorCode::kInternal;
    std::string
        message;  ///< For the caller: what, where, what to do. No secret, no SQL, no customer data.
    std::string detail;  ///< For the log only.
};

inline Error invalid_argument(std::string message) {
    return {ErrorCode::kInvalidArgument, std::move(message), {}};
}

}  // namespace cpo
