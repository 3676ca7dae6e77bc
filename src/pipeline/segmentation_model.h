#pragma once

#include <string>
#include <vector>

#include "agents/segmentation/assignment.h"
#include "agents/segmentation/feature_plan.h"
#include "base/json.h"
#include "base/result.h"
#include "model/segment.h"
#include "store/store.h"

namespace cpo::pipeline {

/// What is written beside a saved run's segments.
struct SavingOptions {
    std::string scale;  ///< As the user gave it.
    std::string id;     ///< Column of the id, as the user gave it; may be empty.
};

/// The run as JSON, for `cpo segment --apply` and assign_customers(). Only the columns of `plan`
/// are needed.
std::string saved_run(segmentation::AssignmentRule rule,
                      segmentation::FeaturePlan plan,
                      const Segmentation& result,
                      const SavingOptions& options);

/// Where a customer belongs.
struct AssignedCustomer {
    std::string id;
    int segment = kNoSegment;
    std::string name;  ///< Of the segment.
};

/// Puts customers into the segments of a run that is done, in the order asked; nothing is fitted or
/// stored. `request` is AssignCustomersRequest of the API: {customers: [{id, features}]}, or
/// {customer_ids} of stored ones. A value that is missing gets the run's median, as in a file.
/// Reads the run's model each time: some ms, a tenth of a second with tens of thousands of members
/// in it. Errors: kInvalidArgument with the JSON pointer of what cannot be used; kNotFound;
/// kFailedPrecondition when the run has no model.
Result<std::vector<AssignedCustomer>> assign_customers(store::Session& session,
                                                       const std::string& workspace,
                                                       const std::string& run_id,
                                                       const json::object& request);

}  // namespace cpo::pipeline
