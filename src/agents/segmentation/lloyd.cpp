#include "agents/segmentation/lloyd.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "base/parallel.h"

namespace cpo::segmentation {
namespace {

// Fixed, so that sums are combined in the same order at any number of threads.
constexpr std::size_t kBlocksPerChunk = 256;
constexpr std::uint8_t kNoCluster = 255;
// Of the sum of squares, for an inertia that has seven digits as a difference from it.
constexpr double kInertiaShareMin = 0.01;
static_assert(kNoCluster >= kClustersMax);

}  // namespace

std::vector<float> half_norms_of(std::span<const float> centres, std::size_t columns) {
    std::vector<float> half_norms(centres.size() / columns);
    for (std::size_t c = 0; c < half_norms.size(); ++c) {
        double norm = 0;
        for (std::size_t j = 0; j < columns; ++j) {
            const double value = centres[c * columns + j];
            norm += value * value;
        }
        half_norms[c] = static_cast<float>(norm / 2);
    }
    return half_norms;
}

Lloyd::Lloyd(const PointBlocks& points,
             std::vector<float> centroids,
             const Kernels& kernels,
             int threads,
             std::span<const double> weights)
    : points_(points),
      kernels_(kernels),
      threads_(threads),
      weights_(weights),
      count_(centroids.size() / points.columns()),
      centroids_(std::move(centroids)),
      half_norms_(half_norms_of(centroids_, points.columns())),
      means_(centroids_.size()),
      sums_(centroids_.size()),
      sizes_(count_),
      masses_(count_),
      labels_(points.blocks() * kLanes, kNoCluster),
      next_labels_(labels_.size()),
      chunks_((points.blocks() + kBlocksPerChunk - 1) / kBlocksPerChunk) {
    for (Chunk& chunk : chunks_) {
        chunk.sums.resize(sums_.size());
        chunk.sizes.resize(count_);
        chunk.masses.resize(count_);
    }
}

template <bool kWeighted>
std::size_t Lloyd::carry(std::size_t number, Chunk& chunk) const {
    const std::size_t columns = points_.columns();
    const std::uint8_t* before = labels_.data() + number * kLanes;
    const std::uint8_t* after = next_labels_.data() + number * kLanes;
    const Lanes* block = points_.block(number);
    const std::size_t lanes = std::min(kLanes, points_.rows() - number * kLanes);
    std::size_t changed = 0;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        if (before[lane] == after[lane]) continue;
        ++changed;
        double weight = 1;
        if constexpr (kWeighted) {
            weight = weights_[number * kLanes + lane];
            if (weight == 0) continue;
            chunk.masses[after[lane]] += weight;
        }
        double* gained = chunk.sums.data() + after[lane] * columns;
        ++chunk.sizes[after[lane]];
        for (std::size_t j = 0; j < columns; ++j)
            gained[j] += weight * static_cast<double>(block[j].values[lane]);
        if (before[lane] == kNoCluster) continue;
        if constexpr (kWeighted) chunk.masses[before[lane]] -= weight;
        double* lost = chunk.sums.data() + before[lane] * columns;
        --chunk.sizes[before[lane]];
        for (std::size_t j = 0; j < columns; ++j)
            lost[j] -= weight * static_cast<double>(block[j].values[lane]);
    }
    return changed;
}

std::size_t Lloyd::assign_chunk(Chunk& chunk, std::size_t number) {
    std::fill(chunk.sums.begin(), chunk.sums.end(), 0.0);
    std::fill(chunk.sizes.begin(), chunk.sizes.end(), 0);
    std::fill(chunk.masses.begin(), chunk.masses.end(), 0.0);
    const std::size_t from = number * kBlocksPerChunk;
    const std::size_t to = std::min(from + kBlocksPerChunk, points_.blocks());
    kernels_.assign({points_.block(from), to - from, points_.columns()},
                    {centroids_.data(), half_norms_.data(), static_cast<int>(count_)},
                    next_labels_.data() + from * kLanes);
    std::size_t changed = 0;
    for (std::size_t b = from; b < to; ++b) {
        std::uint8_t* before = labels_.data() + b * kLanes;
        const std::uint8_t* after = next_labels_.data() + b * kLanes;
        if (std::memcmp(before, after, kLanes) == 0) continue;
        changed += weights_.empty() ? carry<false>(b, chunk) : carry<true>(b, chunk);
        std::memcpy(before, after, kLanes);
    }
    return changed;
}

