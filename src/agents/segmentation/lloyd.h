#pragma once

#include <cstdint>
#include <vector>

#include "agents/segmentation/kernels.h"
#include "agents/segmentation/kmeans.h"

namespace cpo::segmentation {

/// One run of Lloyd's algorithm. Points and kernels must outlive it.
class Lloyd {
public:
    /// `centroids` is [cluster_count x columns].
    Lloyd(const PointBlocks& points,
          std::vector<float> centroids,
          const Kernels& kernels,
          int threads);

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
        std::size_t changed = 0;
    };

    /// Gives every row its nearest centre; returns how many changed.
    std::size_t assign();
    std::size_t assign_chunk(Chunk& chunk, std::size_t number);
    /// Moves each centre to the mean of its rows; returns the squared distance moved by all.
    double update();
    void refill_empty_clusters();
    void move_row(std::size_t row, std::uint8_t to);
    void refresh_half_norms();

    const PointBlocks& points_;
    const Kernels& kernels_;
    const int threads_;
    const std::size_t count_;
    std::vector<float> centroids_;
    std::vector<float> half_norms_;
    std::vector<double> sums_;         // [count x columns], over the rows of each cluster.
    std::vector<std::int64_t> sizes_;  // [count]
    std::vector<std::uint8_t> labels_, next_labels_;  // [blocks x kLanes]
    std::vector<Chunk> chunks_;
    int iterations_ = 0;
};

}  // namespace cpo::segmentation
