#pragma once

#include <cstdint>
#include <vector>

#include "agents/segmentation/box_tree.h"
#include "base/deadline.h"
#include "base/result.h"

namespace cpo::segmentation {

struct DbscanOptions {
    double radius = 0;   ///< > 0, called eps in the paper; in the unit of the points.
    int points_min = 5;  ///< >= 1, called MinPts; the point itself counts.
    int threads = 1;
    Deadline deadline = Deadline::never();
};

struct DbscanResult {
    std::vector<int> cluster_of;  ///< [rows], 0 ... clusters - 1, kNoSegment = noise.
    int clusters = 0;
    std::size_t core_points = 0;
    std::size_t noise = 0;
};

/// Groups points that lie close together: a point with at least points_min points within the
/// radius (<=, itself included) is a core point, core points within the radius of each other are
/// in one cluster, and a point that is none but has one within the radius is at a cluster's border.
/// Exact: distances that float32 cannot decide are computed in float64, as the sum of squares in
/// the order of the columns. Clusters are numbered by their first core row; a border point of
/// several gets the lowest number. Both as scikit-learn does, so the labels are the same. Sources:
/// Ester, Kriegel, Sander & Xu, "A Density-Based Algorithm for Discovering Clusters", KDD 1996;
/// Wang, Gu & Shun, "Theoretically-Efficient and Practical Parallel DBSCAN", SIGMOD 2020 (joining
/// core points by union-find). O(rows log rows) where a radius holds few points, O(rows^2 x
/// columns) at worst; 24 bytes a row beside the tree, and 8 for each of up to six leaves near a
/// point that is no core point. Thread-safe; the same result at any number of threads. Errors:
/// kDeadlineExceeded, soon after it. REQUIRES: `tree` is made of `points`.
Result<DbscanResult> dbscan(const ExactPoints& points,
                            const BoxTree& tree,
                            const DbscanOptions& options);

/// For up to `rows_max` rows spread over `points`: the distance within which each has points_min
/// points, itself included; largest first. Never too small, and at most a float32 rounding too
/// large: as a radius each reaches its customers. O(rows_max x (points_min + log rows)) where a
/// tree helps. Thread-safe. REQUIRES: points_min <= rows of `tree`.
std::vector<double> core_distances(const BoxTree& tree,
                                   int points_min,
                                   std::size_t rows_max,
                                   int threads);

/// Index of the bend of a falling curve: where it lies farthest below the straight line between
/// its ends (Satopaa, Albrecht, Irwin & Raghavan, "Finding a 'Kneedle' in a Haystack", ICDCSW
/// 2011). REQUIRES: not empty.
std::size_t bend_of(const std::vector<double>& falling);

}  // namespace cpo::segmentation