void Lloyd::assign() {
    ++iterations_;
    is_assigned_ = true;
    parallel_for(threads_, chunks_.size(), [&](std::size_t number) {
        chunks_[number].changed = assign_chunk(chunks_[number], number);
    });
    changed_ = 0;
    for (const Chunk& chunk : chunks_) {
        if (chunk.changed == 0) continue;
        changed_ += chunk.changed;
        for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += chunk.sums[i];
        for (std::size_t c = 0; c < count_; ++c) sizes_[c] += chunk.sizes[c];
        for (std::size_t c = 0; c < count_; ++c) masses_[c] += chunk.masses[c];
    }
}

void Lloyd::move_row(std::size_t row, std::uint8_t to) {
    const std::uint8_t from = labels_[row];
    const double weight = weights_.empty() ? 1 : weights_[row];
    --sizes_[from];
    ++sizes_[to];
    masses_[from] -= weight;
    masses_[to] += weight;
    for (std::size_t j = 0; j < points_.columns(); ++j) {
        const double value = weight * static_cast<double>(points_.at(row, j));
        sums_[from * points_.columns() + j] -= value;
        sums_[to * points_.columns() + j] += value;
    }
    labels_[row] = to;
}

void Lloyd::refill_empty_clusters() {
    for (std::size_t empty = 0; empty < count_; ++empty) {
        if (sizes_[empty] > 0) continue;
        std::size_t farthest = points_.rows();
        double farthest_distance = -1;
        for (std::size_t row = 0; row < points_.rows(); ++row) {
            if (sizes_[labels_[row]] < 2) continue;  // Would empty that cluster instead.
            if (!weights_.empty() && weights_[row] == 0) continue;
            const float* centroid = centroids_.data() + labels_[row] * points_.columns();
            double distance = 0;
            for (std::size_t j = 0; j < points_.columns(); ++j) {
                const double difference =
                    static_cast<double>(points_.at(row, j)) - static_cast<double>(centroid[j]);
                distance += difference * difference;
            }
            if (distance <= farthest_distance) continue;
            farthest = row;
            farthest_distance = distance;
        }
        assert(farthest < points_.rows());  // There are at least as many rows as clusters.
        move_row(farthest, static_cast<std::uint8_t>(empty));
    }
}

bool Lloyd::has_empty_cluster() const {
    return std::find(sizes_.begin(), sizes_.end(), 0) != sizes_.end();
}

double Lloyd::mass_of(std::size_t cluster) const {
    return weights_.empty() ? static_cast<double>(sizes_[cluster]) : masses_[cluster];
}

double Lloyd::explained() const {
    const std::size_t columns = points_.columns();
    double total = 0;
    for (std::size_t c = 0; c < count_; ++c) {
        if (sizes_[c] == 0) continue;
        double squares = 0;
        for (std::size_t i = c * columns; i < (c + 1) * columns; ++i)
            squares += sums_[i] * sums_[i];
        total += squares / mass_of(c);
    }
    return total;
}

double Lloyd::shift_from_means() const {
    double total = 0;
    for (std::size_t i = 0; i < sums_.size(); ++i) {
        const double mass = mass_of(i / points_.columns());
        if (!(mass > 0)) continue;
        const double shift = sums_[i] / mass - static_cast<double>(centroids_[i]);
        total += mass * shift * shift;
    }
    return total;
}

std::vector<std::size_t> Lloyd::row_counts() const {
    if (weights_.empty()) return {sizes_.begin(), sizes_.end()};
    std::vector<std::size_t> sizes(count_);
    for (std::size_t row = 0; row < points_.rows(); ++row) ++sizes[labels_[row]];
    return sizes;
}

