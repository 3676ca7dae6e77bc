#pragma once

#include <span>
#include <vector>

#include "agents/segmentation/point_blocks.h"

namespace cpo::segmentation {

/// How much nearer a row is to the centre of its own cluster than to the next one.
struct CentreMargin {
    int other = 0;     ///< The cluster with the nearest other centre.
    float margin = 0;  ///< (b - a) / max(a, b) of the distances a to the own centre and b to that.
};

/// [rows], -1 ... 1; undefined for rows in kNoSegment. `centres` is [clusters x columns].
/// O(rows x clusters x columns). Thread-safe; the same bits at any number of threads. REQUIRES: two
/// clusters or more; cluster_of is [rows] with values 0 ... clusters - 1, or kNoSegment.
std::vector<CentreMargin> centre_margins(const PointBlocks& points,
                                         std::span<const float> centres,
                                         std::span<const int> cluster_of,
                                         int threads);

/// Mean margin of the rows that are in a cluster, -1 ... 1; 0 when there are none. The silhouette
/// with centres instead of members. Source: Hruschka, de Castro & Campello, "Evolutionary
/// Algorithms for Clustering Gene-Expression Data", ICDM 2004.
double simplified_silhouette(std::span<const CentreMargin> margins,
                             std::span<const int> cluster_of);

}  // namespace cpo::segmentation
