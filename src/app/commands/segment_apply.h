#pragma once

#include <string>

#include "agents/segmentation/assignment.h"
#include "agents/segmentation/feature_plan.h"
#include "base/result.h"
#include "model/customer.h"
#include "model/segment.h"

namespace cpo::app {

/// What is written beside a saved run's segments.
struct SavingOptions {
    std::string scale;  ///< As the user gave it.
    std::string id;     ///< As the user gave it; may be empty.
};

/// The run as JSON, for `--apply`. The columns of `plan` are all that is needed of it.
std::string saved_run(segmentation::AssignmentRule rule,
                      segmentation::FeaturePlan plan,
                      const Segmentation& result,
                      const SavingOptions& options);

struct ApplyOptions {
    std::string run;     ///< File of --save.
    std::string input;   ///< "-" is standard input.
    std::string id;      ///< Empty = that of the run.
    std::string output;  ///< CSV id,segment; "-" is standard output.
    double rejected_share_max = 0.05;
    bool is_json = false;
};

/// Puts the customers of `input` into the segments of a saved run, without fitting anything, and
/// tells how many are in each. Customers are read in batches; memory grows with ids and labels.
/// Errors: those of read_run() and read_known_customers(); nothing is written then.
Result<void> apply_run(const ApplyOptions& options);

}  // namespace cpo::app
