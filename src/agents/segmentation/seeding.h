#pragma once

#include <optional>
#include <span>
#include <vector>

#include "agents/segmentation/kernels.h"
#include "agents/segmentation/point_blocks.h"
#include "base/random.h"

namespace cpo::segmentation {

/// Greedy k-means++: the first centre is a random row; each next one is the best of 2 + ln k rows
/// drawn with probability proportional to the squared distance to the nearest centre so far. With
/// `weights` (KMeansOptions::weights) both go by distance times weight, the first by weight.
/// Returns [cluster_count x columns], or nothing when there are fewer distinct rows than clusters.
/// Source: Arthur & Vassilvitskii, SODA 2007 (section 2.2 and the greedy variant of section 5).
/// O(rows x columns x cluster_count x ln cluster_count). Thread-safe.
std::optional<std::vector<float>> seed_centroids(const PointBlocks& points,
                                                 int cluster_count,
                                                 const Kernels& kernels,
                                                 Random random,
                                                 std::span<const double> weights);

}  // namespace cpo::segmentation
