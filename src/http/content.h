#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/exchange.h"
#include "http/problem.h"

namespace cpo::http {

/// "text/csv" of "Text/CSV; charset=utf-8", in lower case.
std::string media_type_of(std::string_view content_type);

/// Decides by its head alone whether the operation takes the announced body: its type, charset,
/// encoding and length. Sets request.content_type. Nothing = go on.
std::optional<Problem> check_content_head(Exchange& exchange);

/// Makes request.body or request.raw_body of the body that was read and checks it.
std::optional<Problem> read_content(Exchange& exchange);

}  // namespace cpo::http
