#pragma once

#include "base/json.h"
#include "model/campaign.h"

namespace cpo {

/// The field `plan` of `parent`: {baseline, minimum_lift, alpha, power, units_per_day,
/// attribution_days}; what is missing, or all of it, keeps its default. Errors: kInvalidArgument
/// with the JSON pointer of a wrongly typed field.
Result<PlanAssumptions> read_plan_assumptions(const JsonReader& parent);

}  // namespace cpo
