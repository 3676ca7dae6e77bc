#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "http/exchange.h"
#include "http/problem.h"
#include "http/rate_limit.h"
#include "http/router.h"

namespace cpo::http {

/// Tells who sends a request by its headers (cookies, Authorization, XSRF pair). An error refuses
/// the request; kUnauthenticated becomes 401. Called on the pool, may block; thread-safe.
using Authenticate = std::function<Result<store::Caller>(const Request&)>;
/// Does the operation. Called on the pool, may block; thread-safe.
using Handle = std::function<Result<Response>(const Operation&, const Request&)>;

/// Answers a path that no operation has, such as a file of the dashboard; nothing = 404. Called on
/// the connection's thread: must not block. Thread-safe.
using Pages = std::function<std::optional<Response>(const Exchange&)>;

struct DispatchOptions {
    RateLimit caller_limit{200, 400};  ///< Of each user or key.
    /// Of each remote address (IPv6: network of 64 bits): for operations without sign-in, and for
    /// failed sign-ins by header.
    RateLimit remote_limit{50, 200};
    Pages pages;
};

/// Takes a request through: match, limits, sign-in, role and scope, rate, parameters, body,
/// handler. Everything that is refused becomes problem+json. Thread-safe.
class Dispatcher {
public:
    /// Errors: kInvalidArgument when two operations share method and path.
    static Result<std::unique_ptr<Dispatcher>> make(std::vector<Operation> operations,
                                                    Authenticate authenticate,
                                                    Handle handle,
                                                    DispatchOptions options);
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;

    // The three steps; an answer ends them.

    /// By the head alone; never blocks. Sets request.operation and request.path. OPTIONS and
    /// everything that needs no body to be refused is answered here.
    std::optional<Response> route(Exchange& exchange) const;
    /// Sign-in, role, rate and parameters; before a large body is read. Blocks.
    std::optional<Response> admit(Exchange& exchange);
    /// Body and handler. Blocks.
    Response answer(Exchange& exchange);

private:
    Dispatcher(std::vector<Operation> operations,
               Authenticate authenticate,
               Handle handle,
               DispatchOptions options);
    std::optional<Problem> sign_in(Exchange& exchange);
    std::optional<Response> take_token(Exchange& exchange, bool is_remote);

    std::vector<Operation> operations_;
    Router router_;
    Authenticate authenticate_;
    Handle handle_;
    RateLimiter caller_limiter_;
    RateLimiter remote_limiter_;
    Pages pages_;
};

/// The problem as the answer to this exchange; keeps its detail for the log.
Response refusal(Exchange& exchange, const Problem& problem);

}  // namespace cpo::http
