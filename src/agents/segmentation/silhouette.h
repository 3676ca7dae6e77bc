#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "agents/segmentation/point_blocks.h"
#include "base/cpu.h"
#include "base/deadline.h"

namespace cpo::segmentation {

struct SilhouetteOptions {
    /// Distances to compute at most; with more rows than its square root a sample of rows is
    /// judged, each still against all rows.
    double distances_max = 4e8;
    std::uint64_t seed = 1;
    int threads = 1;
    Deadline deadline = Deadline::never();  ///< What it gives afterwards is undefined.
    SimdLevel simd = simd_level();
};

struct Silhouette {
    double mean = 0;                 ///< Over all rows (estimated from a sample of each cluster).
    std::vector<double> by_cluster;  ///< [clusters], mean over the rows of each.
    std::size_t rows = 0;            ///< Rows that were judged.
};

/// How much nearer rows are to their own cluster than to the next one, -1 ... 1: (b - a) / max(a,
/// b) of the mean Euclidean distances a to the other rows of the own cluster and b to the rows of
/// the nearest other one; 0 for the only row of a cluster. Exact when rows^2 <= distances_max.
/// Above, each cluster is represented by a random sample of its rows in proportion to its size (at
/// least 64), and the mean weighs the clusters by size. Source: Rousseeuw, "Silhouettes", J.
/// Computational and Applied Mathematics 20, 1987. O(judged rows x rows x columns), half of that
/// and 8 bytes x rows x clusters when exact; distances in float32, sums in float64. Thread-safe;
/// the same bits at any number of threads and any SIMD level. Rows in kNoSegment are left out.
/// REQUIRES: cluster_of is [rows] with values 0 ... clusters - 1, each used, or kNoSegment;
/// clusters >= 2.
Silhouette silhouette(const PointBlocks& points,
                      std::span<const int> cluster_of,
                      int clusters,
                      const SilhouetteOptions& options);

}  // namespace cpo::segmentation
