#include "http/problem.h"

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <cstdlib>

namespace cpo::http {

int status_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::kInvalidArgument:
            return 400;
        case ErrorCode::kUnauthenticated:
            return 401;
        case ErrorCode::kPermissionDenied:
            return 403;
        case ErrorCode::kNotFound:
            return 404;
        case ErrorCode::kAlreadyExists:
        case ErrorCode::kFailedPrecondition:  // Right request, wrong state.
            return 409;
        case ErrorCode::kAborted:  // If-Match names an older version.
            return 412;
        case ErrorCode::kResourceExhausted:
            return 429;
        case ErrorCode::kInternal:
            return 500;
        case ErrorCode::kUnavailable:  // The same call may be retried.
            return 503;
        case ErrorCode::kDeadlineExceeded:  // The effect may have happened.
            return 504;
    }
    std::abort();
}

std::string_view phrase_of(int status) {
    const auto phrase =
        boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
    return {phrase.data(), phrase.size()};
}

Response problem_response(const Problem& problem,
                          std::string_view path,
                          std::string_view request_id) {
    const int status = problem.status != 0 ? problem.status : status_of(problem.error.code);
    json::object body;
    body["type"] = "about:blank";  // RFC 9457 §4.2.1: no more than the status; `code` says more.
    body["title"] = phrase_of(status);
    body["status"] = status;
    body["detail"] = problem.error.message;
    body["instance"] = path;
    body["code"] = name_of(problem.error.code);
    body["request_id"] = request_id;
    if (!problem.errors.empty()) {
        json::array errors;
        for (const FieldError& error : problem.errors)
            errors.push_back({{"pointer", error.pointer}, {"detail", error.detail}});
        body["errors"] = std::move(errors);
    }
    Response response = Response::of(status, body);
    response.content_type = "application/problem+json";
    const std::int64_t least = status == 429 || status == 503 ? 1 : 0;
    const std::int64_t wait = std::max(problem.retry_after_seconds, least);
    if (wait > 0) response.headers.emplace_back("Retry-After", std::to_string(wait));
    return response;
}

}  // namespace cpo::http