double Lloyd::find_means() {
    double shift = 0;
    for (std::size_t i = 0; i < means_.size(); ++i) {
        means_[i] = sums_[i] / mass_of(i / points_.columns());
        const double difference = means_[i] - static_cast<double>(centroids_[i]);
        shift += difference * difference;
    }
    return shift;
}

void Lloyd::move_centres(const std::vector<double>& before, double beyond) {
    for (std::size_t i = 0; i < means_.size(); ++i)
        centroids_[i] = static_cast<float>(means_[i] + beyond * (means_[i] - before[i]));
    half_norms_ = half_norms_of(centroids_, points_.columns());
    is_assigned_ = false;
}

double Lloyd::begin() {
    if (!is_assigned_) assign();
    return explained();
}

void Lloyd::iterate(const LloydLimits& limits) {
    double best = begin();
    bool is_first = true, is_beyond = false;
    int steps = 0;  // Since the momentum was 0.
    std::vector<double> before;
    while (true) {
        const bool is_last =
            iterations_ >= limits.iteration_count_max || limits.deadline.has_passed();
        if (is_beyond && (has_empty_cluster() || explained() < best)) {
            move_centres(means_, 0);
            is_beyond = false;
            steps = 0;
            assign();
            continue;
        }
        if (!is_first && !is_beyond && changed_ == 0) return;  // The centres are these means.
        refill_empty_clusters();
        const double now = explained();
        before.swap(means_);
        means_.resize(centroids_.size());
        const double shift = find_means();
        const bool falls_on = is_first || now - best >= limits.fall_share * (limits.squares - now);
        best = now;
        if (is_last || shift <= limits.shift_max || !falls_on) {
            move_centres(means_, 0);
            return;
        }
        ++steps;
        is_beyond = !is_first && steps > 1;
        move_centres(before, is_beyond ? steps / (steps + 1.0) : 0);
        is_first = false;
        assign();
    }
}

void Lloyd::run(const LloydLimits& limits) {
    iterate(limits);
    if (is_assigned_) return;
    assign();
    // A last cluster emptied by the final assignment would have no rows: give it one and its place.
    if (!has_empty_cluster()) return;
    refill_empty_clusters();
    find_means();
    move_centres(means_, 0);
}

KMeansResult Lloyd::result(double squares) && {
    KMeansResult result;
    labels_.resize(points_.rows());
    result.cluster_of.assign(labels_.begin(), labels_.end());
    result.sizes = row_counts();
    result.iterations = iterations_;
    result.inertia = squares - explained() + shift_from_means();
    result.centroids = std::move(centroids_);
    if (result.inertia >= kInertiaShareMin * squares) return result;
    // The difference of two large numbers would have too few digits.
    result.inertia = 0;
    const auto distances =
        squared_distances_to_own(points_, result.centroids, result.cluster_of, threads_);
    for (std::size_t row = 0; row < distances.size(); ++row)
        result.inertia +=
            (weights_.empty() ? 1 : weights_[row]) * static_cast<double>(distances[row]);
    return result;
}

std::vector<float> squared_distances_to_own(const PointBlocks& points,
                                            std::span<const float> centres,
                                            std::span<const int> cluster_of,
                                            int threads) {
    std::vector<float> distances(points.rows());
    const std::size_t columns = points.columns();
    const std::size_t tasks = (points.blocks() + kBlocksPerChunk - 1) / kBlocksPerChunk;
    parallel_for(threads, tasks, [&](std::size_t task) {
        const std::size_t from = task * kBlocksPerChunk * kLanes;
        const std::size_t to = std::min(from + kBlocksPerChunk * kLanes, points.rows());
        for (std::size_t row = from; row < to; ++row) {
            if (cluster_of[row] == kNoSegment) continue;
            const float* centre =
                centres.data() + static_cast<std::size_t>(cluster_of[row]) * columns;
            const Lanes* block = points.block(row / kLanes);
            float sum = 0;
            for (std::size_t j = 0; j < columns; ++j) {
                const float difference = block[j].values[row % kLanes] - centre[j];
                sum += difference * difference;
            }
            distances[row] = sum;
        }
    });
    return distances;
}

}  // namespace cpo::segmentation
