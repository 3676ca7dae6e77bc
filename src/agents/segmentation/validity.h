#pragma once

#include <optional>
#include <span>

#include "agents/segmentation/point_blocks.h"

namespace cpo::segmentation {

/// How well a clustering separates the rows, judged by its centres.
struct Validity {
    /// Mean over the clusters of the worst (s_i + s_j) / d_ij, where s is the mean distance of the
    /// members to their centre and d that of the centres; 0 ... infinity, lower is better. None
    /// with one cluster, or when two centres are in the same place.
    std::optional<double> davies_bouldin;
    /// Variance between the clusters over that inside, each by its degrees of freedom; 0 ...
    /// infinity, higher is better. None with one cluster, or when every row is at its centre.
    std::optional<double> calinski_harabasz;
};

/// Both, of the rows that are in a cluster. `centres` is [clusters x columns], the means of the
/// members; `cluster_of` is [rows] with values 0 ... clusters - 1, each used, or kNoSegment.
/// O((rows + clusters^2) x columns), 4 bytes a row. Thread-safe; the same bits at any number of
/// threads. Sources: Davies & Bouldin, "A Cluster Separation Measure", IEEE Trans. PAMI 1(2), 1979;
/// Calinski & Harabasz, "A dendrite method for cluster analysis", Communications in Statistics 3,
/// 1974.
Validity validity(const PointBlocks& points,
                  std::span<const float> centres,
                  std::span<const int> cluster_of,
                  int threads);

}  // namespace cpo::segmentation
