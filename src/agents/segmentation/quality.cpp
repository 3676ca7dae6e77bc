#include "agents/segmentation/quality.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "agents/segmentation/auto_clustering.h"
#include "agents/segmentation/called_off.h"
#include "agents/segmentation/centre_margins.h"
#include "agents/segmentation/dbcv.h"
#include "agents/segmentation/kernels.h"
#include "agents/segmentation/row_sample.h"
#include "agents/segmentation/scaling.h"
#include "agents/segmentation/silhouette.h"
#include "agents/segmentation/stability.h"
#include "agents/segmentation/validity.h"

namespace cpo::segmentation {
namespace {

constexpr int kResamples = 20;
constexpr std::size_t kResampleRows = 2048;
constexpr int kLargeResamples = 5;
constexpr int kStartsMax = 3;  ///< Of k-means on a resample.

/// A count of customers among `share` of them.
int shrunk(int count, double share, int least) {
    return count == 0 ? 0 : std::max(least, static_cast<int>(std::lround(count * share)));
}

/// As by_auto() made `found`.
void set_method(const Clustering& found, SegmentationOptions& same) {
    if (found.algorithm == "kmeans") same.algorithm = Algorithm::kKMeans;
    if (found.algorithm == "hierarchical") {
        same.algorithm = Algorithm::kHierarchical;
        same.linkage = Linkage::kGenie;
    }
    if (!found.mixture) return;
    same.algorithm = Algorithm::kGaussianMixture;
    for (const auto& [name, covariance] : kCovariances)
        if (name == found.mixture->covariance) same.covariance = covariance;
}

/// How the segments are found again among `share` of the customers.
SegmentationOptions again(const SegmentationOptions& options,
                          const Clustering& found,
                          double share) {
    SegmentationOptions same = options;
    same.starts = std::min(options.starts, kStartsMax);
    if (options.algorithm == Algorithm::kAuto) set_method(found, same);
    same.clusters = static_cast<int>(found.sizes.size());
    same.cut_height = 0;  // Of fewer customers a tree has other heights.
    if (same.algorithm == Algorithm::kHdbscan) {
        same.clusters = 0;
        same.size_min = shrunk(options.size_min, share, 2);
    }
    if (same.algorithm == Algorithm::kDbscan) {
        same.clusters = 0;
        same.radius = found.density->radius;
        same.points_min = shrunk(found.density->points_min, share, 1);
    }
    return same;
}

Result<void> set_stability(const FeatureTable& customers,
                           const Clustering& clustering,
                           const SegmentationOptions& options,
                           Segmentation& result) {
    const Resampling how = resampling_of(options, customers.rows());
    SegmentationOptions each = options;
    each.threads = std::max(1, options.threads / how.at_once);
    const auto found = stability(clustering.cluster_of,
                                 static_cast<int>(clustering.sizes.size()),
                                 cluster_again(customers, result.scaling, clustering, each),
                                 {.resamples = how.resamples,
                                  .rows_max = how.rows,
                                  .seed = options.seed,
                                  .threads = how.at_once,
                                  .deadline = options.deadline});
    if (!found) return found.error();
    for (std::size_t s = 0; s < result.segments.size(); ++s)
        result.segments[s].stability = (*found)[s];
    return {};
}

}  // namespace

Resampling resampling_of(const SegmentationOptions& options, std::size_t rows) {
    const std::size_t half = rows / 2;
    if (options.algorithm == Algorithm::kDbscan && half > kResampleRows)
        return {kLargeResamples, half, 1};
    return {kResamples, std::min(half, kResampleRows), std::max(1, options.threads)};
}

ClusterRows cluster_again(const FeatureTable& customers,
                          const std::vector<FeatureScaling>& scaling,
                          const Clustering& found,
                          const SegmentationOptions& options) {
    const bool are_dense_groups =
        options.algorithm == Algorithm::kAuto && found.algorithm == "hdbscan";
    return [&, are_dense_groups](std::span<const std::size_t> rows) -> Result<std::vector<int>> {
        const FeatureTable some = chosen_rows(customers, rows);
        const PointBlocks points = scaled_points(some, scaling, options.threads);
        const SegmentationOptions same =
            again(options,
                  found,
                  static_cast<double>(rows.size()) / static_cast<double>(customers.rows()));
        auto clustered = are_dense_groups ? by_dense_groups(some, scaling, same)
                                          : cluster(some, scaling, points, same);
        if (clustered) return std::move(clustered->cluster_of);
        if (clustered.error().code == ErrorCode::kDeadlineExceeded) return clustered.error();
        return std::vector<int>(rows.size(), kNoSegment);  // Too few of them are different.
    };
}

Result<void> judge(const FeatureTable& customers,
                   const PointBlocks& points,
                   const Clustering& clustering,
                   const SegmentationOptions& options,
                   Segmentation& result) {
    SegmentationQuality& quality = result.quality;
    quality.inertia = clustering.inertia;
    // All of these compare with another segment, and with each of them.
    if (clustering.sizes.size() < 2 || clustering.sizes.size() > kClustersMax) return {};
    SilhouetteOptions judged;
    judged.seed = options.seed;
    judged.threads = options.threads;
    judged.deadline = options.deadline;
    if (options.is_silhouette_exact) judged.distances_max = std::numeric_limits<double>::infinity();
    const auto count = static_cast<int>(clustering.sizes.size());
    const Silhouette widths = silhouette(points, clustering.cluster_of, count, judged);
    if (options.deadline.has_passed()) return called_off();
    quality.silhouette = widths.mean;
    quality.silhouette_rows = widths.rows;
    for (std::size_t s = 0; s < result.segments.size(); ++s)
        result.segments[s].silhouette = widths.by_cluster[s];
    quality.simplified_silhouette = simplified_silhouette(
        centre_margins(points, clustering.centres, clustering.cluster_of, options.threads),
        clustering.cluster_of);
    const Validity measures =
        validity(points, clustering.centres, clustering.cluster_of, options.threads);
    quality.davies_bouldin = measures.davies_bouldin;
    quality.calinski_harabasz = measures.calinski_harabasz;
    if (clustering.algorithm == "dbscan" || clustering.algorithm == "hdbscan")
        if (const auto index = dbcv(points,
                                    clustering.cluster_of,
                                    count,
                                    {.seed = options.seed, .threads = options.threads}))
            quality.dbcv = index->value;
    return set_stability(customers, clustering, options, result);
}

}  // namespace cpo::segmentation
