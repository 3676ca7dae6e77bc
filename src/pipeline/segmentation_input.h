#pragma once

#include <string>
#include <vector>

#include "agents/segmentation/feature_plan.h"
#include "agents/segmentation/segmentation.h"
#include "base/json.h"
#include "base/result.h"
#include "model/customer.h"
#include "model/mixed_table.h"

namespace cpo::pipeline {

/// Customers as features, and how they became that.
struct SegmentationInput {
    FeatureTable customers;
    segmentation::FeaturePlan plan;    ///< Its scaling is empty.
    std::vector<std::string> notices;  ///< Who or what was left out, for people.
};

/// Turns the columns of customers into features, as plan_features() says; `are_named` says that
/// somebody chose them.
/// Errors: those of plan_features().
Result<SegmentationInput> prepare_customers(MixedTable customers, bool are_named);

/// The same for Scaling::kNone, which makes nothing of anything: columns of numbers are taken, and
/// customers who lack one of them left out. Errors: kInvalidArgument for a named column of another
/// kind; kFailedPrecondition when no column or no customer is left.
Result<SegmentationInput> prepare_numbers(MixedTable customers, bool are_named);

/// What became of each column, for people: [{column, kind, use, reason, missing_share, features:
/// [{feature, label, kind}]}].
json::array columns_json(const segmentation::FeaturePlan& plan);

/// What the features of a run mean, as columns_json() has them; the known ones, and plain numbers,
/// where it has none, as of a run from before. Errors: kInvalidArgument with the JSON pointer.
Result<std::vector<FeatureDefinition>> definitions_of(const std::vector<std::string>& features,
                                                      const json::array& columns);

}  // namespace cpo::pipeline
