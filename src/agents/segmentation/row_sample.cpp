#include "agents/segmentation/row_sample.h"

#include <algorithm>
#include <cassert>

#include "agents/segmentation/kernels.h"
#include "base/cpu.h"
#include "base/parallel.h"

namespace cpo::segmentation {
namespace {

// Fixed, so that sums are the same at any number of threads.
constexpr std::size_t kBlocksPerTask = 256;

/// The squared length of each row, [blocks x kLanes]; padding has 0.
std::vector<float> squared_lengths(const PointBlocks& points, int threads) {
    const std::vector<float> origin(points.columns());
    std::vector<float> lengths(points.blocks() * kLanes);
    const std::size_t tasks = (points.blocks() + kBlocksPerTask - 1) / kBlocksPerTask;
    parallel_for(threads, tasks, [&](std::size_t task) {
        const std::size_t from = task * kBlocksPerTask;
        const std::size_t blocks = std::min(kBlocksPerTask, points.blocks() - from);
        kernels_of(simd_level())
            .squared_distances({points.block(from), blocks, points.columns()},
                               origin.data(),
                               lengths.data() + from * kLanes);
    });
    return lengths;
}

}  // namespace

std::vector<std::size_t> spread_sample(std::size_t rows, std::size_t count, Random random) {
    assert(count <= rows);
    std::vector<std::size_t> chosen(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t from = rows * i / count;
        chosen[i] = from + random.below(rows * (i + 1) / count - from);
    }
    return chosen;
}

Coreset draw_coreset(const PointBlocks& points,
                     std::span<const double> weights,
                     std::size_t count,
                     Random random,
                     int threads) {
    const auto lengths = squared_lengths(points, threads);
    const auto weight_of = [&](std::size_t row) { return weights.empty() ? 1 : weights[row]; };
    Coreset coreset;
    double total = 0;
    for (std::size_t row = 0; row < points.rows(); ++row) {
        total += weight_of(row);
        coreset.squares += weight_of(row) * static_cast<double>(lengths[row]);
    }
    const double by_length = coreset.squares > 0 ? total / coreset.squares : 0;
    const double all = by_length > 0 ? 2 * total : total;
    const double stretch = all / static_cast<double>(count);
    const auto share_of = [&](std::size_t row) {
        return weight_of(row) * (1 + by_length * static_cast<double>(lengths[row]));
    };
    const auto add = [&](std::size_t row) {
        coreset.rows.push_back(row);
        coreset.weights.push_back(weight_of(row) * stretch / share_of(row));
    };
    double running_total = 0, target = random.uniform() * stretch;
    std::size_t last = 0;  // Of a weight above 0, for targets that rounding put behind all rows.
    for (std::size_t row = 0; row < points.rows() && coreset.rows.size() < count; ++row) {
        const double share = share_of(row);
        if (share > 0) last = row;
        running_total += share;
        while (target < running_total && coreset.rows.size() < count) {
            add(row);
            target = (static_cast<double>(coreset.rows.size()) + random.uniform()) * stretch;
        }
    }
    while (coreset.rows.size() < count) add(last);
    return coreset;
}

FeatureTable chosen_rows(const FeatureTable& customers, std::span<const std::size_t> rows) {
    FeatureTable chosen{{}, customers.definitions, {}};
    for (const std::size_t row : rows) {
        chosen.ids.push_back(customers.ids[row]);
        const auto values = customers.row(row);
        chosen.values.insert(chosen.values.end(), values.begin(), values.end());
        if (!customers.weights.empty()) chosen.weights.push_back(customers.weights[row]);
    }
    return chosen;
}

}  // namespace cpo::segmentation
