#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "agents/segmentation/kernels.h"
#include "agents/segmentation/kmeans.h"

namespace cpo::segmentation {

/// One run of Lloyd's algorithm. Points, kernels and weights must outlive it.
class Lloyd {
public:
    /// `centroids` is [cluster_count x columns]; `weights` as KMeansOptions::weights.
    Lloyd(const PointBlocks& points,
          std::vector<float> centroids,
          const Kernels& kernels,
          int threads,
          std::span<const double> weights);

    /// Iterates until no row changes cluster, the centres together moved at most `shift_max`
    /// (squared), `iteration_count_max` passes are done or `deadline` has passed; then assigns once
    /// more if the centres moved, so that every row has its nearest centroid.
    void run(int iteration_count_max, double shift_max, Deadline deadline);
    KMeansResult result() &&;

private:
    /// What one stretch of rows changed in one pass.
    struct Chunk {
        std::vector<double> sums;         // [count x columns] to add to the clusters' sums.
        std::vector<std::int64_t> sizes;  // [count] to add to the clusters' sizes.
        std::vector<double> masses;       // [count] to add to the clusters' masses.
        std::size_t changed = 0;
    };

    /// Gives every row its nearest centre; returns how many changed.
    std::size_t assign();
    std::size_t assign_chunk(Chunk& chunk, std::size_t number);
    /// Carries the rows of block `number` whose label changed from cluster to cluster.
    template <bool kWeighted>
    std::size_t carry(std::size_t number, Chunk& chunk) const;
    /// Moves each centre to the mean of its rows; returns the squared distance moved by all.
    double update();
    void refill_empty_clusters();
    void move_row(std::size_t row, std::uint8_t to);
    void refresh_half_norms();

    const PointBlocks& points_;
    const Kernels& kernels_;
    const int threads_;
    const std::span<const double> weights_;
    const std::size_t count_;
    std::vector<float> centroids_;
    std::vector<float> half_norms_;
    std::vector<double> sums_;         // [count x columns], over the rows of each cluster.
    std::vector<std::int64_t> sizes_;  // [count], rows with a weight above 0.
    std::vector<double> masses_;       // [count], their weights; unused without weights.
    std::vector<std::uint8_t> labels_, next_labels_;  // [blocks x kLanes]
    std::vector<Chunk> chunks_;
    int iterations_ = 0;
};

}  // namespace cpo::segmentation
