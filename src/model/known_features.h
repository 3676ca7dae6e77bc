#pragma once

#include <vector>

#include "model/customer.h"

namespace cpo {

/// Definitions of the features that CPO makes itself from transactions, in column order:
/// recency_days, frequency, monetary first. docs/features.md has the same and the formulas; a test
/// compares the two. Thread-safe.
const std::vector<FeatureDefinition>& known_features();

}  // namespace cpo
