#include "agents/segmentation/row_sample.h"

#include <algorithm>
#include <cassert>

#include "agents/segmentation/kernels.h"
#include "base/cpu.h"
#include "base/parallel.h"

namespace cpo::segmentation {
namespace {

// Fixed, so that sums are the same at any number of threads.
constexpr std::size_t kBlocksPerStretch = 256;
constexpr std::size_t kRowsPerStretch = kBlocksPerStretch * kLanes;

/// Draws a coreset: see draw_coreset().
class CoresetDraw {
public:
    CoresetDraw(const PointBlocks& points, std::span<const double> weights, int threads)
        : points_(points),
          weights_(weights),
          threads_(threads),
          lengths_(points.blocks() * kLanes),
          sums_((points.blocks() + kBlocksPerStretch - 1) / kBlocksPerStretch) {}

    Coreset draw(std::size_t count, Random random) {
        measure();
        Sums all;
        for (const Sums& each : sums_) {
            all.weight += each.weight;
            all.squares += each.squares;
        }
        by_length_ = all.squares > 0 ? all.weight / all.squares : 0;
        Coreset coreset{std::vector<std::size_t>(count), std::vector<double>(count), all.squares};
        const double step = share_of(all) / static_cast<double>(count);
        std::vector<double> targets(count);
        for (std::size_t i = 0; i < count; ++i)
            targets[i] = (static_cast<double>(i) + random.uniform()) * step;
        choose(targets, step, coreset);
        return coreset;
    }

private:
    /// Of a stretch of rows.
    struct Sums {
        double weight = 0;
        double squares = 0;  // Squared lengths times weight.
    };

    double weight_of(std::size_t row) const { return weights_.empty() ? 1 : weights_[row]; }
    /// By which rows are drawn.
    double share_of(const Sums& sums) const { return sums.weight + by_length_ * sums.squares; }
    Sums sums_of(std::size_t row) const {
        const double weight = weight_of(row);
        return {weight, weight * static_cast<double>(lengths_[row])};
    }

    void measure() {
        const std::vector<float> origin(points_.columns());
        parallel_for(threads_, sums_.size(), [&](std::size_t stretch) {
            const std::size_t from = stretch * kBlocksPerStretch;
            const std::size_t blocks = std::min(kBlocksPerStretch, points_.blocks() - from);
            kernels_of(simd_level())
                .squared_distances({points_.block(from), blocks, points_.columns()},
                                   origin.data(),
                                   lengths_.data() + from * kLanes);
            const std::size_t to = std::min(points_.rows(), (from + blocks) * kLanes);
            for (std::size_t row = from * kLanes; row < to; ++row) {
                const Sums each = sums_of(row);
                sums_[stretch].weight += each.weight;
                sums_[stretch].squares += each.squares;
            }
        });
    }

    /// The rows in whose part of the running total of shares the ascending `targets` lie.
    void choose(const std::vector<double>& targets, double step, Coreset& coreset) const {
        std::vector<double> starts{0};  // Of the stretches.
        for (const Sums& each : sums_) starts.push_back(starts.back() + share_of(each));
        // What rounding put behind all rows is of the last stretch that has some.
        std::size_t last = sums_.size() - 1;
        while (last > 0 && !(share_of(sums_[last]) > 0)) --last;
        parallel_for(threads_, last + 1, [&](std::size_t stretch) {
            const auto first = std::lower_bound(targets.begin(), targets.end(), starts[stretch]);
            const auto end =
                stretch == last
                    ? targets.end()
                    : std::lower_bound(targets.begin(), targets.end(), starts[stretch + 1]);
            auto i = static_cast<std::size_t>(first - targets.begin());
            const auto to = static_cast<std::size_t>(end - targets.begin());
            double running_total = starts[stretch];
            std::size_t chosen = 0;  // Of a share above 0.
            const auto add = [&] {
                coreset.rows[i] = chosen;
                coreset.weights[i] = weight_of(chosen) * step / share_of(sums_of(chosen));
                ++i;
            };
            const std::size_t rows_to = std::min(points_.rows(), (stretch + 1) * kRowsPerStretch);
            for (std::size_t row = stretch * kRowsPerStretch; row < rows_to && i < to; ++row) {
                const double share = share_of(sums_of(row));
                if (share > 0) chosen = row;
                running_total += share;
                while (i < to && targets[i] < running_total) add();
            }
            while (i < to) add();
        });
    }

    const PointBlocks& points_;
    const std::span<const double> weights_;
    const int threads_;
    std::vector<float> lengths_;  // Squared, [blocks x kLanes].
    std::vector<Sums> sums_;      // By stretch.
    double by_length_ = 0;        // Makes half of all shares come from the lengths.
};

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
    return CoresetDraw(points, weights, threads).draw(count, random);
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
