#pragma once

#include <string_view>
#include <vector>

#include "model/customer.h"

namespace cpo {

/// Definitions of the features that CPO makes itself from transactions, in column order:
/// recency_days, frequency, monetary first. docs/features.md has the same and the formulas; a test
/// compares the two. Thread-safe.
const std::vector<FeatureDefinition>& known_features();

/// The known feature of that name, else a plain number of a customer file. Thread-safe.
FeatureDefinition feature_named(std::string_view name);

}  // namespace cpo
