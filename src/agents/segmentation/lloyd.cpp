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
static_assert(kNoCluster >= kClustersMax);

}  // namespace

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
      half_norms_(count_),
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
    refresh_half_norms();
}

void Lloyd::refresh_half_norms() {
    for (std::size_t c = 0; c < count_; ++c) {
        double norm = 0;
        for (std::size_t j = 0; j < points_.columns(); ++j) {
            const double value = centroids_[c * points_.columns() + j];
            norm += value * value;
        }
        half_norms_[c] = static_cast<float>(norm / 2);
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

std::size_t Lloyd::assign() {
    ++iterations_;
    parallel_for(threads_, chunks_.size(), [&](std::size_t number) {
        chunks_[number].changed = assign_chunk(chunks_[number], number);
    });
    std::size_t changed = 0;
    for (const Chunk& chunk : chunks_) {
        if (chunk.changed == 0) continue;
        changed += chunk.changed;
        for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += chunk.sums[i];
        for (std::size_t c = 0; c < count_; ++c) sizes_[c] += chunk.sizes[c];
        for (std::size_t c = 0; c < count_; ++c) masses_[c] += chunk.masses[c];
    }
    return changed;
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

double Lloyd::update() {
    refill_empty_clusters();
    double shift = 0;
    for (std::size_t c = 0; c < count_; ++c) {
        const double mass = weights_.empty() ? static_cast<double>(sizes_[c]) : masses_[c];
        for (std::size_t j = 0; j < points_.columns(); ++j) {
            float& value = centroids_[c * points_.columns() + j];
            const double mean = sums_[c * points_.columns() + j] / mass;
            const double difference = mean - static_cast<double>(value);
            shift += difference * difference;
            value = static_cast<float>(mean);
        }
    }
    refresh_half_norms();
    return shift;
}

void Lloyd::run(int iteration_count_max, double shift_max, Deadline deadline) {
    bool is_settled = false;
    while (!is_settled && iterations_ < iteration_count_max && !deadline.has_passed()) {
        if (assign() == 0) return;  // The centres are the means of these very rows.
        is_settled = update() <= shift_max;
    }
    assign();
    // A last cluster emptied by the final assignment would have no rows: give it one and its place.
    if (std::find(sizes_.begin(), sizes_.end(), 0) != sizes_.end()) update();
}

KMeansResult Lloyd::result() && {
    KMeansResult result;
    result.centroids = std::move(centroids_);
    labels_.resize(points_.rows());
    result.cluster_of.assign(labels_.begin(), labels_.end());
    result.sizes.resize(count_);
    for (const std::uint8_t label : labels_) ++result.sizes[label];
    result.iterations = iterations_;
    double inertia = 0;
    const auto distances =
        squared_distances_to_own(points_, result.centroids, result.cluster_of, threads_);
    for (std::size_t from = 0; from < distances.size(); from += kLanes) {
        // Per block first: short sums, and the same order whatever computed the distances.
        double block = 0;
        const std::size_t to = std::min(from + kLanes, distances.size());
        for (std::size_t i = from; i < to; ++i)
            block += (weights_.empty() ? 1 : weights_[i]) * static_cast<double>(distances[i]);
        inertia += block;
    }
    result.inertia = inertia;
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
