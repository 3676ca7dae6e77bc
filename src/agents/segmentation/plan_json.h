#pragma once

#include <string>
#include <vector>

#include "agents/segmentation/feature_plan.h"
#include "base/json.h"
#include "base/result.h"

namespace cpo::segmentation {

/// Numbers of an array; none of them infinite. Errors: kInvalidArgument with the pointer.
Result<std::vector<double>> finite_numbers(const json::array* values, const std::string& pointer);

/// Reads what to_json(FeaturePlan) wrote, and checks it: names that are unknown or occur twice,
/// shares that are none, a scale of 0, quantiles that fall, features that do not go with the
/// columns. Errors: kInvalidArgument with the JSON pointer.
Result<FeaturePlan> read_plan(const JsonReader& reader);

/// "number", "categories", "common" or "left_out".
std::string_view name_of(ColumnUse use);

}  // namespace cpo::segmentation
