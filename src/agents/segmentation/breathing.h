#pragma once

#include <span>
#include <vector>

#include "agents/segmentation/lloyd.h"
#include "agents/segmentation/point_blocks.h"
#include "base/random.h"

namespace cpo::segmentation {

/// Leads centres out of a poor local optimum of k-means: up to four clusters of the largest
/// inertia get a second centre, Lloyd's algorithm settles all of them roughly, as many centres that
/// are missed least are taken away, and it settles the others. Done again while inertia falls by a
/// thousandth, then with one centre. Centres are never worse than those given by more than
/// rounding. Source: Fritzke, "The breathing k-means algorithm", arXiv 2006.15666, 2020.
/// O(rows x columns x clusters) a pass, some forty passes. Thread-safe.
class Breathing {
public:
    /// `weights` as KMeansOptions::weights; of `limits` the sum of squares and the deadline count.
    /// All must outlive it.
    Breathing(const PointBlocks& points,
              std::span<const double> weights,
              const Kernels& kernels,
              const LloydLimits& limits);
    /// `centres` is [clusters x columns]. Returns as many that are as good or better.
    std::vector<float> improved(std::vector<float> centres, Random random) const;

    /// Adds `by` centres where the inertia is largest. REQUIRES: as many clusters.
    std::vector<float> grown(const std::vector<float>& centres,
                             std::size_t by,
                             Random& random) const;
    /// Takes away the `by` centres that are missed least. REQUIRES: more clusters than that.
    std::vector<float> shrunk(const std::vector<float>& centres, std::size_t by) const;

private:
    /// The squared distances of each row to the two nearest centres, [blocks x kLanes] each.
    struct Nearest {
        std::vector<float> first, second;
        std::vector<std::uint8_t> cluster_of;
    };

    Lloyd settled(std::vector<float> centres) const;
    Nearest nearest_two(const std::vector<float>& centres) const;
    double weight_of(std::size_t row) const { return weights_.empty() ? 1 : weights_[row]; }
    /// Centres that can be added to `clusters` at most.
    std::size_t room_beside(std::size_t clusters) const;

    const PointBlocks& points_;
    const std::span<const double> weights_;
    const Kernels& kernels_;
    const LloydLimits& limits_;
};

}  // namespace cpo::segmentation
