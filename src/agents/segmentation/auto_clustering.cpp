#include "agents/segmentation/auto_clustering.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "agents/segmentation/hdbscan.h"
#include "agents/segmentation/method_trials.h"
#include "agents/segmentation/neighbours.h"
#include "agents/segmentation/number_words.h"
#include "agents/segmentation/row_sample.h"
#include "agents/segmentation/scaling.h"
#include "agents/segmentation/stopwatch.h"
#include "agents/segmentation/structure.h"
#include "base/random.h"

namespace cpo::segmentation {
namespace {

constexpr double kDistanceTermsPerMs = 1e6;
/// "'Highly stable' clusters should yield average Jaccard similarities of 0.85 and above" (Hennig,
/// fpc::clusterboot).
constexpr double kHighlyStable = 0.85;
/// A smaller difference of two stabilities may be the luck of the resamples.
constexpr double kClearlyMoreStable = 0.1;
/// Groups divide others further when so many customers are inside of them, and when customers are
/// so surely in their own: pieces of one round or long group overlap more (Hennig, "Methods for
/// merging Gaussian mixture components", ADAC 4, 2010, merges by such probabilities).
constexpr double kInsideMin = 0.98, kCertaintyMin = 0.975;
/// The smallest group is a fiftieth of the customers.
constexpr std::size_t kSmallestOf = 50;
constexpr std::size_t kSizeMinLeast = 5;
constexpr std::size_t kNeighbours = 5;  ///< HDBSCAN's points_min.
/// Fewer rows show no groups.
constexpr std::size_t kRowsMin = 4 * kSizeMinLeast;

/// Groups that lie apart, on the rows of a sample.
struct DenseGroups {
    std::vector<std::size_t> rows;  ///< Ascending.
    std::vector<int> label_of;      ///< [rows of the sample].
    std::vector<double> persistence;
    double noise_share = 1;

