#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace cpo::app {

/// A column that was taken out of a table.
struct TakenColumn {
    std::size_t column = 0;  ///< Where it was.
    std::vector<double> values;
};

/// Takes the weights, the column `name`, out of `values` ([rows x names], row-major). Names are
/// matched as ingest::find_column does. O(rows x columns). Errors: kInvalidArgument when there is
/// no such column, no other one, or a weight is missing (NaN) or below 0.
Result<TakenColumn> take_weights(std::vector<double>& values,
                                 const std::vector<std::string>& names,
                                 const std::string& name);

}  // namespace cpo::app
