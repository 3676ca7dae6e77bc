#include "agents/segmentation/matrix_linkage.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "agents/segmentation/called_off.h"
#include "base/parallel.h"

namespace cpo::segmentation {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Fewer take less time than to start a thread.
constexpr std::size_t kSlotsPerTask = 4096;
/// Distances lie in square tiles of this many slots a side, so that walking along a slot among the
/// lower ones meets one cache line in a tile, and along the higher ones lines beside each other.
constexpr std::size_t kTile = 8;

/// A cluster lives in the slot of the last of its rows; slots without one are infinitely far.
class MatrixRun {
public:
    MatrixRun(Linkage linkage, const ExactPoints& points, int threads, Deadline deadline)
        : linkage_(linkage),
          is_squared_(linkage == Linkage::kCentroid || linkage == Linkage::kMedian),
          threads_(threads),
          deadline_(deadline),
          slots_(points.rows()),
          tile_starts_((slots_ + kTile - 1) / kTile),
          nearest_(slots_),
          least_(slots_, kInfinity),
          sizes_(slots_, 1) {
        const std::size_t tiles = tile_starts_.size();
        for (std::size_t i = 0; i < tiles; ++i) tile_starts_[i] = i * (2 * tiles - i - 1) / 2;
        distances_.assign(tiles * (tiles + 1) / 2 * kTile * kTile, kInfinity);
        ExactPoints scaled = points;
        unit_ = scale_to_unit(scaled);
        parallel_for(threads_, tiles, [&](std::size_t tile) {
            if (deadline_.has_passed()) return;
            const std::size_t to = std::min((tile + 1) * kTile, slots_);
            for (std::size_t slot = tile * kTile; slot < to; ++slot) measure(scaled, slot);
        });
    }

    Result<Dendrogram> run() {
        std::vector<TreeMerge> merges;
        while (merges.size() + 1 < slots_) {
            if (deadline_.has_passed()) return called_off();
            const std::size_t a = next();
            const std::size_t b = nearest_[a];
            const double height = is_squared_ ? std::sqrt(least_[a]) : least_[a];
            merges.push_back(
                {static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b), unit_ * height, 0});
            join(a, b);
        }
        return is_squared_ ? numbered(slots_, std::move(merges))
                           : ordered(slots_, std::move(merges));
    }

private:
    double& distance(std::size_t a, std::size_t b) {
        const auto [low, high] = std::minmax(a, b);
        const std::size_t tile = tile_starts_[low / kTile] + high / kTile;
        return distances_[(tile * kTile + high % kTile) * kTile + low % kTile];
    }

    /// All distances of `slot` to those above it.
    void measure(const ExactPoints& points, std::size_t slot) {
        for (std::size_t other = slot + 1; other < slots_; ++other) {
            const double squared = squared_distance(points.row(slot), points.row(other));
            distance(slot, other) = is_squared_ ? squared : std::sqrt(squared);
        }
        find_nearest(slot);
    }

    /// Of the slots above `slot`.
    void find_nearest(std::size_t slot) {
        least_[slot] = kInfinity;
        for (std::size_t other = slot + 1; other < slots_; ++other) {
            const double found = distance(slot, other);
            if (found >= least_[slot]) continue;
            least_[slot] = found;
            nearest_[slot] = other;
        }
    }

    /// The lower slot of the nearest pair. What is kept of a slot is never more than the truth.
    std::size_t next() {
        while (true) {
            const auto slot = static_cast<std::size_t>(
                std::min_element(least_.begin(), least_.end()) - least_.begin());
            if (least_[slot] == distance(slot, nearest_[slot])) return slot;
            find_nearest(slot);
        }
    }

    void join(std::size_t a, std::size_t b) {
        const double between = distance(a, b);
        least_[a] = kInfinity;
        const std::size_t tasks = (slots_ + kSlotsPerTask - 1) / kSlotsPerTask;
        parallel_for(threads_, tasks, [&](std::size_t task) {
            const std::size_t to = std::min((task + 1) * kSlotsPerTask, slots_);
            for (std::size_t slot = task * kSlotsPerTask; slot < to; ++slot)
                if (slot != a && slot != b && sizes_[slot] != 0) update(slot, a, b, between);
        });
        distance(a, b) = kInfinity;
        sizes_[b] += std::exchange(sizes_[a], 0);
        find_nearest(b);
    }

    /// The distance of `slot` to the union of a and b, which b has from now on.
    void update(std::size_t slot, std::size_t a, std::size_t b, double between) {
        double& to_a = distance(slot, a);
        double& to_b = distance(slot, b);
        to_b = joined(to_a, to_b, between, sizes_[a], sizes_[b]);
        to_a = kInfinity;
        if (slot < a && nearest_[slot] == a) nearest_[slot] = b;
        if (slot < b && to_b < least_[slot]) {
            nearest_[slot] = b;
            least_[slot] = to_b;
        }
    }

    /// Distance of a third cluster to the union of two, by those to the two and between them.
    double joined(double to_a, double to_b, double between, double a, double b) const {
        switch (linkage_) {
            case Linkage::kComplete:
                return std::max(to_a, to_b);
            case Linkage::kCentroid:
                return std::max(0.0, (a * to_a + b * to_b - a * b / (a + b) * between) / (a + b));
            case Linkage::kMedian:
                return std::max(0.0, (to_a + to_b) / 2 - between / 4);
            default:
                return (a * to_a + b * to_b) / (a + b);
        }
    }

    const Linkage linkage_;
    const bool is_squared_;  ///< Whether the distances are.
    const int threads_;
    const Deadline deadline_;
    const std::size_t slots_;
    double unit_ = 1;
    std::vector<std::size_t> tile_starts_;  ///< By tile of the lower slot: of its tile 0.
    std::vector<double> distances_;         ///< Of pairs, by the lower slot.
    std::vector<std::size_t> nearest_;      ///< By slot: of those above it...
    std::vector<double> least_;             ///< ... and what its distance is not below.
    std::vector<double> sizes_;             ///< By slot; 0 when there is no cluster.
};

}  // namespace

Result<Dendrogram> matrix_linkage(Linkage linkage,
                                  const ExactPoints& points,
                                  int threads,
                                  Deadline deadline) {
    return MatrixRun(linkage, points, threads, deadline).run();
}

}  // namespace cpo::segmentation
