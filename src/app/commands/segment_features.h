#pragma once

#include <ostream>
#include <string>

#include "agents/segmentation/feature_plan.h"
#include "agents/segmentation/segmentation.h"
#include "base/result.h"
#include "ingest/customers.h"

namespace cpo::app {

/// Customers as features, and how they became that.
struct PreparedCustomers {
    ingest::CustomerFile file;
    segmentation::FeaturePlan plan;  ///< Its scaling is empty.
};

/// Reads the customers of a file ("-" is standard input) and turns their columns into features, as
/// plan_features() says; what is left out is among the notices. With Scaling::kNone nothing is
/// made of anything: numbers are read, and a line that lacks one is rejected. The column `weights`
/// (empty = none) is no feature but how many customers a line stands for. Errors: those of
/// read_mixed_customers(), plan_features() and take_weights().
Result<PreparedCustomers> prepare_customers(const std::string& input,
                                            const ingest::CustomerColumns& columns,
                                            const ingest::ReadOptions& options,
                                            segmentation::Scaling scaling,
                                            const std::string& weights);

/// Scales as the run would and prints the plan: a table for people, or one JSON object. Errors:
/// those of choose_scaling().
Result<void> explain_plan(PreparedCustomers customers,
                          segmentation::Scaling scaling,
                          bool is_json,
                          std::ostream& out);

}  // namespace cpo::app
