#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"

namespace cpo::segmentation {

/// Below this mean similarity a segment should not be called stable ("a valid, stable cluster
/// should yield a mean Jaccard similarity value of 0.75 or more", Hennig, fpc::clusterboot).
inline constexpr double kStableSimilarity = 0.75;

/// Clusters the rows of these numbers (ascending) as the original segments were made: one label for
/// each, >= 0 or kNoSegment; any numbering.
using ClusterRows = std::function<Result<std::vector<int>>(std::span<const std::size_t> rows)>;

/// The same for several clusterings that are made at once, such as the cuts of a tree; in their
/// order, empty for one that cannot be made of these rows.
using ClusterRowsEachWay =
    std::function<Result<std::vector<std::vector<int>>>(std::span<const std::size_t> rows)>;

struct StabilityOptions {
    int resamples = 20;  ///< >= 1.
    /// A resample is half of the rows, but no more than this.
    std::size_t rows_max = 4096;
    std::uint64_t seed = 1;
    /// Resamples that are clustered at once; above 1 the callback must be thread-safe.
    int threads = 1;
    /// When it has passed no further resample is begun; the result is then none.
    Deadline deadline = Deadline::never();
};

/// How surely each segment is found again on other customers: the Jaccard similarity (rows in both
/// over rows in either) of the segment with the most similar new cluster, on the rows of the
/// resample, mean over those resamples that hold a row of it. [segments], 0 ... 1; none for a
/// segment no resample holds a row of. Resamples are half of the rows without replacement: rows
/// drawn twice, as a bootstrap has them, would make dense places of their own for DBSCAN and pairs
/// at height 0 for a hierarchy. `segment_of` is [rows] with values 0 ... segments - 1 or
/// kNoSegment. O(resamples x rows) beside the callbacks. Deterministic for a seed, at any number of
/// threads, when the callback is. Source: Hennig, "Cluster-wise assessment of cluster stability",
/// Computational Statistics & Data Analysis 52, 2007. Errors: the callback's (of the first resample
/// that has one); kInvalidArgument for fewer than 2 rows; kDeadlineExceeded.
Result<std::vector<std::optional<double>>> stability(std::span<const int> segment_of,
                                                     int segments,
                                                     const ClusterRows& cluster_rows,
                                                     const StabilityOptions& options);

/// Of all segments of a clustering.
struct OverallStability {
    double mean = 0;   ///< Each counts by its size.
    double least = 0;  ///< Of one of them.
};

/// stability() of several clusterings, `segments_of` [clusterings][rows], none empty, in one number
/// each; segments that no resample holds a row of and rows in kNoSegment are left out. A resample
/// that cannot be clustered in a way counts as 0 for it.
Result<std::vector<OverallStability>> overall_stability(
    const std::vector<std::vector<int>>& segments_of,
    const ClusterRowsEachWay& cluster_rows,
    const StabilityOptions& options);

}  // namespace cpo::segmentation
