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
// LloydLimits::fall_share of starts, of places that are compared on all rows, and in the end.
constexpr double kRoughFallShare = 1e-3, kComparedFallShare = 1e-4, kFallShareMin = 5e-6;
// Starts that breathe, best first: two, which run at once on two cores, and one of each five more.
constexpr std::size_t kBreathersMin = 2, kStartsPerBreather = 5;
// How often numbers of clusters take over each other's places, and how many places are kept.
constexpr int kExchanges = 2;
constexpr std::size_t kPlacesMax = 4;
// By which share of the inertia a coreset can mistake the order of two places.
constexpr double kCoresetError = 5e-3;

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

/// The numbers of clusters of one call.
struct Counts {
    int first, last;
    std::size_t size() const {
        return static_cast<std::size_t>(last) - static_cast<std::size_t>(first) + 1;
    }
};

/// One for each of them, in their order.
template <typename T>
using ForEach = std::vector<T>;

class KMeansRun {
public:
    KMeansRun(const PointBlocks& points, const KMeansOptions& options, Counts counts)
        : points_(points), options_(options), counts_(counts), kernels_(kernels_of(options.simd)) {}

    /// Nothing for those numbers of which the rows have fewer distinct values.
    ForEach<std::optional<KMeansResult>> on_all_rows() const {
        const Spread spread = spread_of(points_, options_.weights);
        const auto limits = limits_of(spread.mean_variance, spread.squares);
        return converged(places_on(points_, options_.weights, limits), 0, limits);
    }

    ForEach<std::optional<KMeansResult>> from_sample() const {
        const Coreset coreset = draw_coreset(points_,
                                             options_.weights,
                                             kSampleRows,
                                             Random(options_.seed).fork(0),
                                             options_.threads);
        const auto sample = PointBlocks::gather(points_, coreset.rows);
        const Spread spread = spread_of(sample, coreset.weights);
        const auto places =
            places_on(sample, coreset.weights, limits_of(spread.mean_variance, spread.squares));
        return converged(places, kCoresetError, limits_of(spread.mean_variance, coreset.squares));
    }

private:
    /// Where a run can start or has ended, best first.
    using Places = std::vector<Candidate>;

    LloydLimits limits_of(double mean_variance, double squares) const {
        return {.iteration_count_max = options_.iteration_count_max,
                .shift_max = options_.tolerance * mean_variance,
                .fall_share = kFallShareMin,
                .squares = squares,
                .deadline = options_.deadline};
    }

    /// Calls task(index of a count, i) for all i below `each`; large counts first, they take long.
    template <typename Task>
    void for_each_count(std::size_t each, const Task& task) const {
        parallel_for(options_.threads, counts_.size() * each, [&](std::size_t i) {
            task(counts_.size() - 1 - i / each, i % each);
        });
    }

    /// Places to converge from on all rows: the best starts that differ, led on by breathing. None
    /// when there are too few distinct rows.
    ForEach<Places> places_on(const PointBlocks& points,
                              std::span<const double> weights,
                              const LloydLimits& limits) const {
        auto places = started_on(points, weights, limits);
        if (!options_.breathes) return places;
        const Breathing breathing(points, weights, kernels_, limits);
        std::size_t most = 0;
        for (const Places& each : places) most = std::max(most, each.size());
        for_each_count(most, [&](std::size_t k, std::size_t i) {
            if (i >= places[k].size()) return;
            Candidate& place = places[k][i];
            place.centres = breathing.improved(std::move(place.centres), place.random);
            settle(place, points, weights, limits);
        });
        for (Places& each : places) keep_best(each, limits.squares, kPlacesMax);
        for (int round = 0; round < kExchanges && counts_.size() > 1; ++round) {
            const ForEach<Places> before = places;
            for_each_count(1, [&](std::size_t k, std::size_t) {
                if (before[k].empty()) return;
                for (Candidate& place : neighbours_of(k, before, breathing)) {
                    settle(place, points, weights, limits);
                    places[k].push_back(std::move(place));
                }
                keep_best(places[k], limits.squares, kPlacesMax);
            });
        }
        return places;
    }

    /// The best places of one cluster fewer and one more, with one added or taken away.
    Places neighbours_of(std::size_t k,
                         const ForEach<Places>& places,
                         const Breathing& breathing) const {
        Places found;
        if (k > 0) {
            Candidate place = places[k - 1].front();
            place.centres = breathing.grown(place.centres, 1, place.random);
            found.push_back(std::move(place));
        }
        if (k + 1 < places.size() && !places[k + 1].empty()) {
            Candidate place = places[k + 1].front();
            place.centres = breathing.shrunk(place.centres, 1);
            found.push_back(std::move(place));
        }
        return found;
    }

    /// Lets a place converge on `points`.
    void settle(Candidate& place,
                const PointBlocks& points,
                std::span<const double> weights,
                const LloydLimits& limits) const {
        Lloyd lloyd(points, std::move(place.centres), kernels_, 1, weights);
        lloyd.iterate(limits);
        place.centres = lloyd.centroids();
        place.explained = lloyd.explained();
    }

    int count_at(std::size_t k) const { return counts_.first + static_cast<int>(k); }

    /// Larger numbers get fewer: the places of their neighbours stand in for them.
    std::size_t starts_of(std::size_t k) const {
        const int starts = options_.starts * counts_.first / count_at(k);
        return std::max(static_cast<std::size_t>(starts), options_.breathes ? kBreathersMin : 1);
    }

