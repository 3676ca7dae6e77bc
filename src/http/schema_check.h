#pragma once

#include <vector>

#include "base/json.h"
#include "http/operation.h"
#include "http/schema_node.h"

namespace cpo::http {

/// At most kFindingsMax findings, in document order.
std::vector<FieldError> check_value(const schema_detail::Node& root, const json::value& value);

}  // namespace cpo::http
