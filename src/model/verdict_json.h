#pragma once

#include "base/json.h"
#include "model/verdict.h"

namespace cpo {

/// A verdict as one line of verdicts.jsonl and of `cpo screen`: {id, decision, scores, issues,
/// masked_text, elapsed_us}, with masked_subject when `has_subject`. Offsets are Unicode code
/// points, end exclusive.
json::object to_json(const Verdict& verdict, bool has_subject = false);

/// One finding: {category, type, rule, field, start, end, severity, explanation, suggestion}.
json::object to_json(const Issue& issue);

}  // namespace cpo