    /// The best starts that differ, roughly converged.
    ForEach<Places> started_on(const PointBlocks& points,
                               std::span<const double> weights,
                               LloydLimits limits) const {
        limits.fall_share = kRoughFallShare;
        ForEach<Places> places(counts_.size());
        for (std::size_t k = 0; k < places.size(); ++k) places[k].resize(starts_of(k));
        for_each_count(places.front().size(), [&](std::size_t k, std::size_t i) {
            if (i >= places[k].size()) return;
            Candidate& place = places[k][i];
            const Random random = Random(options_.seed).fork(i + 1);
            auto centres = seed_centroids(points, count_at(k), kernels_, random, weights);
            if (!centres) return;
            place.centres = std::move(*centres);
            place.random = random.fork(0);
            settle(place, points, weights, limits);
        });
        for (Places& each : places) {
            const std::size_t kept = kBreathersMin + each.size() / kStartsPerBreather;
            std::erase_if(each, [](const Candidate& place) { return place.centres.empty(); });
            keep_best(each, limits.squares, kept);
        }
        return places;
    }

    /// The best `count` that differ.
    static void keep_best(Places& places, double squares, std::size_t count) {
        sort_by_explained(places);
        Places kept;
        for (Candidate& place : places) {
            if (kept.size() == count) break;
            if (!kept.empty() && is_same(kept.back(), place, squares)) continue;
            kept.push_back(std::move(place));
        }
        places = std::move(kept);
    }

    /// The best that comes of the places on all rows, of those whose inertia is at most `error` of
    /// the least above it. Nothing more is begun once the deadline has passed.
    ForEach<std::optional<KMeansResult>> converged(const ForEach<Places>& places,
                                                   double error,
                                                   const LloydLimits& limits) const {
        const int threads = std::max(1, options_.threads / static_cast<int>(counts_.size()));
        ForEach<std::optional<KMeansResult>> results(counts_.size());
        LloydLimits rough = limits;
        rough.fall_share = kComparedFallShare;
        for_each_count(1, [&](std::size_t k, std::size_t) {
            std::optional<Lloyd> best;
            for (const Candidate& place : places[k]) {
                const double most = places[k].front().explained;
                if (most - place.explained > error * (limits.squares - most)) break;
                if (options_.deadline.has_passed()) return;
                Lloyd lloyd(points_, place.centres, kernels_, threads, options_.weights);
                lloyd.iterate(rough);
                if (options_.deadline.has_passed()) return;
                if (!best || lloyd.explained() > best->explained()) best.emplace(std::move(lloyd));
            }
            if (!best) return;
            best->run(limits);
            results[k] = std::move(*best).result(limits.squares);
        });
        return results;
    }

    const PointBlocks& points_;
    const KMeansOptions& options_;
    const Counts counts_;
    const Kernels& kernels_;
};

ForEach<std::optional<KMeansResult>> run_for(const PointBlocks& points,
                                             const KMeansOptions& options,
                                             Counts counts) {
    if (points.rows() <= kSampleRows) return KMeansRun(points, options, counts).on_all_rows();
    auto results = KMeansRun(points, options, counts).from_sample();
    if (results.back() || options.deadline.has_passed()) return results;
    // A sample can miss rare values that all rows have.
    const auto missed = std::find_if(results.begin(),
                                     results.end(),
                                     [](const auto& result) { return !result.has_value(); }) -
                        results.begin();
    auto others = KMeansRun(points, options, {counts.first + static_cast<int>(missed), counts.last})
                      .on_all_rows();
    std::move(others.begin(), others.end(), results.begin() + missed);
    return results;
}

Result<void> check(const PointBlocks& points, const KMeansOptions& options, Counts counts) {
    if (counts.first < 1 || counts.last > kClustersMax)
        return invalid_argument(fmt::format("the number of clusters must be 1 to {}, not {}",
                                            kClustersMax,
                                            counts.first < 1 ? counts.first : counts.last));
    if (options.starts < 1 || options.iteration_count_max < 1)
        return invalid_argument("starts and iterations must be at least 1");
    return check_weights(options.weights, points.rows());
}

}  // namespace

Result<KMeansResult> kmeans(const PointBlocks& points, const KMeansOptions& options) {
    const int count = options.cluster_count;
    TRY(check(points, options, {count, count}));
    if (static_cast<std::size_t>(count) > points.rows())
        return invalid_argument(fmt::format(
            "{} clusters need at least as many rows, there are {}", count, points.rows()));
    auto results = run_for(points, options, {count, count});
    if (options.deadline.has_passed()) return called_off();
    if (!results.front())
        return invalid_argument(fmt::format(
            "{} clusters need at least as many different rows; there are fewer", count));
    return std::move(*results.front());
}

Result<std::vector<KMeansResult>> kmeans_for_each(const PointBlocks& points,
                                                  int first,
                                                  int last,
                                                  const KMeansOptions& options) {
    last = static_cast<int>(std::min(static_cast<std::size_t>(last), points.rows()));
    std::vector<KMeansResult> found;
    if (last < first) return found;
    TRY(check(points, options, {first, last}));
    auto results = run_for(points, options, {first, last});
    if (options.deadline.has_passed()) return called_off();
    for (auto& result : results)
        if (result) found.push_back(std::move(*result));
    return found;
}

}  // namespace cpo::segmentation
