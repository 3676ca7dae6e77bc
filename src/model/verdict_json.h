#pragma once

#include <string>

#include "base/json.h"
#include "model/verdict.h"

namespace cpo {

/// A verdict as one line of verdicts.jsonl and of `cpo screen`: {id, decision, scores, issues,
/// masked_text, elapsed_us}, with masked_subject when `has_subject`. Offsets are Unicode code
/// points, end exclusive.
json::object to_json(const Verdict& verdict, bool has_subject = false);

/// The whole verdict, to be read back: as above with masked_subject, and is_grounding_checked and
/// policy_version at the end.
json::object to_full_json(const Verdict& verdict);

/// One finding: {category, type, rule, field, start, end, severity, explanation, suggestion}.
json::object to_json(const Issue& issue);

// Read what to_full_json and to_json(Issue) wrote; fields that are not known are passed over.
// Errors: kInvalidArgument with the JSON pointer of a missing field or a wrong value.

Result<Verdict> read_verdict(const json::value& value, const std::string& pointer = "");
Result<Issue> read_issue(const json::value& value, const std::string& pointer = "");

}  // namespace cpo
