#pragma once

#include <vector>

#include "agents/segmentation/clustering.h"
#include "agents/segmentation/gaussian_mixture.h"

namespace cpo::segmentation {

/// cluster() by a Gaussian mixture: each row in its most probable component. Chooses the number of
/// components and the covariance by BIC unless they are given. Components that are no row's most
/// probable one are no clusters.
Result<Clustering> by_mixture(const FeatureTable& customers,
                              const std::vector<FeatureScaling>& scaling,
                              const PointBlocks& points,
                              const SegmentationOptions& options);

/// The same with the mixtures of `range` to choose from, whatever `options` say of their number and
/// covariance.
Result<Clustering> by_mixture_of(const FeatureTable& customers,
                                 const std::vector<FeatureScaling>& scaling,
                                 const PointBlocks& points,
                                 const SegmentationOptions& options,
                                 const MixtureRange& range);

}  // namespace cpo::segmentation
