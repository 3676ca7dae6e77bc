#pragma once

#include <vector>

#include "agents/segmentation/clustering.h"
#include "agents/segmentation/point_blocks.h"
#include "agents/segmentation/segmentation.h"
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

}  // namespace cpo::segmentation
