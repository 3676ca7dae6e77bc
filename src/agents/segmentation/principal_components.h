#pragma once

#include <vector>

#include "agents/segmentation/point_blocks.h"
#include "model/segment.h"

namespace cpo::segmentation {

/// The points on paper: their first two principal components, and the share of the variance these
/// keep. The largest loading of each axis is positive, so that the map never flips. One column
/// gives y = 0. Source: Jacobi, "Über ein leichtes Verfahren ...", J. reine angew. Math. 30, 1846
/// (cyclic rotations of the covariance). O(rows x columns^2 + columns^3). Thread-safe; the same
/// bits at any number of threads. REQUIRES: every column has mean 0 (scaled_points).
SegmentMap principal_map(const PointBlocks& points, int threads);

/// The points along all their principal axes, by falling variance: [columns][rows], no two of which
/// correlate. The same source, cost, thread-safety and requirement.
std::vector<std::vector<double>> principal_coordinates(const PointBlocks& points, int threads);

}  // namespace cpo::segmentation
