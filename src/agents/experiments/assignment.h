#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/experiment.h"

namespace cpo::experiments {

/// GrowthBook bucketing, hash version 2: fnv1a32(decimal(fnv1a32(seed + unit))) mod 10000 / 10000,
/// in [0, 1).
double bucket_of(std::string_view seed, std::string_view unit);

/// Half-open ranges of arms from coverage and weights: arm i gets [c_i, c_i + coverage * w_i) where
/// c_i is the sum of earlier weights, so widening the coverage never moves a unit.
std::vector<std::pair<double, double>> ranges_of(double coverage,
                                                 const std::vector<double>& weights);

/// Errors: kInvalidArgument naming the field: no arms, doubled keys, weights not summing to 1
/// (1e-9), coverage outside 0 ... 1, overlapping ranges, hash_version other than 2, empty key.
Result<void> validate(const AssignmentConfig& config);

/// Pure function of configuration and unit (invariant 3). REQUIRES: validate(config). Tens of
/// nanoseconds.
Assignment assign(const AssignmentConfig& config, std::string_view unit);

}  // namespace cpo::experiments
