#include "agents/segmentation/seeding.h"

#include <algorithm>
#include <cmath>

namespace cpo::segmentation {
namespace {

/// Sum in a fixed order that the compiler can run in vector registers.
double sum_of(const std::vector<float>& values) {
    std::array<double, kLanes> lanes{};
    for (std::size_t i = 0; i < values.size(); i += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            lanes[lane] += static_cast<double>(values[i + lane]);
    double sum = 0;
    for (const double lane : lanes) sum += lane;
    return sum;
}

/// Row whose share of the running total holds `target`; one with a positive weight.
std::size_t row_at(const std::vector<double>& running_totals, double target) {
    const auto found = std::upper_bound(running_totals.begin(), running_totals.end(), target);
    if (found != running_totals.end())
        return static_cast<std::size_t>(found - running_totals.begin());
    // Rounding put the target on the total itself: the last row that added anything.
    const auto last =
        std::lower_bound(running_totals.begin(), running_totals.end(), running_totals.back());
    return static_cast<std::size_t>(last - running_totals.begin());
}

class Seeding {
public:
    Seeding(const PointBlocks& points, const Kernels& kernels, std::span<const double> weights)
        : points_(points),
          kernels_(kernels),
          weights_(weights),
          nearest_(points.blocks() * kLanes),
          candidate_(nearest_.size()),
          best_(nearest_.size()),
          running_totals_(points.rows()) {}

    void add_first(Random& random) {
        std::size_t row = 0;
        if (weights_.empty()) {
            row = random.below(points_.rows());
        } else {
            double total = 0;
            for (std::size_t i = 0; i < points_.rows(); ++i)
                running_totals_[i] = total += weights_[i];
            row = row_at(running_totals_, random.uniform() * total);
        }
        measure(row, nearest_);
        append(row);
    }

    /// False when every row already is a centre.
    bool add_next(int candidates, Random& random) {
        double total = 0;
        for (std::size_t i = 0; i < points_.rows(); ++i)
            running_totals_[i] = total += weighted(nearest_, i);
        if (!(total > 0)) return false;
        std::size_t best_row = 0;
        double best_total = 0;
        for (int i = 0; i < candidates; ++i) {
            const std::size_t row = row_at(running_totals_, random.uniform() * total);
            measure(row, candidate_);
            for (std::size_t k = 0; k < candidate_.size(); ++k)
                candidate_[k] = std::min(candidate_[k], nearest_[k]);
            const double left = total_of(candidate_);
            if (i > 0 && left >= best_total) continue;
            best_row = row;
            best_total = left;
            best_.swap(candidate_);
        }
        nearest_.swap(best_);
        append(best_row);
        return true;
    }

    std::vector<float> take_centroids() && { return std::move(centroids_); }

private:
    double weighted(const std::vector<float>& distances, std::size_t row) const {
        const double distance = distances[row];
        return weights_.empty() ? distance : distance * weights_[row];
    }

    double total_of(const std::vector<float>& distances) const {
        if (weights_.empty()) return sum_of(distances);
        double total = 0;
        for (std::size_t row = 0; row < points_.rows(); ++row) total += weighted(distances, row);
        return total;
    }

    void measure(std::size_t row, std::vector<float>& distances) const {
        kernels_.squared_distances({points_.block(0), points_.blocks(), points_.columns()},
                                   points_.row(row).data(),
                                   distances.data());
        // Padding is no row: it must never be drawn.
        std::fill(
            distances.begin() + static_cast<std::ptrdiff_t>(points_.rows()), distances.end(), 0.0F);
    }

    void append(std::size_t row) {
        const auto values = points_.row(row);
        centroids_.insert(centroids_.end(), values.begin(), values.end());
    }

    const PointBlocks& points_;
    const Kernels& kernels_;
    const std::span<const double> weights_;
    std::vector<float> nearest_;  // Squared distance to the nearest centre so far.
    std::vector<float> candidate_, best_;
    std::vector<double> running_totals_;
    std::vector<float> centroids_;
};

}  // namespace

std::optional<std::vector<float>> seed_centroids(const PointBlocks& points,
                                                 int cluster_count,
                                                 const Kernels& kernels,
                                                 Random random,
                                                 std::span<const double> weights) {
    const int candidates = 2 + static_cast<int>(std::log(cluster_count));
    Seeding seeding(points, kernels, weights);
    seeding.add_first(random);
    for (int c = 1; c < cluster_count; ++c)
        if (!seeding.add_next(candidates, random)) return std::nullopt;
    return std::move(seeding).take_centroids();
}

}  // namespace cpo::segmentation
