#include "http/dispatch.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "http/content.h"
#include "http/parameters.h"
#include "http/remote_address.h"

namespace cpo::http {
namespace {

Problem problem_of(ErrorCode code, std::string message, int status = 0) {
    return {{code, std::move(message), {}}, status, {}};
}

bool is_allowed_scope(const store::Caller& caller, const Operation& operation) {
    return caller.scopes.empty() ||
           std::find(caller.scopes.begin(), caller.scopes.end(), operation.tag) !=
               caller.scopes.end();
}

/// A pointer may name a key of the client's, as long as it likes.
std::string shortened(const std::string& pointer) {
    constexpr std::size_t kPointerMax = 100;
    if (pointer.size() <= kPointerMax) return pointer;
    std::size_t end = kPointerMax;
    while (end > 0 && (static_cast<unsigned>(pointer[end]) & 0xC0U) == 0x80) --end;
    return pointer.substr(0, end) + "…";
}

/// RFC 6585: a required If-Match that is not there has its own status.
bool lacks_precondition(const std::vector<FieldError>& findings) {
    return std::any_of(findings.begin(), findings.end(), [](const FieldError& finding) {
        return finding.pointer == "/header/if-match" && finding.detail == "is missing";
    });
}

}  // namespace

Response refusal(Exchange& exchange, const Problem& problem) {
    exchange.error_detail = problem.error.detail;
    // Where it does not fit, not how: that would put what the client sent into the log.
    if (exchange.error_detail.empty() && !problem.errors.empty())
        exchange.error_detail = "does not fit at " + shortened(problem.errors.front().pointer);
    Response response = problem_response(problem, exchange.path, exchange.request.request_id);
    if (response.status == 401)
        response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"cpo\"");
    return response;
}

Dispatcher::Dispatcher(std::vector<Operation> operations,
                       Authenticate authenticate,
                       Handle handle,
                       DispatchOptions options)
    : operations_(std::move(operations)),
      authenticate_(std::move(authenticate)),
      handle_(std::move(handle)),
      caller_limiter_(options.caller_limit),
      remote_limiter_(options.remote_limit),
      pages_(std::move(options.pages)) {}

Result<std::unique_ptr<Dispatcher>> Dispatcher::make(std::vector<Operation> operations,
                                                     Authenticate authenticate,
                                                     Handle handle,
                                                     DispatchOptions options) {
    std::unique_ptr<Dispatcher> dispatcher(new Dispatcher(
        std::move(operations), std::move(authenticate), std::move(handle), std::move(options)));
    dispatcher->router_ = TRY(Router::make(dispatcher->operations_));
    return dispatcher;
}

std::optional<Response> Dispatcher::route(Exchange& exchange) const {
    Router::Match match = router_.match(exchange.method, exchange.path);
    if (match.allowed.empty()) {
        if (auto page = pages_ ? pages_(exchange) : std::nullopt) return page;
        return refusal(exchange, problem_of(ErrorCode::kNotFound, "There is nothing here."));
    }
    const std::string allowed = fmt::format("{}", fmt::join(match.allowed, ", "));
    if (exchange.method == "OPTIONS") return Response::no_content().with_header("Allow", allowed);
    if (match.operation == nullptr) {
        const auto problem = problem_of(
            ErrorCode::kInvalidArgument, fmt::format("This path takes {} only.", allowed), 405);
        return refusal(exchange, problem).with_header("Allow", allowed);
    }
    exchange.request.operation = match.operation;
    exchange.request.path = std::move(match.values);
    if (const auto problem = check_content_head(exchange)) return refusal(exchange, *problem);
    return std::nullopt;
}

std::optional<Problem> Dispatcher::sign_in(Exchange& exchange) {
    Request& request = exchange.request;
    auto caller = authenticate_(request);
    if (!caller) return Problem{caller.error(), 0, {}};
    if (!caller->is_signed_in())
        return problem_of(ErrorCode::kUnauthenticated, "Sign in, or send an API key.");
    request.caller = *std::move(caller);
    const Operation& operation = *request.operation;
    if (request.caller.role < *operation.role)
        return problem_of(ErrorCode::kPermissionDenied,
                          fmt::format("This needs the role {}.", store::name_of(*operation.role)));
    if (!is_allowed_scope(request.caller, operation))
        return problem_of(ErrorCode::kPermissionDenied,
                          fmt::format("This key has no scope \"{}\".", operation.tag));
    return std::nullopt;
}

std::optional<Response> Dispatcher::take_token(Exchange& exchange, bool is_remote) {
    const Request& request = exchange.request;
    RateLimiter& limiter = is_remote ? remote_limiter_ : caller_limiter_;
    const std::string key =
        is_remote ? network_of(request.remote) : request.caller.kind + ":" + request.caller.id;
    const auto decision = limiter.take(key, std::chrono::steady_clock::now());
    if (decision.is_allowed) return std::nullopt;
    Problem problem = problem_of(ErrorCode::kResourceExhausted,
                                 "Too many requests: wait as Retry-After says, then go on slower.");
    problem.retry_after_seconds = decision.seconds_to_wait;
    Response response = refusal(exchange, problem);
    response.headers.emplace_back("RateLimit-Limit", fmt::format("{:.0f}", limiter.limit().burst));
    response.headers.emplace_back("RateLimit-Remaining", std::to_string(decision.remaining));
    response.headers.emplace_back("RateLimit-Reset", std::to_string(decision.seconds_to_full));
    return response;
}

std::optional<Response> Dispatcher::admit(Exchange& exchange) try {
    const bool is_public = !exchange.request.operation->role.has_value();
    const auto problem = is_public ? std::nullopt : sign_in(exchange);
    const bool is_remote = !exchange.request.caller.is_signed_in();
    if (auto refused = take_token(exchange, is_remote)) return refused;
    if (problem) return refusal(exchange, *problem);
    auto findings = read_parameters(exchange);
    if (findings.empty()) return std::nullopt;
    if (lacks_precondition(findings))
        return refusal(exchange,
                       Problem{{ErrorCode::kFailedPrecondition,
                                "Send If-Match with the ETag of the version that you changed.",
                                {}},
                               428,
                               std::move(findings)});
    return refusal(exchange,
                   Problem{invalid_argument("The parameters do not fit the specification."),
                           0,
                           std::move(findings)});
} catch (const std::exception& failure) {
    return refusal(
        exchange,
        Problem{{ErrorCode::kInternal, "Something broke on our side.", failure.what()}, 0, {}});
}

Response Dispatcher::answer(Exchange& exchange) try {
    if (const auto problem = read_content(exchange)) return refusal(exchange, *problem);
    auto response = handle_(*exchange.request.operation, exchange.request);
    if (!response) return refusal(exchange, Problem{response.error(), 0, {}});
    return *std::move(response);
} catch (const std::exception& failure) {
    return refusal(
        exchange,
        Problem{{ErrorCode::kInternal, "Something broke on our side.", failure.what()}, 0, {}});
}

}  // namespace cpo::http
