#include "agents/segmentation/kmeans.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "agents/segmentation/called_off.h"
#include "agents/segmentation/kernels.h"
#include "agents/segmentation/lloyd.h"
#include "agents/segmentation/row_sample.h"
#include "agents/segmentation/seeding.h"
#include "base/parallel.h"
#include "base/random.h"

namespace cpo::segmentation {
namespace {

// Starts whose inertia on the sample differs by less end in the same place: polishing one is
// enough.
constexpr double kSameInertia = 1e-4;

/// Mean over the columns of their variance.
double mean_variance(const PointBlocks& points) {
    const auto rows = static_cast<double>(points.rows());
    double variance = 0;
    for (std::size_t j = 0; j < points.columns(); ++j) {
        std::array<double, kLanes> sums{}, squares{};  // Padding adds 0.
        for (std::size_t b = 0; b < points.blocks(); ++b)
            for (std::size_t lane = 0; lane < kLanes; ++lane) {
                const double value = points.block(b)[j].values[lane];
                sums[lane] += value;
                squares[lane] += value * value;
            }
        const double mean = std::accumulate(sums.begin(), sums.end(), 0.0) / rows;
        const double square = std::accumulate(squares.begin(), squares.end(), 0.0) / rows;
        variance += std::max(0.0, square - mean * mean);
    }
    return variance / static_cast<double>(points.columns());
}

/// The same of weighted rows.
double mean_variance(const PointBlocks& points, std::span<const double> weights) {
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    double variance = 0;
    for (std::size_t j = 0; j < points.columns(); ++j) {
        double sum = 0, squares = 0;
        for (std::size_t row = 0; row < points.rows(); ++row) {
            const double value = points.at(row, j);
            sum += weights[row] * value;
            squares += weights[row] * value * value;
        }
        const double mean = sum / total;
        variance += std::max(0.0, squares / total - mean * mean);
    }
    return variance / static_cast<double>(points.columns());
}

/// spread_sample() of rows that each stand for `weights` of them: heavy ones may come again.
std::vector<std::size_t> weighted_sample(std::span<const double> weights,
                                         std::size_t count,
                                         Random random) {
    std::vector<double> running_totals(weights.size());
    std::partial_sum(weights.begin(), weights.end(), running_totals.begin());
    const double stretch = running_totals.back() / static_cast<double>(count);
    // The last row of a weight above 0, for a target that rounding put on the total itself.
    const auto last =
        std::lower_bound(running_totals.begin(), running_totals.end(), running_totals.back());
    std::vector<std::size_t> chosen(count);
    for (std::size_t i = 0; i < count; ++i) {
        const double target = (static_cast<double>(i) + random.uniform()) * stretch;
        const auto found = std::upper_bound(running_totals.begin(), last, target);
        chosen[i] = static_cast<std::size_t>(found - running_totals.begin());
    }
    return chosen;
}

Result<void> check_weights(std::span<const double> weights, std::size_t rows) {
    if (weights.empty()) return {};
    if (weights.size() != rows) return invalid_argument("each row needs a weight");
    double total = 0;
    for (const double weight : weights) {
        if (!(weight >= 0) || std::isinf(weight))
            return invalid_argument("a weight is a number from 0; there are others");
        total += weight;
    }
    if (!(total > 0) || std::isinf(total))
        return invalid_argument("the weights must add up to a number above 0");
    return {};
}

/// Best first; of equally good ones the earlier start.
void sort_by_inertia(std::vector<KMeansResult>& results) {
    std::stable_sort(results.begin(), results.end(), [](const auto& a, const auto& b) {
        return a.inertia < b.inertia;
    });
}

class KMeansRun {
public:
    KMeansRun(const PointBlocks& points, const KMeansOptions& options)
        : points_(points), options_(options), kernels_(kernels_of(options.simd)) {}

