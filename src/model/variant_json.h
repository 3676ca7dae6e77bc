#pragma once

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

}  // namespace cpo
