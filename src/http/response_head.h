#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace cpo::http {

/// What the head of an answer depends on beside the answer itself.
struct HeadContext {
    std::string_view request_id;
    std::string_view path_prefix;  ///< Put before a Location that begins with "/".
    std::string_view origin;       ///< Origin header of the request; empty without one.
    const std::vector<std::string>* cors_origins = nullptr;
    bool is_preflight = false;  ///< OPTIONS with Access-Control-Request-Method.
    bool is_tls = false;
    bool keeps_alive = true;
    bool is_http_1_0 = false;
};

/// Status line and header fields with the empty line at their end: those of the answer, the
/// security headers, CORS for allowed origins, the request id, length and date. A handler's own
/// Content-Security-Policy and Cache-Control win.
std::string response_head(const Response& response, const HeadContext& context);

}  // namespace cpo::http
