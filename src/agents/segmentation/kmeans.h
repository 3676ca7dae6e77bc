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

/// Rows up to which all points are searched for the best place to start from; above, a sample of
/// this size is.
inline constexpr std::size_t kSampleRows = 8192;

struct KMeansOptions {
    int cluster_count = 5;  ///< 1 ... min(rows, kClustersMax). Called k in the papers.
    int starts = 10;        ///< Seedings; at least two if they breathe.
    /// Whether the best starts are led out of local optima. Without it one start is one place of
    /// many, for who wants different ones.
    bool breathes = true;
    int iteration_count_max = 300;  ///< Of one run.
    /// A run stops when no row changes cluster, when the centres together moved less than this
    /// share of the mean column variance (squared distance; of the sample above kSampleRows), as in
    /// scikit-learn, or when inertia fell by less than a 200,000th.
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

/// Groups points by nearness: Lloyd's k-means with momentum (lloyd.h) from greedy k-means++
/// seedings (2 + ln k candidates a step). The two best starts that differ are led out of poor local
/// optima by breathing.h, and the better is converged. Above kSampleRows this is done on a coreset
/// (row_sample.h), and those it cannot tell apart are converged on all rows. So a single start is
/// mostly as good as many of plain k-means. An emptied cluster takes over the row that lies
/// farthest from its centre. Centroid sums are float64 and follow only the rows that change
/// cluster. Columns should be centred near 0: scores are x.c - |c|^2 / 2 in float32. Sources:
/// Arthur & Vassilvitskii, "k-means++: The Advantages of Careful Seeding", SODA 2007; Lloyd, "Least
/// squares quantization in PCM", IEEE Trans. Information Theory 28(2), 1982. O(rows x clusters x
/// columns) an iteration, memory 10 bytes a row beside the points. Thread-safe. The result is the
/// same bits at any number of threads and any SIMD level. Errors: kInvalidArgument if cluster_count
/// is out of range or above the number of distinct rows (of a weight above 0), or for weights that
/// are none; kDeadlineExceeded.
Result<KMeansResult> kmeans(const PointBlocks& points, const KMeansOptions& options);

/// kmeans() with `first` ... `last` clusters, as far as there are distinct rows, in that order;
/// `options.cluster_count` is not looked at. The numbers share the coreset, and each is tried from
/// the places of its neighbours too, with a centre added or taken away, so that starts x first /
/// number of them are as good as all. They run side by side: 12 bytes a row and number. The same
/// bits as kmeans() has at any number of threads. Errors: as kmeans() but for too few rows.
Result<std::vector<KMeansResult>> kmeans_for_each(const PointBlocks& points,
                                                  int first,
                                                  int last,
                                                  const KMeansOptions& options);

/// Squared distance of each row to the centre of its cluster, [rows], float32; 0 where the cluster
/// is kNoSegment. `centres` is [clusters x columns], `cluster_of` [rows].
std::vector<float> squared_distances_to_own(const PointBlocks& points,
                                            std::span<const float> centres,
                                            std::span<const int> cluster_of,
                                            int threads);

}  // namespace cpo::segmentation
