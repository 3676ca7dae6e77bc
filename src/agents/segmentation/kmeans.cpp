#include "agents/segmentation/kmeans.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "agents/segmentation/breathing.h"
#include "agents/segmentation/called_off.h"
#include "agents/segmentation/kernels.h"
#include "agents/segmentation/lloyd.h"
#include "agents/segmentation/row_sample.h"
#include "agents/segmentation/seeding.h"
#include "base/parallel.h"
#include "base/random.h"

namespace cpo::segmentation {
namespace {

// Starts whose inertia differs by a smaller share end in the same place.
constexpr double kSameInertia = 1e-4;
// LloydLimits::fall_share of starts, and of what is carried on.
constexpr double kRoughFallShare = 1e-3, kFallShareMin = 1e-5;
// Starts that breathe, best first: two, which run at once on two cores, and one of each five more.
constexpr std::size_t kBreathersMin = 2, kStartsPerBreather = 5;

/// Of rows that each stand for weights[row] of them, or for one without weights.
struct Spread {
    double mean_variance = 0;  // Over the columns.
    double squares = 0;        // Sum of the squared lengths.
};

Spread spread_of(const PointBlocks& points, std::span<const double> weights) {
    std::vector<double> sums(points.columns()), squares(points.columns());
    double total = 0;
    for (std::size_t row = 0; row < points.rows(); ++row) {
        const double weight = weights.empty() ? 1 : weights[row];
        total += weight;
        for (std::size_t j = 0; j < points.columns(); ++j) {
            const double value = points.at(row, j);
            sums[j] += weight * value;
            squares[j] += weight * value * value;
        }
    }
    Spread spread;
    for (std::size_t j = 0; j < points.columns(); ++j) {
        const double mean = sums[j] / total;
        spread.mean_variance += std::max(0.0, squares[j] / total - mean * mean);
        spread.squares += squares[j];
    }
    spread.mean_variance /= static_cast<double>(points.columns());
    return spread;
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

/// Centres and what they explain (Lloyd::explained).
struct Candidate {
    std::vector<float> centres;
    double explained = 0;
    Random random{0};  // For breathing.
};

/// Best first; of equally good ones the earlier.
void sort_by_explained(std::vector<Candidate>& candidates) {
    std::stable_sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
        return a.explained > b.explained;
    });
}

/// Whether `worse` is but another way to where `better` is. `squares` as LloydLimits::squares.
bool is_same(const Candidate& better, const Candidate& worse, double squares) {
    const double inertia = squares - worse.explained;
    return better.explained - worse.explained <= kSameInertia * inertia;
}

class KMeansRun {
public:
    KMeansRun(const PointBlocks& points, const KMeansOptions& options)
        : points_(points), options_(options), kernels_(kernels_of(options.simd)) {}

    /// Nothing when the rows have fewer distinct values than clusters.
    std::optional<KMeansResult> on_all_rows() const {
        const Spread spread = spread_of(points_, options_.weights);
        const auto limits = limits_of(spread.mean_variance, spread.squares);
        return best_converged(candidates_on(points_, options_.weights, limits), limits);
    }

    std::optional<KMeansResult> from_sample() const {
        const Coreset coreset = draw_coreset(points_,
                                             options_.weights,
                                             kSampleRows,
                                             Random(options_.seed).fork(0),
                                             options_.threads);
        const auto sample = PointBlocks::gather(points_, coreset.rows);
        const Spread spread = spread_of(sample, coreset.weights);
        const auto candidates =
            candidates_on(sample, coreset.weights, limits_of(spread.mean_variance, spread.squares));
        return best_converged(candidates, limits_of(spread.mean_variance, coreset.squares));
    }

private:
    LloydLimits limits_of(double mean_variance, double squares) const {
        return {.iteration_count_max = options_.iteration_count_max,
                .shift_max = options_.tolerance * mean_variance,
                .fall_share = kFallShareMin,
                .squares = squares,
                .deadline = options_.deadline};
    }

    /// Places to converge from, of all starts: the best that differ, led on by breathing. None when
    /// there are too few distinct rows.
    std::vector<Candidate> candidates_on(const PointBlocks& points,
                                         std::span<const double> weights,
                                         const LloydLimits& limits) const {
        auto candidates = started_on(points, weights, limits);
        if (!options_.breathes) return candidates;
        const Breathing breathing(points, weights, kernels_, limits);
        parallel_for(options_.threads, candidates.size(), [&](std::size_t i) {
            Candidate& candidate = candidates[i];
            auto centres = breathing.improved(std::move(candidate.centres), candidate.random);
            Lloyd lloyd(points, std::move(centres), kernels_, 1, weights);
            lloyd.iterate(limits);
            candidate.centres = lloyd.centroids();
            candidate.explained = lloyd.explained();
        });
        sort_by_explained(candidates);
        return candidates;
    }

    /// The best starts that differ, roughly converged.
    std::vector<Candidate> started_on(const PointBlocks& points,
                                      std::span<const double> weights,
                                      LloydLimits limits) const {
        limits.fall_share = kRoughFallShare;
        const auto wanted = static_cast<std::size_t>(options_.starts);
        const std::size_t kept_max = kBreathersMin + wanted / kStartsPerBreather;
        std::vector<Candidate> starts(options_.breathes ? std::max(wanted, kBreathersMin) : wanted);
        parallel_for(options_.threads, starts.size(), [&](std::size_t i) {
            const Random random = Random(options_.seed).fork(i + 1);
            auto centres =
                seed_centroids(points, options_.cluster_count, kernels_, random, weights);
            if (!centres) return;
            Lloyd lloyd(points, std::move(*centres), kernels_, 1, weights);
            lloyd.iterate(limits);
            starts[i] = {lloyd.centroids(), lloyd.explained(), random.fork(0)};
        });
        std::erase_if(starts, [](const Candidate& start) { return start.centres.empty(); });
        sort_by_explained(starts);
        std::vector<Candidate> kept;
        for (Candidate& start : starts) {
            if (kept.size() == kept_max) break;
            if (!kept.empty() && is_same(kept.back(), start, limits.squares)) continue;
            kept.push_back(std::move(start));
        }
        return kept;
    }

    /// Converges the candidate that is best on all rows.
    std::optional<KMeansResult> best_converged(const std::vector<Candidate>& candidates,
                                               const LloydLimits& limits) const {
        std::optional<Lloyd> best;
        for (const Candidate& candidate : candidates) {
            if (best && is_same(candidates.front(), candidate, limits.squares)) continue;
            Lloyd lloyd(points_, candidate.centres, kernels_, options_.threads, options_.weights);
            if (best && lloyd.begin() <= best->begin()) continue;
            best.emplace(std::move(lloyd));
        }
        if (!best) return std::nullopt;
        best->run(limits);
        return std::move(*best).result();
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
