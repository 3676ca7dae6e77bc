#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/json.h"
#include "http/operation.h"

namespace cpo::http {

namespace schema_detail {
struct Node;
struct Arena;
}  // namespace schema_detail

/// Compiles the schemas of one document: the subset of JSON Schema 2020-12 that is listed in
/// docs/decisions/0016-own-schema-check.md. A `$ref` into the document is compiled once and may be
/// recursive. `document` must outlive the compiler, not the schemas. Not thread-safe.
class SchemaCompiler {
public:
    explicit SchemaCompiler(const json::value& document);
    ~SchemaCompiler();
    SchemaCompiler(const SchemaCompiler&) = delete;
    SchemaCompiler& operator=(const SchemaCompiler&) = delete;

    /// `pointer` is where `schema` stands in the document, for errors. Errors: kInvalidArgument
    /// naming the place of a keyword that is not supported or has a value that makes no sense.
    Result<std::shared_ptr<const Schema>> compile(const json::value& schema,
                                                  const std::string& pointer);

private:
    class Builder;
    const json::value* document_;
    std::shared_ptr<schema_detail::Arena> arena_;
    std::map<std::string, const schema_detail::Node*> references_;
};

inline constexpr std::size_t kFindingsMax = 20;

/// `text` as one token of a JSON pointer: "~" becomes "~0", "/" becomes "~1" (RFC 6901).
std::string pointer_token(std::string_view text);

/// The value that a local reference such as "#/components/schemas/Job" names.
/// Errors: kInvalidArgument when it is not local or leads nowhere.
Result<const json::value*> resolve_reference(const json::value& document,
                                             std::string_view reference);

}  // namespace cpo::http
