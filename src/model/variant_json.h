#pragma once

#include <string>

#include "base/json.h"
#include "model/variant.h"

namespace cpo {

/// A variant as one line of variants.jsonl and of `cpo generate`: {id, segment, strategy, tone,
/// language, channel, subject, text, claims: [{field, start, end, kind, value, document, passage}],
/// confidence, confidence_parts: {retrieval_support, completeness, segment_fit}, writer,
/// is_control}. Offsets are Unicode code points, end exclusive.
json::object to_json(const Variant& variant);

/// One claim: {field, start, end, kind, value, document, passage}.
json::object to_json(const Claim& claim);

// Read what to_json wrote; fields that are not known are passed over. Errors: kInvalidArgument with
// the JSON pointer of a missing field or a wrong value.

Result<Variant> read_variant(const json::value& value, const std::string& pointer = "");
Result<Claim> read_claim(const json::value& value, const std::string& pointer = "");

}  // namespace cpo
