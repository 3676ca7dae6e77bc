#pragma once

#include <string>

#include "base/result.h"

namespace cpo::app {

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
