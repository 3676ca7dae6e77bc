#pragma once

#include <vector>

#include "agents/segmentation/clustering.h"
#include "agents/segmentation/point_blocks.h"
#include "agents/segmentation/segmentation.h"
#include "agents/segmentation/stability.h"
#include "base/result.h"
#include "model/customer.h"
#include "model/segment.h"

namespace cpo::segmentation {

/// Sets `result.quality` and, of each of its segments, silhouette and stability. Stability is how
/// surely the method finds the segment again on half of the customers, at most kResampleRows of
/// them: its own choices stay, sizes shrink with the customers. There is none for one segment, and
/// none of DBSCAN when that many are less than half, because a radius is for one density. Cost:
/// silhouette(), validity(), dbcv() for methods that go by density, and kResamples times the
/// method on a resample. Errors: kDeadlineExceeded.
Result<void> judge(const FeatureTable& customers,
                   const PointBlocks& points,
                   const Clustering& clustering,
                   const SegmentationOptions& options,
                   Segmentation& result);

/// Clusters some of the customers as `options` made `found` of all of them, for stability(): its
/// own choices stay, sizes shrink with the customers. Borrows everything. Thread-safe.
ClusterRows cluster_again(const FeatureTable& customers,
                          const std::vector<FeatureScaling>& scaling,
                          const Clustering& found,
                          const SegmentationOptions& options);

}  // namespace cpo::segmentation
