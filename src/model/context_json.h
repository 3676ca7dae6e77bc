#pragma once

#include <string>

#include "base/json.h"
#include "model/context.h"

namespace cpo {

/// One passage: {document, title, type, passage, score, vector_rank, lexical_rank, cosine, text,
/// reason}, as in context.jsonl and `cpo search`.
json::object to_json(const Hit& hit);

/// {segment, query, hits, audience}. A line of context.jsonl is the same without audience.
json::object to_json(const Context& context);

// Read what to_json wrote; fields that are not known are passed over. Errors: kInvalidArgument with
// the JSON pointer of a missing field or a wrong value.

Result<Hit> read_hit(const json::value& value, const std::string& pointer = "");
Result<Context> read_context(const json::value& value, const std::string& pointer = "");

}  // namespace cpo
