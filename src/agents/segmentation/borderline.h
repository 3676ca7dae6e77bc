#pragma once

#include <span>
#include <string>
#include <vector>

#include "agents/segmentation/point_blocks.h"
#include "model/segment.h"

namespace cpo::segmentation {

/// Members kept for each segment.
inline constexpr std::size_t kBorderlineMax = 5;

/// For each segment its members with the smallest margin, first the smallest; none when there is
/// one segment only. The margin is the silhouette with centres in place of members. Source:
/// Hruschka, de Castro & Campello, "Evolutionary Algorithms for Clustering Gene-Expression Data",
/// ICDM 2004 (simplified silhouette). `ids` is [rows], `centres` [clusters x columns] of the
/// scaled space, `cluster_of` [rows] with values 0 ... clusters - 1 or kNoSegment.
/// O(rows x clusters x columns). Thread-safe; the same at any number of threads and SIMD level.
std::vector<std::vector<BorderlineCustomer>> borderline_customers(
    const std::vector<std::string>& ids,
    const PointBlocks& points,
    std::span<const float> centres,
    std::span<const int> cluster_of,
    int threads);

}  // namespace cpo::segmentation
