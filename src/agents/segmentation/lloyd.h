#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "agents/segmentation/kernels.h"
#include "agents/segmentation/kmeans.h"

namespace cpo::segmentation {

/// Half the squared length of each of `centres` [clusters x columns], as CentroidView has them.
std::vector<float> half_norms_of(std::span<const float> centres, std::size_t columns);

/// When a run ends: see Lloyd::iterate().
struct LloydLimits {
    int iteration_count_max = 300;
    double shift_max = 0;   ///< Squared distance that all centres moved together.
    double fall_share = 0;  ///< Of the inertia, by which it falls in one pass.
    double squares = 0;     ///< Sum of the rows' squared lengths (times weight); for fall_share.
    Deadline deadline = Deadline::never();
};

/// One run of Lloyd's algorithm with momentum: the centres go beyond the means of their rows by the
/// way the means have come since the pass before, times t / (t + 1) in pass t; where that makes the
/// inertia rise, they go back to the means and t starts again. So inertia never rises, and tails of
/// many small steps take a third of the passes. Source of the steps and the restart: O'Donoghue &
/// Candes, "Adaptive Restart for Accelerated Gradient Schemes", Found. Comput. Math. 15, 2015; a
/// pass of Lloyd's is a gradient step (Bottou & Bengio, NIPS 1994). Points, kernels and weights
/// must outlive it.
class Lloyd {
public:
    /// `centroids` is [cluster_count x columns]; `weights` as KMeansOptions::weights.
    Lloyd(const PointBlocks& points,
          std::vector<float> centroids,
          const Kernels& kernels,
          int threads,
          std::span<const double> weights);

    /// Gives every row its nearest centre, if the centres moved since, and returns explained().
    double begin();
    /// Iterates until no row changes cluster, the centres together moved at most `shift_max`, the
    /// inertia fell by less than `fall_share` of it, `iteration_count_max` passes are done or
    /// `deadline` has passed. The centres then are the means of their rows. Goes on from where it
    /// ended before.
    void iterate(const LloydLimits& limits);
    /// The same, and assigns once more if the centres moved, so that every row has its nearest
    /// centroid.
    void run(const LloydLimits& limits);
    /// What the inertia of the rows about the means of their clusters is less than the sum of the
    /// rows' squared lengths. REQUIRES: begin().
    double explained() const;
    const std::vector<float>& centroids() const { return centroids_; }
    /// `squares` as LloydLimits::squares. REQUIRES: run().
    KMeansResult result(double squares) &&;

private:
    /// What one stretch of rows changed in one pass.
    struct Chunk {
        std::vector<double> sums;         // [count x columns] to add to the clusters' sums.
        std::vector<std::int64_t> sizes;  // [count] to add to the clusters' sizes.
        std::vector<double> masses;       // [count] to add to the clusters' masses.
        std::size_t changed = 0;
    };

    /// Gives every row its nearest centre.
    void assign();
    std::size_t assign_chunk(Chunk& chunk, std::size_t number);
    /// Carries the rows of block `number` whose label changed from cluster to cluster.
    template <bool kWeighted>
    std::size_t carry(std::size_t number, Chunk& chunk) const;
    /// Sets means_; returns the squared distance of all centres from them.
    double find_means();
    /// Moves the centres to the means and `beyond` times the way from `before` further.
    void move_centres(const std::vector<double>& before, double beyond);
    bool has_empty_cluster() const;
    double mass_of(std::size_t cluster) const;
    /// What the inertia about the centres is more than that about the means.
    double shift_from_means() const;
    /// [count], also those of a weight of 0.
    std::vector<std::size_t> row_counts() const;
    void refill_empty_clusters();
    void move_row(std::size_t row, std::uint8_t to);

    const PointBlocks& points_;
    const Kernels& kernels_;
    const int threads_;
    const std::span<const double> weights_;
    const std::size_t count_;
    std::vector<float> centroids_;
    std::vector<float> half_norms_;
    std::vector<double> means_;        // [count x columns], of the rows of each cluster.
    std::vector<double> sums_;         // [count x columns], over the rows of each cluster.
    std::vector<std::int64_t> sizes_;  // [count], rows with a weight above 0.
    std::vector<double> masses_;       // [count], their weights; unused without weights.
    std::vector<std::uint8_t> labels_, next_labels_;  // [blocks x kLanes]
    std::vector<Chunk> chunks_;
    bool is_assigned_ = false;  // Every row has its nearest centre.
    std::size_t changed_ = 0;   // Rows that the last pass moved.
    int iterations_ = 0;
};

}  // namespace cpo::segmentation
