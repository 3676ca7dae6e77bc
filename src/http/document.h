#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cpo::http {

/// api/openapi.yaml as it was built into the program.
std::string_view openapi_document();

/// An OpenAPI document as one page for people, without scripts: every operation by tag with its
/// role, parameters, body and answers, and every schema, linked. Errors: kInvalidArgument when the
/// text is no YAML.
Result<std::string> make_docs_page(std::string_view openapi_yaml);

}  // namespace cpo::http
