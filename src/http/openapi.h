#pragma once

#include <string_view>
#include <vector>

#include "http/operation.h"

namespace cpo::http {

/// Reads the OpenAPI document (YAML text), resolves its references and compiles its schemas.
/// Errors: kInvalidArgument naming the place when an operation lacks an operationId, a role or
/// `security: []`, or uses a keyword that is not supported (nothing is ignored silently).
Result<std::vector<Operation>> read_operations(std::string_view openapi_yaml);

}  // namespace cpo::http
