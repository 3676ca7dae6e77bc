#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "http/message.h"
#include "http/operation.h"

namespace cpo::http {

/// One request on its way through the server: what the connection has read, and the Request that
/// the dispatcher makes of it. One thread at a time.
struct Exchange {
    std::string method;        ///< As sent: "HEAD" stays "HEAD".
    std::string path;          ///< Without prefix and query, not decoded.
    std::string query;         ///< Behind "?", not decoded.
    bool has_content = false;  ///< A body is announced.
    std::optional<std::uint64_t> content_length;
    std::string content;                        ///< The body once it is read.
    std::vector<std::string> repeated_headers;  ///< Lower-case names that came more than once.
    Request request;
    std::string error_detail;  ///< Of a refusal, for the log.
};

}  // namespace cpo::http
