#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "agents/segmentation/kmeans.h"
#include "agents/segmentation/point_blocks.h"
#include "agents/segmentation/silhouette.h"
#include "base/result.h"
#include "model/segment.h"

namespace cpo::segmentation {

/// Numbers of clusters are compared on all rows up to kTrialRowsMax, above on a random sample of
/// kTrialRows, whose mean silhouette was within 0.015 of that of all on 24 tables of 20,000 rows.
inline constexpr std::size_t kTrialRowsMax = 4096, kTrialRows = 2048;

/// A mean silhouette from which groups are clear.
inline constexpr double kClearSilhouette = 0.5;
/// Numbers of segments people work with.
constexpr bool is_convenient(int clusters) { return clusters >= 4 && clusters <= 8; }

/// What the choice looks at: one clustering.
struct CountCandidate {
    int clusters = 0;
    double silhouette = 0;
    double smallest_share = 0;  ///< Of all rows, in the smallest cluster.
};

struct CountChoice {
    std::size_t chosen = 0;  ///< Index into the candidates.
    std::string criterion;   ///< One sentence for SegmentationQuality::criterion.
};

/// Chooses a number of clusters by mean silhouette, among candidates of which no cluster is smaller
/// than 1 % of the rows (among all if none is left):
/// 1. Clear groups: the best silhouette is 0.5 or more ("a reasonable structure has been found",
///    Kaufman & Rousseeuw, Finding Groups in Data, Wiley 1990, section 2.2), or it is a peak at 3
///    or more clusters, at least 0.03 above both neighbours. Then the best.
/// 2. Otherwise customers lie on a continuum, where the silhouette falls from 2 clusters on and
///    would always say 2. Any cut is then one of convenience: the best of 4 ... 8, the numbers of
///    segments people work with (of all if none is left).
/// REQUIRES: at least one candidate, ascending numbers of clusters. Thread-safe.
CountChoice choose_count(const std::vector<CountCandidate>& candidates);

/// The clustering with the chosen number of clusters, and the trials that led to it.
struct CountSearch {
    KMeansResult clustering;
    std::string criterion;
    std::vector<ClusterCountTrial> trials;
};

/// Compares numbers of clusters on the same rows: see kTrialRowsMax.
class CountJudge {
public:
    /// `points` must outlive it.
    CountJudge(const PointBlocks& points, const SilhouetteOptions& options);
    /// Judges `cluster_of`, [rows] with values 0 ... clusters - 1, each used. One silhouette of the
    /// trial rows.
    void add(int clusters, std::span<const int> cluster_of, double inertia);
    /// In the order of add().
    const std::vector<ClusterCountTrial>& trials() const { return trials_; }
    /// REQUIRES: something was added.
    CountChoice choose() const { return choose_count(candidates_); }

private:
    std::vector<std::size_t> rows_;  ///< On which the judgement is made.
    PointBlocks points_;
    SilhouetteOptions options_;
    std::vector<CountCandidate> candidates_;
    std::vector<ClusterCountTrial> trials_;
};

/// Runs k-means for 2 ... `clusters_max` clusters (no more than distinct rows allow) and chooses by
/// choose_count. One distinct row gives one cluster, two give two. Deterministic; O(clusters_max)
/// times kmeans(). Errors: those of kmeans().
Result<CountSearch> search_count(const PointBlocks& points,
                                 int clusters_max,
                                 const KMeansOptions& options);

}  // namespace cpo::segmentation
