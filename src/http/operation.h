#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "store/accounts.h"

namespace cpo::http {

/// One finding of a validation, as problem+json lists it.
struct FieldError {
    std::string pointer;  ///< JSON pointer into the body, or "/query/limit", "/header/if-match".
    std::string detail;   ///< What is wrong and what is expected.
};

/// A compiled JSON schema (the subset of 2020-12 that OpenAPI documents here use). Immutable,
/// thread-safe. Checking costs a few microseconds a kilobyte.
class Schema {
public:
    virtual ~Schema() = default;
    /// At most 20 findings; none = valid. Depth of `value` is limited by the JSON parser.
    virtual std::vector<FieldError> check(const json::value& value) const = 0;
};

/// A query or header parameter, checked before the handler runs.
struct Parameter {
    std::string name;
    std::string in;  ///< "query", "header", "path".
    bool is_required = false;
    std::string type;  ///< "string", "integer", "number", "boolean": how the text is read first.
    std::shared_ptr<const Schema> schema;
};

/// One operation of api/openapi.yaml, everything the server must know beside the handler. The
/// document is the only place where paths, roles and limits stand.
struct Operation {
    std::string id;                   ///< operationId: "createDocument"; a route binds to it.
    std::string method;               ///< "GET", "POST", ...
    std::string path;                 ///< "/api/v1/retrieval/documents/{document}".
    std::string tag;                  ///< First tag; API keys may be limited to tags.
    std::optional<store::Role> role;  ///< x-cpo-role; none = public (security: []).
    std::vector<Parameter> parameters;
    bool has_body = false;
    bool is_body_required = false;
    std::vector<std::string> content_types;     ///< Accepted ones, "application/json" first.
    std::shared_ptr<const Schema> body_schema;  ///< Of application/json.
    std::size_t body_bytes_max = 1 << 20;       ///< x-cpo-body-bytes-max.
    int deadline_ms = 10'000;                   ///< x-cpo-deadline-ms.
};

}  // namespace cpo::http
