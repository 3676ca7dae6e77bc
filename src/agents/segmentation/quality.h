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

/// How a method runs again for the stability of its segments.
struct Resampling {
    int resamples;
    std::size_t rows;  ///< Of each.
    int at_once;       ///< Each on as many threads as that leaves.
};

/// 20 times on half of the customers, at most 2,048 of them. DBSCAN, whose radius is for one
/// density, always on half: when these are more, 5 times, one after the other.
Resampling resampling_of(const SegmentationOptions& options, std::size_t rows);

/// Sets `result.quality` and, of each of its segments, silhouette and stability. Stability is how
/// surely the method finds the segment again on other customers, see resampling_of(): its own
/// choices stay, sizes shrink with the customers. There is none for one segment. Cost:
/// silhouette(), validity(), dbcv() for methods that go by density, and the resamples. Errors:
/// kDeadlineExceeded.
Result<void> judge(const FeatureTable& customers,
                   const PointBlocks& points,
                   const Clustering& clustering,
                   const SegmentationOptions& options,
                   Segmentation& result);

/// Clusters some of the customers as `options` made `found` of all of them, for stability(): its
/// own choices stay, sizes shrink with the customers. `options.threads` are those of one call.
/// Borrows everything. Thread-safe.
ClusterRows cluster_again(const FeatureTable& customers,
                          const std::vector<FeatureScaling>& scaling,
                          const Clustering& found,
                          const SegmentationOptions& options);

}  // namespace cpo::segmentation