    std::size_t count() const { return persistence.size(); }
    bool are_clear() const { return count() >= 2 && noise_share <= kNoiseShareMax; }
};

Result<DenseGroups> find_dense_groups(const ExactPoints& exact,
                                      const SegmentationOptions& options) {
    DenseGroups groups;
    const double affordable = std::sqrt(static_cast<double>(options.budget_ms) *
                                        kDistanceTermsPerMs / static_cast<double>(exact.columns));
    groups.rows = spread_sample(
        exact.rows(),
        std::min(exact.rows(), std::max(kRowsMin, static_cast<std::size_t>(affordable))),
        Random(options.seed));
    if (groups.rows.size() < kRowsMin) return groups;
    ExactPoints sample{exact.columns, {}};
    for (const std::size_t row : groups.rows) {
        const auto values = exact.row(row);
        sample.values.insert(sample.values.end(), values.begin(), values.end());
    }
    HdbscanResult found =
        TRY(hdbscan(sample,
                    {.size_min = std::max(kSizeMinLeast, groups.rows.size() / kSmallestOf),
                     .points_min = kNeighbours,
                     .threads = options.threads,
                     .deadline = options.deadline}));
    groups.noise_share = static_cast<double>(found.noise) / static_cast<double>(groups.rows.size());
    groups.label_of = std::move(found.cluster_of);
    groups.persistence = std::move(found.persistence);
    return groups;
}

/// The labels of `rows`, each with the nearest of the groups.
Result<std::vector<int>> joined(const ExactPoints& exact,
                                const DenseGroups& groups,
                                std::span<const std::size_t> rows,
                                const SegmentationOptions& options) {
    std::vector<int> label_of(exact.rows(), kNoSegment);
    for (std::size_t i = 0; i < groups.label_of.size(); ++i)
        label_of[groups.rows[i]] = groups.label_of[i];
    return nearest_labels(exact, label_of, rows, options.threads, options.deadline);
}

/// Everybody with the nearest of the groups.
Result<Clustering> joined_by_all(const ExactPoints& exact,
                                 DenseGroups groups,
                                 const SegmentationOptions& options) {
    std::vector<std::size_t> rows(exact.rows());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    Clustering result;
    result.algorithm = "hdbscan";
    result.cluster_of = TRY(joined(exact, groups, rows, options));
    result.persistence = std::move(groups.persistence);
    result.criterion =
        "The groups that lie apart, of any shape; customers between them are with the nearest.";
    return result;
}

Clustering one_for_all(const PointBlocks& points, int threads) {
    Clustering result;
    result.algorithm = "kmeans";
    result.cluster_of.assign(points.rows(), 0);
    result.criterion = "The customers do not fall into groups, so there is one segment.";
    set_centres(points, 1, threads, result);
    return result;
}

MethodCandidate dense_candidate(const DenseGroups& groups, std::size_t rows) {
    MethodCandidate candidate{.algorithm = "hdbscan",
                              .clusters = static_cast<int>(groups.count()),
                              .noise_share = groups.noise_share};
    const std::string where = groups.rows.size() < rows
                                  ? fmt::format(" (on {} of the customers)", groups.rows.size())
                                  : "";
    if (groups.are_clear())
        candidate.finding =
            fmt::format("{} groups lie apart and hold all but {} of the customers{}.",
                        groups.count(),
                        percentage(groups.noise_share),
                        where);
    else if (groups.count() < 2)
        candidate.finding = fmt::format("No two groups lie apart{}.", where);
    else
        candidate.finding = fmt::format(
            "{} groups lie apart, but {} of the customers are in none of them, more than {}{}.",
            groups.count(),
            percentage(groups.noise_share),
            percentage(kNoiseShareMax),
            where);
    return candidate;
}

/// What by_auto() is asked.
struct Run {
    const FeatureTable& customers;
    const std::vector<FeatureScaling>& scaling;
    const PointBlocks& points;
    const SegmentationOptions& options;
};

/// The segments of a trial, of all customers.
Result<Clustering> made(const Run& run, MethodTrial& trial) {
    if (trial.of_all) return std::move(*trial.of_all);
    Clustering result = TRY(cluster(run.customers, run.scaling, run.points, trial.options));
    result.criterion = trial.criterion;
    result.trials = trial.count_trials;
    return result;
}

const char* method_words(const MethodCandidate& candidate) {
    if (candidate.algorithm == "gmm") return "a mixture of normal groups";
    if (candidate.algorithm == "hdbscan") return "groups that lie apart";
    return candidate.algorithm == "kmeans" ? "k-means" : "a hierarchy (Genie)";
}

/// Which of the others comes nearest to being shown by other customers as well, and how much it
/// agrees.
std::string closeness(const MethodTrial& taken, const std::vector<const MethodTrial*>& others) {
    const MethodTrial* close = nullptr;
    const double needed = taken.candidate.stability.value_or(1) - kClearlyMoreStable;
    for (const MethodTrial* other : others)
        if (other->candidate.stability && *other->candidate.stability > needed &&
            (!close || *other->candidate.stability > *close->candidate.stability))
            close = other;
    if (!close)
        return "Nothing else that was compared came close: other customers show it less surely.";
    return fmt::format(
        "Close: {} with {} segments, which other customers show with a similarity of {:.2f}; the "
        "two agree with an adjusted Rand index of {:.2f} (1 = the same).",
        method_words(close->candidate),
        close->candidate.clusters,
        *close->candidate.stability,
        adjusted_rand_index(taken.labels, close->labels));
}

/// Puts the candidates there, that which was taken first.
void set_candidates(MethodTrial& taken,
                    const std::vector<const MethodTrial*>& others,
                    Clustering& result) {
    taken.candidate.is_chosen = true;
    result.candidates = {taken.candidate};
    for (const MethodTrial* other : others) result.candidates.push_back(other->candidate);
}

/// Groups lie apart: they are taken, unless a mixture is shown by other customers clearly more
/// surely, or divides them further and is shown surely too: in many dimensions density tells of
/// groups that are far from all others, and little of those that are nearer together.
Result<Clustering> with_gaps(const Run& run, const ExactPoints& exact, DenseGroups groups) {
    MethodTrial dense;
    dense.candidate = dense_candidate(groups, exact.rows());
    const MethodTrials trials(run.customers, run.scaling, run.options);
    dense.labels = TRY(joined(exact, groups, trials.rows(), run.options));
    const double stability = TRY(trials.stability_of_dense(dense.labels));
    dense.candidate.stability = stability;
    dense.candidate.finding +=
        fmt::format(" Other customers show them with a similarity of {:.2f}.", stability);
    MethodTrial mixture = TRY(trials.mixture());
    const double shown = mixture.is_sound ? *mixture.candidate.stability : 0;
    const bool is_clearer = shown >= kHighlyStable && shown >= stability + kClearlyMoreStable;
    const bool is_finer = shown > 1 - kClearlyMoreStable && mixture.certainty >= kCertaintyMin &&
                          mixture.candidate.clusters > dense.candidate.clusters &&
                          smallest_share(mixture.labels) >= 1.0 / kSmallestOf &&
                          share_inside(mixture.labels, dense.labels) >= kInsideMin;
    if (!is_clearer && !is_finer) {
        Clustering result = TRY(joined_by_all(exact, std::move(groups), run.options));
        set_centres(run.points, result.persistence.size(), run.options.threads, result);
        set_candidates(dense, {&mixture}, result);
        result.reasons = {dense.candidate.finding,
                          "Such groups are taken as they are: they were there before anybody chose "
                          "a number.",
                          mixture.candidate.finding,
                          closeness(dense, {&mixture})};
        return result;
    }
    Clustering result = TRY(made(run, mixture));
    set_candidates(mixture, {&dense}, result);
    result.reasons = {
        mixture.candidate.finding,
        dense.candidate.finding,
        is_clearer
            ? "So the mixture is taken: it is shown clearly more surely than the groups that "
              "lie apart."
            : "So the mixture is taken: it divides the groups that lie apart further, and is "
              "shown as surely.",
        closeness(mixture, {&dense})};
    return result;
}

const char* why_taken(const MethodTrial& taken) {
    if (taken.candidate.algorithm == "gmm")
        return "So the mixture is taken: everybody is in the most probable of its groups, which "
               "may overlap and differ in spread.";
    if (taken.candidate.algorithm == "hierarchical")
        return "So the hierarchy is taken: its segments may have any shape.";
    return "So everybody is put with the nearest centre (k-means): such groups divide what has no "
           "gaps.";
}

/// No groups lie apart: one segment, or the first of mixture, hierarchy and k-means that is sound.
Result<Clustering> without_gaps(const Run& run, MethodCandidate dense) {
    const Structure structure = TRY(test_structure(run.points,
                                                   {.seed = run.options.seed,
                                                    .threads = run.options.threads,
                                                    .deadline = run.options.deadline}));
    if (!structure.has_structure && run.points.rows() >= kStructureRowsMin) {
        Clustering result = one_for_all(run.points, run.options.threads);
        result.reasons = {dense.finding,
                          structure.sentence,
                          "So there is one segment. To divide the customers all the same, give a "
                          "number of segments."};
        result.candidates = {std::move(dense)};
        return result;
    }
    const MethodTrials trials(run.customers, run.scaling, run.options);
    std::vector<MethodTrial> all;
    all.push_back(TRY(trials.mixture()));
    all.push_back(TRY(trials.genie()));
    const bool is_decided = all[0].is_sound || all[1].is_sound;
    all.push_back(TRY(trials.centres(is_decided ? nullptr : &run.points)));
    MethodTrial& taken =
        *std::find_if(all.begin(), all.end(), [](const auto& trial) { return trial.is_sound; });
    std::vector<const MethodTrial*> others;
    for (const MethodTrial& trial : all)
        if (&trial != &taken) others.push_back(&trial);
    Clustering result = TRY(made(run, taken));
    set_candidates(taken, others, result);
    result.candidates.push_back(dense);
    result.reasons = {structure.sentence, dense.finding};
    for (const MethodTrial* other : others)
        if (other < &taken) result.reasons.push_back(other->candidate.finding);
    result.reasons.push_back(why_taken(taken));
    result.reasons.push_back(taken.candidate.finding);
    result.reasons.push_back(closeness(taken, others));
    return result;
}

}  // namespace

Result<Clustering> by_auto(const FeatureTable& customers,
                           const std::vector<FeatureScaling>& scaling,
                           const PointBlocks& points,
                           const SegmentationOptions& options) {
    if (options.clusters > 0) {
        Clustering result = TRY(by_kmeans(points, {}, options));
        result.reasons = {"The number of segments was given: k-means puts everybody into so many."};
        return result;
    }
    const Run run{customers, scaling, points, options};
    const ExactPoints exact = exact_points(customers, scaling, options.threads);
    Stopwatch watch;
    DenseGroups groups = TRY(find_dense_groups(exact, options));
    Clustering result = groups.are_clear()
                            ? TRY(with_gaps(run, exact, std::move(groups)))
                            : TRY(without_gaps(run, dense_candidate(groups, exact.rows())));
    result.elapsed_ms = watch.lap_ms();
    return result;
}

Result<Clustering> by_dense_groups(const FeatureTable& customers,
                                   const std::vector<FeatureScaling>& scaling,
                                   const SegmentationOptions& options) {
    const ExactPoints exact = exact_points(customers, scaling, options.threads);
    return joined_by_all(exact, TRY(find_dense_groups(exact, options)), options);
}

}  // namespace cpo::segmentation