    /// Nothing when the rows have fewer distinct values than clusters.
    std::optional<KMeansResult> on_all_rows() const {
        auto results = starts_on(points_, options_.weights, options_.starts);
        if (results.empty()) return std::nullopt;
        return std::move(results.front());
    }

    std::optional<KMeansResult> from_sample() const {
        const Random random = Random(options_.seed).fork(0);
        const auto chosen = options_.weights.empty()
                                ? spread_sample(points_.rows(), kSampleRows, random)
                                : weighted_sample(options_.weights, kSampleRows, random);
        const auto sample = PointBlocks::gather(points_, chosen);
        const double shift_max = options_.tolerance * mean_variance(sample);
        const auto starts = starts_on(sample, {}, std::max(options_.starts, kSampleStartsMin));
        const auto polishes = std::min(kPolishesMax, static_cast<std::size_t>(options_.starts));
        if (starts.empty()) return std::nullopt;
        std::vector<KMeansResult> polished;
        double last_inertia = -1;
        for (const KMeansResult& start : starts) {
            if (polished.size() == polishes) break;
            if (start.inertia <= last_inertia * (1 + kSameInertia)) continue;
            last_inertia = start.inertia;
            Lloyd lloyd(points_, start.centroids, kernels_, options_.threads, options_.weights);
            lloyd.run(options_.iteration_count_max, shift_max, options_.deadline);
            polished.push_back(std::move(lloyd).result());
        }
        sort_by_inertia(polished);
        return std::move(polished.front());
    }

private:
    /// Converged starts, best first.
    std::vector<KMeansResult> starts_on(const PointBlocks& points,
                                        std::span<const double> weights,
                                        int count) const {
        const auto starts = static_cast<std::size_t>(count);
        const double shift_max =
            options_.tolerance *
            (weights.empty() ? mean_variance(points) : mean_variance(points, weights));
        const bool is_wide = starts >= static_cast<std::size_t>(options_.threads);
        std::vector<std::optional<KMeansResult>> slots(starts);
        const auto run_start = [&](std::size_t i) {
            auto centroids = seed_centroids(points,
                                            options_.cluster_count,
                                            kernels_,
                                            Random(options_.seed).fork(i + 1),
                                            weights);
            if (!centroids) return;
            const int threads = is_wide ? 1 : options_.threads;
            Lloyd lloyd(points, std::move(*centroids), kernels_, threads, weights);
            lloyd.run(options_.iteration_count_max, shift_max, options_.deadline);
            slots[i] = std::move(lloyd).result();
        };
        parallel_for(is_wide ? options_.threads : 1, starts, run_start);
        std::vector<KMeansResult> results;
        for (auto& slot : slots)
            if (slot) results.push_back(std::move(*slot));
        sort_by_inertia(results);
        return results;
    }

    const PointBlocks& points_;
    const KMeansOptions& options_;
    const Kernels& kernels_;
};

}  // namespace

Result<KMeansResult> kmeans(const PointBlocks& points, const KMeansOptions& options) {
    const int count = options.cluster_count;
    if (count < 1 || count > kClustersMax)
        return invalid_argument(
            fmt::format("the number of clusters must be 1 to {}, not {}", kClustersMax, count));
    if (static_cast<std::size_t>(count) > points.rows())
        return invalid_argument(fmt::format(
            "{} clusters need at least as many rows, there are {}", count, points.rows()));
    if (options.starts < 1 || options.iteration_count_max < 1)
        return invalid_argument("starts and iterations must be at least 1");
    TRY(check_weights(options.weights, points.rows()));
    const KMeansRun run(points, options);
    auto result = points.rows() > kSampleRows ? run.from_sample() : std::nullopt;
    // A sample can miss rare values that all rows have.
    if (!result) result = run.on_all_rows();
    if (options.deadline.has_passed()) return called_off();
    if (!result)
        return invalid_argument(fmt::format(
            "{} clusters need at least as many different rows; there are fewer", count));
    return std::move(*result);
}

}  // namespace cpo::segmentation
