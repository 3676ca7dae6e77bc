#include "agents/segmentation/breathing.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace cpo::segmentation {
namespace {

constexpr std::size_t kBreathMax = 4;  // Centres that come and go at once. Called m in the paper.
constexpr int kBreathsMax = 50;
constexpr double kGain = 1e-3;       // By which inertia must fall for another breath of the size.
constexpr double kRoughFall = 3e-3;  // LloydLimits::fall_share while centres come and go.
constexpr float kTwinShift = 0.1F;   // Of the way to the row that a new centre goes towards.

/// The numbers of `values`, largest first, of equal ones the lower.
std::vector<std::size_t> descending(const std::vector<double>& values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return values[a] > values[b];
    });
    return order;
}

/// The centre nearest to `centre`, but for those that are gone; itself when there is no other.
std::size_t nearest_centre(const std::vector<float>& centres,
                           std::size_t columns,
                           std::size_t centre,
                           const std::vector<bool>& is_gone) {
    std::size_t nearest = centre;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t other = 0; other < is_gone.size(); ++other) {
        if (other == centre || is_gone[other]) continue;
        double squared = 0;
        for (std::size_t j = 0; j < columns; ++j) {
            const double difference = static_cast<double>(centres[other * columns + j]) -
                                      static_cast<double>(centres[centre * columns + j]);
            squared += difference * difference;
        }
        if (squared >= least) continue;
        least = squared;
        nearest = other;
    }
    return nearest;
}

}  // namespace

Breathing::Breathing(const PointBlocks& points,
                     std::span<const double> weights,
                     const Kernels& kernels,
                     const LloydLimits& limits)
    : points_(points), weights_(weights), kernels_(kernels), limits_(limits) {}

Lloyd Breathing::settled(std::vector<float> centres) const {
    Lloyd lloyd(points_, std::move(centres), kernels_, 1, weights_);
    lloyd.iterate(
        {.fall_share = kRoughFall, .squares = limits_.squares, .deadline = limits_.deadline});
    return lloyd;
}

Breathing::Nearest Breathing::nearest_two(const std::vector<float>& centres) const {
    const std::size_t columns = points_.columns(), lanes = points_.blocks() * kLanes;
    constexpr float kFar = std::numeric_limits<float>::infinity();
    Nearest nearest{std::vector<float>(lanes, kFar),
                    std::vector<float>(lanes, kFar),
                    std::vector<std::uint8_t>(lanes)};
    std::vector<float> distances(lanes);
    for (std::size_t c = 0; c < centres.size() / columns; ++c) {
        kernels_.squared_distances({points_.block(0), points_.blocks(), columns},
                                   centres.data() + c * columns,
                                   distances.data());
        for (std::size_t i = 0; i < lanes; ++i) {
            const float distance = distances[i], first = nearest.first[i];
            nearest.second[i] = std::min(nearest.second[i], std::max(distance, first));
            nearest.first[i] = std::min(distance, first);
        }
    }
    const auto half_norms = half_norms_of(centres, columns);
    kernels_.assign({points_.block(0), points_.blocks(), columns},
                    {centres.data(), half_norms.data(), static_cast<int>(half_norms.size())},
                    nearest.cluster_of.data());
    return nearest;
}

std::size_t Breathing::room_beside(std::size_t clusters) const {
    std::size_t rows = points_.rows();
    if (!weights_.empty())
        rows -= static_cast<std::size_t>(std::count(weights_.begin(), weights_.end(), 0.0));
    const std::size_t most = std::min(rows, static_cast<std::size_t>(kClustersMax));
    return std::min({kBreathMax, clusters - 1, most - std::min(most, clusters)});
}

std::vector<float> Breathing::grown(const std::vector<float>& centres,
                                    std::size_t by,
                                    Random& random) const {
    const std::size_t columns = points_.columns();
    const Nearest nearest = nearest_two(centres);
    std::vector<double> inertias(centres.size() / columns);
    const auto part = [&](std::size_t row) {
        return weight_of(row) * static_cast<double>(nearest.first[row]);
    };
    for (std::size_t row = 0; row < points_.rows(); ++row)
        inertias[nearest.cluster_of[row]] += part(row);
    const auto order = descending(inertias);
    std::vector<float> more = centres;
    for (std::size_t i = 0; i < by; ++i) {
        // A row of the cluster, drawn by its part of the inertia.
        double target = random.uniform() * inertias[order[i]];
        std::size_t towards = 0;
        for (std::size_t row = 0; row < points_.rows() && target >= 0; ++row) {
            if (nearest.cluster_of[row] != order[i]) continue;
            towards = row;
            target -= part(row);
        }
        for (std::size_t j = 0; j < columns; ++j) {
            const float value = centres[order[i] * columns + j];
            more.push_back(value + kTwinShift * (points_.at(towards, j) - value));
        }
    }
    return more;
}

std::vector<float> Breathing::shrunk(const std::vector<float>& centres, std::size_t by) const {
    const std::size_t columns = points_.columns(), count = centres.size() / columns;
    const Nearest nearest = nearest_two(centres);
    // What the inertia would gain by each one's absence. Called utility in the paper.
    std::vector<double> losses(count);
    for (std::size_t row = 0; row < points_.rows(); ++row)
        losses[nearest.cluster_of[row]] -=
            weight_of(row) * static_cast<double>(nearest.second[row] - nearest.first[row]);
    const auto order = descending(losses);
    std::vector<bool> is_gone(count), is_kept(count);
    std::size_t gone = 0;
    // The nearest to one that goes takes over its rows and stays, if enough others are left.
    for (const bool may_go_anyway : {false, true})
        for (const std::size_t c : order) {
            if (gone == by) break;
            if (is_gone[c] || (is_kept[c] && !may_go_anyway)) continue;
            is_gone[c] = true;
            ++gone;
            is_kept[nearest_centre(centres, columns, c, is_gone)] = true;
        }
    std::vector<float> fewer;
    for (std::size_t c = 0; c < count; ++c)
        for (std::size_t j = 0; j < columns && !is_gone[c]; ++j)
            fewer.push_back(centres[c * columns + j]);
    return fewer;
}

std::vector<float> Breathing::improved(std::vector<float> centres, Random random) const {
    double inertia = limits_.squares - Lloyd(points_, centres, kernels_, 1, weights_).begin();
    std::size_t breath = room_beside(centres.size() / points_.columns());
    for (int i = 0; i < kBreathsMax && breath > 0 && !limits_.deadline.has_passed(); ++i) {
        const Lloyd more = settled(grown(centres, breath, random));
        const Lloyd fewer = settled(shrunk(more.centroids(), breath));
        const double found = limits_.squares - fewer.explained();
        if (found < inertia * (1 - kGain)) {
            inertia = found;
            centres = fewer.centroids();
        } else {
            breath = breath > 1 ? 1 : 0;
        }
    }
    return centres;
}

}  // namespace cpo::segmentation
