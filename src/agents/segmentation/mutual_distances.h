#pragma once

#include <span>
#include <vector>

#include "agents/segmentation/point_blocks.h"
#include "base/cpu.h"
#include "base/deadline.h"

namespace cpo::segmentation {

/// sums[row x clusters + c] = sum of the Euclidean distances from a row to the rows of cluster c,
/// itself among them; rows are numbered through, cluster by cluster. Each distance is computed once
/// and counts on both sides: about rows^2 x columns / 2, in float32, sums in float64; 8 bytes x
/// rows x clusters. Thread-safe; the same bits at any number of threads and any SIMD level.
/// What it gives after the deadline is undefined; it ends some milliseconds later. REQUIRES:
/// clusters of the same columns.
std::vector<double> mutual_distance_sums(std::span<const PointBlocks> clusters,
                                         int threads,
                                         Deadline deadline,
                                         SimdLevel simd);

}  // namespace cpo::segmentation
