#pragma once

#include <vector>

#include "agents/segmentation/clustering.h"

namespace cpo::segmentation {

/// HDBSCAN's groups are taken when it leaves no larger share of the customers in none: chosen on
/// labelled sets, where higher limits and lower ones do worse (docs/segmentation.md).
inline constexpr double kNoiseShareMax = 0.125;

/// cluster() by the method that suits the customers, everybody in a segment. Groups that lie apart,
/// of any shape, are those of HDBSCAN with a fiftieth of the customers as the smallest, found on
/// all of them or, where that is too much work, on a sample; everybody else goes with the nearest.
/// They are taken unless other customers show them less surely than a mixture of normal groups, by
/// 0.1 of a mixture's stability of 0.85 or more, or a mixture whose groups hardly overlap, none
/// below a fiftieth, divides them further and is shown as surely. When they leave more than
/// kNoiseShareMax in no group, or are fewer than two, and test_structure() sees no groups either,
/// there is one segment; else the first of a mixture, Genie's hierarchy and k-means that is sound
/// (MethodTrials). With a number given it is k-means. Fills candidates and reasons. Cost: that of
/// hdbscan() on rows for which rows^2 x columns is below options.budget_ms x 1e6, about a third of
/// the budget, and of test_structure(), search_count() and MethodTrials.
Result<Clustering> by_auto(const FeatureTable& customers,
                           const std::vector<FeatureScaling>& scaling,
                           const PointBlocks& points,
                           const SegmentationOptions& options);

/// The segments of by_auto() when it takes HDBSCAN's groups, whether it would or not; everybody in
/// none when there are no groups. Sets cluster_of, persistence and criterion.
Result<Clustering> by_dense_groups(const FeatureTable& customers,
                                   const std::vector<FeatureScaling>& scaling,
                                   const SegmentationOptions& options);

}  // namespace cpo::segmentation
