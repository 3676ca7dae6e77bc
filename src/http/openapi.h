#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/operation.h"

namespace cpo::http {

/// What one operation may answer, for tests that hold answers against the document.
struct ResponseRule {
    std::string operation;                 ///< operationId.
    std::string status;                    ///< "200", "4XX", "default".
    std::string content_type;              ///< Empty: no body.
    std::shared_ptr<const Schema> schema;  ///< Null: any body.
};

/// The responses of the OpenAPI document. Errors as read_operations.
Result<std::vector<ResponseRule>> read_responses(std::string_view openapi_yaml);

}  // namespace cpo::http
