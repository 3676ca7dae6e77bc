#pragma once

#include <span>
#include <vector>

namespace cpo::segmentation {

/// Most quantiles that are kept of a column: a step of one percent.
inline constexpr std::size_t kQuantilesMax = 101;

/// Linear interpolation between order statistics (Hyndman & Fan, "Sample Quantiles in Statistical
/// Packages", 1996, type 7). REQUIRES: `sorted` is not empty, 0 <= share <= 1.
double quantile_of(std::span<const double> sorted, double share);

/// min(values, kQuantilesMax) quantiles of equal shares, ascending, the smallest and the largest
/// value among them. O(n log n). REQUIRES: at least two values.
std::vector<double> quantiles_of(std::vector<double> values);

/// Share of the values below `value`, 0 ... 1, by straight lines between the quantiles; half of
/// those that are the same count as below, at the ends none and all. O(log quantiles). REQUIRES: at
/// least two quantiles.
double share_below(std::span<const double> quantiles, double value);

}  // namespace cpo::segmentation
