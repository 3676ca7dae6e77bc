#include "agents/segmentation/auto_clustering.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "agents/segmentation/hdbscan.h"
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
    HdbscanResult found = TRY(hdbscan(sample,
                                      {.size_min = std::max(kSizeMinLeast, groups.rows.size() / 50),
                                       .points_min = kNeighbours,
                                       .threads = options.threads,
                                       .deadline = options.deadline}));
    groups.noise_share = static_cast<double>(found.noise) / static_cast<double>(groups.rows.size());
    groups.label_of = std::move(found.cluster_of);
    groups.persistence = std::move(found.persistence);
    return groups;
}

/// Everybody with the nearest of the groups.
Clustering joined_by_all(const ExactPoints& exact,
                         DenseGroups groups,
                         const SegmentationOptions& options) {
    std::vector<int> label_of(exact.rows(), kNoSegment);
    for (std::size_t i = 0; i < groups.label_of.size(); ++i)
        label_of[groups.rows[i]] = groups.label_of[i];
    Clustering result;
    result.algorithm = "hdbscan";
    result.cluster_of =
        with_nearest_label(exact, BoxTree(exact, options.threads), label_of, options.threads);
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
                              .noise_share = groups.noise_share,
                              .is_chosen = groups.are_clear()};
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

MethodCandidate centre_candidate(const Clustering& found) {
    MethodCandidate candidate{.algorithm = "kmeans",
                              .clusters = static_cast<int>(found.sizes.size()),
                              .noise_share = 0,
                              .is_chosen = true};
    for (const ClusterCountTrial& trial : found.trials)
        if (trial.clusters == candidate.clusters) candidate.silhouette = trial.silhouette;
    candidate.finding =
        candidate.silhouette
            ? fmt::format(
                  "Of 2 to {} groups around centres {} have the best silhouette that the "
                  "rule takes, {:.2f}.",
                  found.trials.back().clusters,
                  candidate.clusters,
                  *candidate.silhouette)
            : found.criterion;
    return candidate;
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
    const ExactPoints exact = exact_points(customers, scaling, options.threads);
    Stopwatch watch;
    DenseGroups groups = TRY(find_dense_groups(exact, options));
    MethodCandidate dense = dense_candidate(groups, exact.rows());
    if (dense.is_chosen) {
        Clustering result = joined_by_all(exact, std::move(groups), options);
        set_centres(points, result.persistence.size(), options.threads, result);
        result.elapsed_ms = watch.lap_ms();
        result.reasons = {dense.finding,
                          "Such groups are taken as they are: they were there before anybody chose "
                          "a number."};
        result.candidates = {std::move(dense)};
        return result;
    }
    const Structure structure = TRY(test_structure(
        points, {.seed = options.seed, .threads = options.threads, .deadline = options.deadline}));
    const double elapsed_ms = watch.lap_ms();
    if (!structure.has_structure && exact.rows() >= kStructureRowsMin) {
        Clustering result = one_for_all(points, options.threads);
        result.elapsed_ms = elapsed_ms;
        result.reasons = {dense.finding,
                          structure.sentence,
                          "So there is one segment. To divide the customers all the same, give a "
                          "number of segments."};
        result.candidates = {std::move(dense)};
        return result;
    }
    Clustering result = TRY(by_kmeans(points, {}, options));
    result.elapsed_ms += elapsed_ms;
    MethodCandidate centres = centre_candidate(result);
    result.reasons = {structure.sentence,
                      dense.finding,
                      "So everybody is put with the nearest centre (k-means): such groups divide "
                      "what has no gaps.",
                      centres.finding};
    result.candidates = {std::move(centres), std::move(dense)};
    return result;
}

Result<Clustering> by_dense_groups(const FeatureTable& customers,
                                   const std::vector<FeatureScaling>& scaling,
                                   const SegmentationOptions& options) {
    const ExactPoints exact = exact_points(customers, scaling, options.threads);
    return joined_by_all(exact, TRY(find_dense_groups(exact, options)), options);
}

}  // namespace cpo::segmentation
