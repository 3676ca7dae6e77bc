#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agents/segmentation/covariance.h"
#include "agents/segmentation/linkage.h"
#include "base/deadline.h"
#include "base/result.h"
#include "model/customer.h"
#include "model/segment.h"

namespace cpo::segmentation {

enum class Scaling { kAuto, kStandard, kRobust, kMinMax, kNone, kQuantile };

/// With the names that users give them, the default first.
inline constexpr std::array<std::pair<std::string_view, Scaling>, 6> kScalings{
    {{"auto", Scaling::kAuto},
     {"standard", Scaling::kStandard},
     {"robust", Scaling::kRobust},
     {"minmax", Scaling::kMinMax},
     {"none", Scaling::kNone},
     {"quantile", Scaling::kQuantile}}};

enum class Algorithm { kAuto, kKMeans, kGaussianMixture, kDbscan, kHdbscan, kHierarchical };

/// The same.
inline constexpr std::array<std::pair<std::string_view, Algorithm>, 6> kAlgorithms{
    {{"auto", Algorithm::kAuto},
     {"kmeans", Algorithm::kKMeans},
     {"gmm", Algorithm::kGaussianMixture},
     {"dbscan", Algorithm::kDbscan},
     {"hdbscan", Algorithm::kHdbscan},
     {"hierarchical", Algorithm::kHierarchical}}};

struct SegmentationOptions {
    Algorithm algorithm = Algorithm::kAuto;  ///< kAuto: by_auto().
    Linkage linkage = Linkage::kWard;        ///< Of a hierarchy.
    double cut_height = 0;  ///< Of a hierarchy: where to cut its tree; 0 = by `clusters`.
    std::optional<Covariance> covariance{};  ///< Of a mixture; none = the lower BIC of both.
    std::vector<std::string> features{};     ///< Columns to cluster on; empty = all.
    int clusters = 0;  ///< 0 = chosen over 2 ... clusters_max by the criterion.
    int clusters_max = 12;
    int starts = 10;  ///< k-means++ starts per number of clusters.
    int iteration_count_max = 300;
    Scaling scaling =
        Scaling::kAuto;  ///< kAuto: log1p for skewed non-negative columns, then standardise.
    double radius = 0;   ///< DBSCAN, in the scaled space; 0 = the bend of the core distances.
    int points_min = 0;  ///< DBSCAN; 0 = twice the columns that are used, at least 5. HDBSCAN: 0 =
                         ///< size_min, 5 when that is 0 too.
    int size_min = 0;    ///< HDBSCAN, rows of the smallest segment; 0 = points_min, a hundredth of
                         ///< the rows but at least 5 when that is 0 too.
    int budget_ms = 2000;  ///< kAuto: what choosing may cost on two cores, about; >= 1.
    /// The silhouette of all customers, which is 8 bytes x customers x segments and O(rows^2 x
    /// columns); else of a sample when there are more than 20,000.
    bool is_silhouette_exact = false;
    std::uint64_t seed = 1;
    int threads = 1;
    Deadline deadline = Deadline::never();
};

/// Customers -> segments. Keeps no state; thread-safe.
class SegmentationAgent {
public:
    /// Scales, clusters, chooses the number of clusters, names and describes the
    /// segments. The same table and seed give the same result at any number of threads and on any
    /// SIMD level. Cost: that of kmeans(), search_mixture(), dbscan(), hdbscan() or the linkage.
    /// Customers may be left in no segment (DBSCAN, HDBSCAN), even all of them. Errors:
    /// kInvalidArgument (no rows, fewer distinct rows than clusters, unknown feature, no varying
    /// column, too many rows for a hierarchy); kDeadlineExceeded; those of check_memory().
    Result<Segmentation> segment(const FeatureTable& customers,
                                 const SegmentationOptions& options) const;
};

}  // namespace cpo::segmentation
