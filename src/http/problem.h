#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "http/message.h"
#include "http/operation.h"

namespace cpo::http {

/// The only place that turns our codes into HTTP.
int status_of(ErrorCode code);
/// "Not Found".
std::string_view phrase_of(int status);

/// A refusal as RFC 9457 tells it (application/problem+json): type, title, status, detail,
/// instance, code, request_id and errors[{pointer, detail}].
struct Problem {
    Error error;                     ///< Its message becomes `detail`; its detail is for the log.
    int status = 0;                  ///< Where HTTP is finer than our codes; 0 = status_of(code).
    std::vector<FieldError> errors;  ///< What a validation found.
    /// Retry-After; 0 = none, but 1 with 429 and 503, which always have it.
    std::int64_t retry_after_seconds = 0;
};

/// `path` is the request's path without its query.
Response problem_response(const Problem& problem,
                          std::string_view path,
                          std::string_view request_id);

}  // namespace cpo::http
