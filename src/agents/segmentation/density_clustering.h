#pragma once

#include <vector>

#include "agents/segmentation/clustering.h"

namespace cpo::segmentation {

/// cluster() by DBSCAN. Chooses the radius and the least points unless they are given.
Result<Clustering> by_dbscan(const FeatureTable& customers,
                             const std::vector<FeatureScaling>& scaling,
                             const PointBlocks& points,
                             const SegmentationOptions& options);

/// cluster() by HDBSCAN. Chooses the smallest size and the least points unless they are given; of
/// these one given alone is both.
Result<Clustering> by_hdbscan(const FeatureTable& customers,
                              const std::vector<FeatureScaling>& scaling,
                              const PointBlocks& points,
                              const SegmentationOptions& options);

}  // namespace cpo::segmentation
