#pragma once

#include <vector>

#include "model/customer.h"
#include "model/segment.h"

namespace cpo::segmentation {

/// A feature of which a smaller share of the customers has another value than the rest is left out.
inline constexpr double kOtherValueShareMin = 0.005;
/// Features that are correlated more closely are pointed out.
inline constexpr double kCorrelationHigh = 0.95;

/// Leaves out used features that are nearly the same for everybody (see kOtherValueShareMin; not
/// when that would leave none), and those that repeat an earlier one value by value; each says why.
/// O(rows x columns). Thread-safe.
void leave_out_redundant(const FeatureTable& customers,
                         int threads,
                         std::vector<FeatureScaling>& scaling);

/// Notes with each used feature the earlier one, made of another column, that it is correlated with
/// most closely after scaling, if above kCorrelationHigh or below its negative. Looks at up to
/// 4,096 customers, spread over the table: O(4096 x columns^2). Thread-safe.
void note_correlated(const FeatureTable& customers,
                     int threads,
                     std::vector<FeatureScaling>& scaling);

}  // namespace cpo::segmentation
