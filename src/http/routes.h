#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace cpo::http {

struct Services;

/// Parse, call, answer: at most 15 lines, one file per resource in http/handlers/. Runs on the
/// bounded pool, may block, must look at request.deadline. An Error becomes problem+json
/// (problem.h).
using Handler = Result<Response> (*)(const Request& request, Services& services);

/// Binds an operationId of api/openapi.yaml to its handler.
struct Route {
    std::string_view operation;
    Handler handler;
};

/// Every operation, one line each. A test compares it with the document both ways, and the server
/// refuses to start when they differ.
std::span<const Route> routes();

}  // namespace cpo::http
