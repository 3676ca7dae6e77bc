#pragma once

#include <span>
#include <string>
#include <vector>

#include "agents/segmentation/exact_points.h"
#include "agents/segmentation/point_blocks.h"
#include "agents/segmentation/segmentation.h"
#include "base/result.h"
#include "model/customer.h"
#include "model/segment.h"

namespace cpo::segmentation {

/// More columns than this are refused: choose with SegmentationOptions::features.
inline constexpr std::size_t kFeaturesMax = 256;

/// Third standardised moment, population form (g1); 0 for a column that does not vary.
double skewness(std::span<const double> values);

/// sign(x) log(1 + |x|): log1p for columns that are never negative, and its mirror image for the
/// few values below 0 that net amounts have.
double signed_log1p(double value);

/// Decides how each column of `customers` is prepared.
/// - kAuto: the signed log1p is taken when the column is skewed to the right (skewness > 1), at
/// most
///   1 % of its values are negative, and the log makes |skewness| smaller; then standardised to
///   mean 0 and deviation 1.
/// - kStandard: mean 0, deviation 1 (population). kRobust: median 0, interquartile range / 1.349 as
///   the unit (the deviation where that range is 0). kMinMax: 0 ... 1. kNone: as it is. kQuantile:
///   the share of the customers below (quantiles.h).
/// But for kNone features of 0 and 1 made of one category count as one number does together,
/// leave_out_redundant() and note_correlated() are done. Columns that do not vary, or are not in
/// `features` (empty = all), are not used; each says why. O(rows x columns), kRobust O(rows log
/// rows x columns). Thread-safe. Errors: kInvalidArgument for no rows, a feature that is not a
/// column, one named twice, more than kFeaturesMax used columns, or no column that varies.
Result<std::vector<FeatureScaling>> choose_scaling(const FeatureTable& customers,
                                                   const std::vector<std::string>& features,
                                                   Scaling mode,
                                                   int threads);

/// The used columns, scaled: [rows x used columns] in float64.
ExactPoints exact_points(const FeatureTable& customers,
                         const std::vector<FeatureScaling>& scaling,
                         int threads);

/// Mean of each used column after scaling, [used columns]: what scaled_points() takes away.
std::vector<double> scaled_means(const FeatureTable& customers,
                                 const std::vector<FeatureScaling>& scaling,
                                 int threads);

/// As scaled_points(), shifted by the given `means` [used columns]. A value far from those that the
/// means and the scaling are of is brought nearer, so that sums of squares stay finite.
PointBlocks shifted_points(const FeatureTable& customers,
                           const std::vector<FeatureScaling>& scaling,
                           std::span<const double> means,
                           int threads);

/// The used columns, scaled and then shifted to mean 0 (which changes no distance, and keeps
/// float32 exact for columns that lie far from 0).
PointBlocks scaled_points(const FeatureTable& customers,
                          const std::vector<FeatureScaling>& scaling,
                          int threads);

}  // namespace cpo::segmentation
