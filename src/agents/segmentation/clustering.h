#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agents/segmentation/point_blocks.h"
#include "agents/segmentation/segmentation.h"
#include "base/result.h"
#include "model/customer.h"
#include "model/segment.h"

namespace cpo::segmentation {

/// Rows in clusters, whatever found them.
struct Clustering {
    std::string algorithm;           ///< "kmeans", "gmm", "dbscan", "hdbscan" or "hierarchical".
    std::vector<int> cluster_of;     ///< [rows]; kNoSegment = in none.
    std::vector<std::size_t> sizes;  ///< [clusters], each at least 1; largest first, of equal ones
                                     ///< that whose first row comes first.
    std::vector<float> centres;      ///< [clusters x columns], means of the members.
    double inertia = 0;              ///< Sum of the members' squared distances to their centre.
    std::string criterion;           ///< SegmentationQuality::criterion.
    std::vector<ClusterCountTrial> trials;
    std::optional<SegmentDensity> density;    ///< Of dbscan and hdbscan.
    std::optional<SegmentMixture> mixture;    ///< Of gmm.
    std::optional<SegmentTree> tree;          ///< Of hierarchical and hdbscan.
    std::optional<SegmentTree> cluster_tree;  ///< Of hdbscan: Segmentation::cluster_tree.
    std::vector<float> strength_of;           ///< Of hdbscan and gmm: Segmentation::strength_of.
    std::vector<double> persistence;          ///< Of hdbscan: [clusters], Segment::persistence.
    std::vector<MethodCandidate> candidates;  ///< Segmentation::candidates.
    std::vector<std::string> reasons;         ///< Segmentation::reasons.
    double elapsed_ms = 0;  ///< Of the algorithm alone, from points in memory to labels.
};

/// Sets the sizes, centres and inertia of `clustering` from its cluster_of, which uses each of
/// 0 ... clusters - 1. O(rows x columns).
void set_centres(const PointBlocks& points,
                 std::size_t clusters,
                 int threads,
                 Clustering& clustering);

/// cluster() by k-means; chooses the number unless it is given. `weights` as
/// KMeansOptions::weights.
Result<Clustering> by_kmeans(const PointBlocks& points,
                             std::span<const double> weights,
                             const SegmentationOptions& options);

/// Clusters the scaled customers as `options` say; `points` are scaled_points() of them. Cost and
/// errors: those of kmeans(), search_count(), search_mixture(), dbscan() and ward().
Result<Clustering> cluster(const FeatureTable& customers,
                           const std::vector<FeatureScaling>& scaling,
                           const PointBlocks& points,
                           const SegmentationOptions& options);

}  // namespace cpo::segmentation
