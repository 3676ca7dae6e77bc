#pragma once

#include <string>
#include <vector>

#include "agents/segmentation/assignment.h"
#include "agents/segmentation/feature_plan.h"
#include "base/deadline.h"
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

struct RunOfWorkspace {
    std::string workspace;
    std::string run_id;
};

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
/// in it, without a connection in hand. Errors: kInvalidArgument with the JSON pointer of what
/// cannot be used; kNotFound; kFailedPrecondition when the run has no model; those of the store.
Result<std::vector<AssignedCustomer>> assign_customers(store::Store& store,
                                                       const RunOfWorkspace& run,
                                                       const json::object& request,
                                                       Deadline deadline);

}  // namespace cpo::pipeline
