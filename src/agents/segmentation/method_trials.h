#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agents/segmentation/clustering.h"
#include "agents/segmentation/point_blocks.h"
#include "agents/segmentation/segmentation.h"
#include "agents/segmentation/stability.h"
#include "base/result.h"
#include "model/customer.h"
#include "model/segment.h"

namespace cpo::segmentation {

/// Components a mixture may have. When the most have the lowest BIC, more would have a lower one:
/// groups that are not normal take ever more of them.
inline constexpr int kComponentsMax = 16;

/// A way to group the customers, tried on some of them.
struct MethodTrial {
    MethodCandidate candidate;    ///< With its stability; is_chosen is not set.
    SegmentationOptions options;  ///< cluster() makes the same of all customers with them.
    std::vector<int> labels;      ///< Of the customers compared.
    double least_stability = 1;   ///< Of a mixture: of one of its segments, 0 ... 1.
    double certainty = 1;         ///< Of a mixture: mean probability of a customer's own group.
    std::string criterion;        ///< Clustering::criterion.
    std::vector<ClusterCountTrial> count_trials;
    std::optional<Clustering> of_all;  ///< When it was made of all customers already.
    /// Whether it may be taken: it says something, and other customers say it too.
    bool is_sound = false;
};

/// Tries ways to group customers on a sample of them, and each on random halves of the sample: as
/// many customers as `options.budget_ms` pays for, at most kComparedRowsMax. The same at any number
/// of threads. Borrows everything. Errors of all: kDeadlineExceeded.
class MethodTrials {
public:
    static constexpr std::size_t kComparedRowsMax = 4096;

    MethodTrials(const FeatureTable& customers,
                 const std::vector<FeatureScaling>& scaling,
                 const SegmentationOptions& options);

    bool are_all() const { return rows_.size() == customers_.rows(); }
    /// " (on 4,096 of the customers)"; empty when on all.
    std::string where() const;

    /// K-means with the number that search_count() chooses, or where that is neither clear nor
    /// stable another convenient one that is: of `all` customers, then it may be taken, or when
    /// there are none, because it will not be, of those compared.
    Result<MethodTrial> centres(const PointBlocks* all) const;
    /// The mixture of 1 to kComponentsMax components (fewer when the budget does not pay for them),
    /// diagonal or full, with the lowest BIC. Sound when it has two or more and fewer than the
    /// most, kStableSimilarity, and no segment below kStabilityLow.
    Result<MethodTrial> mixture() const;
    /// Genie's cut into most segments, 2 to clusters_max, that has kStableSimilarity and no segment
    /// below kStabilityLow or a hundredth of the customers; else the most stable one. Sound when
    /// there is one and the tree is of all customers.
    Result<MethodTrial> genie() const;
    /// overall_stability() of segments that by_dense_groups() found, `labels` of those compared.
    Result<double> stability_of_dense(const std::vector<int>& labels) const;
    /// Those compared, ascending.
    const std::vector<std::size_t>& rows() const { return rows_; }

private:
    /// Groups around centres.
    struct CentresTrial {
        Clustering found;
        SegmentationOptions options;  ///< That make it again.
        std::vector<int> labels;      ///< Of those compared.
        OverallStability stable;
    };

    /// 0 clusters = search_count() chooses. As centres().
    Result<CentresTrial> try_centres(const PointBlocks* all, int clusters) const;
    /// When the groups are neither clear nor sound, takes the best silhouette of a convenient
    /// number of them that is sound instead, if any, and says so; else nothing.
    Result<std::string> prefer_sound(const PointBlocks* all, CentresTrial& tried) const;
    /// The labels of all customers, of those compared.
    std::vector<int> compared(const std::vector<int>& segment_of) const;
    /// Of `found`, which has `labels` on the customers compared.
    Result<OverallStability> stability_of(const std::vector<int>& labels,
                                          const Clustering& found,
                                          const SegmentationOptions& options) const;
    /// Cuts into 2 ... `most` segments; empty where there are fewer rows.
    Result<std::vector<std::vector<int>>> genie_cuts(const FeatureTable& some,
                                                     std::size_t most,
                                                     int threads) const;

    const FeatureTable& customers_;
    const std::vector<FeatureScaling>& scaling_;
    SegmentationOptions options_;
    std::vector<std::size_t> rows_;
    FeatureTable sample_;
    PointBlocks points_;
};

/// How much two clusterings of the same customers agree: 1 when they are the same, about 0 when
/// they have nothing to do with each other. O(rows + segments^2). Source: Hubert & Arabie,
/// "Comparing partitions", Journal of Classification 2, 1985.
double adjusted_rand_index(std::span<const int> a, std::span<const int> b);

/// Share of the customers in the smallest of the groups 0 ... the largest label, 0 ... 1.
double smallest_share(std::span<const int> labels);

/// Share of the customers whose group in `fine` has most of its customers in their group of
/// `coarse`, 0 ... 1: 1 when each fine group lies inside a coarse one. O(rows + segments^2).
double share_inside(std::span<const int> fine, std::span<const int> coarse);

}  // namespace cpo::segmentation
