#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "agents/segmentation/point_blocks.h"
#include "base/cpu.h"
#include "base/deadline.h"
#include "base/result.h"
#include "model/segment.h"

namespace cpo::segmentation {

/// Rows up to which every start runs on all points; above, starts run on a random sample of this
/// size.
inline constexpr std::size_t kSampleRows = 8192;
/// Seedings tried on the sample even when fewer starts are asked for: one costs less than two
/// passes over 100,000 rows, and a single one ends in a poor place too often.
inline constexpr int kSampleStartsMin = 4;
/// Starts on a sample that are carried on to all points, best first.
inline constexpr std::size_t kPolishesMax = 3;

struct KMeansOptions {
    int cluster_count = 5;          ///< 1 ... min(rows, kClustersMax). Called k in the papers.
    int starts = 10;                ///< Runs from different seedings; the lowest inertia wins.
    int iteration_count_max = 300;  ///< Of one run.
    /// A run stops when no row changes cluster, or when the centres together moved less than this
    /// share of the mean column variance (squared distance; of the sample above kSampleRows), as in
    /// scikit-learn.
    double tolerance = 1e-4;
    std::uint64_t seed = 1;
    /// [rows], how many rows each stands for, finite and at least 0, one above 0; empty = 1 each.
    /// Borrowed. Seeds, centres and inertia go by them. A row of weight 0 is in the nearest
    /// cluster.
    std::span<const double> weights{};
    int threads = 1;
    SimdLevel simd = simd_level();
    /// When it has passed each run ends after the pass it is in; the result is then none.
    Deadline deadline = Deadline::never();
};

struct KMeansResult {
    std::vector<float> centroids;    ///< [cluster_count x columns], row-major.
    std::vector<int> cluster_of;     ///< [rows], the nearest centroid of each.
    std::vector<std::size_t> sizes;  ///< [cluster_count], each at least 1.
    double inertia = 0;  ///< Sum of squared row-to-centroid distances; lower is tighter.
    int iterations = 0;  ///< Passes over all rows of the winning run.
};

/// Groups points by nearness: Lloyd's k-means with greedy k-means++ seeding (2 + ln k candidates a
/// step). Above kSampleRows each start is seeded and converged on one random sample, and the best
/// few different ones (no more than starts) are converged on all rows. An emptied cluster takes
/// over the row that lies farthest from its centre. Centroid sums are float64 and follow only the
/// rows that change cluster. Columns should be centred near 0: scores are x.c - |c|^2 / 2 in
/// float32. Sources: Arthur & Vassilvitskii, "k-means++: The Advantages of Careful Seeding", SODA
/// 2007; Lloyd, "Least squares quantization in PCM", IEEE Trans. Information Theory 28(2), 1982.
/// O(rows x clusters x columns) an iteration, memory 5 bytes a row beside the points. Thread-safe.
/// The result is the same bits at any number of threads and any SIMD level. Errors:
/// kInvalidArgument if cluster_count is out of range or above the number of distinct rows (of a
/// weight above 0), or for weights that are none; kDeadlineExceeded. Above kSampleRows rows are
/// drawn for the sample as often as their weight says.
Result<KMeansResult> kmeans(const PointBlocks& points, const KMeansOptions& options);

/// Squared distance of each row to the centre of its cluster, [rows], float32; 0 where the cluster
/// is kNoSegment. `centres` is [clusters x columns], `cluster_of` [rows].
std::vector<float> squared_distances_to_own(const PointBlocks& points,
                                            std::span<const float> centres,
                                            std::span<const int> cluster_of,
                                            int threads);

}  // namespace cpo::segmentation
