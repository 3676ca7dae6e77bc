#pragma once

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "http/exchange.h"
#include "http/problem.h"

namespace cpo::http {

using BeastRequest = boost::beast::http::request<boost::beast::http::string_body>;

/// Takes over method, target and headers of a parsed head; the prefix is cut off the path. A
/// problem (400, 404) when the target or the Host header makes no sense. Sets request_id always.
std::optional<Problem> read_head(const BeastRequest& head,
                                 std::string_view path_prefix,
                                 Exchange& exchange);

/// Honours an X-Request-Id of 1–64 characters of [A-Za-z0-9._-], else makes one.
std::string request_id_of(std::string_view header);

}  // namespace cpo::http
