#include "agents/segmentation/clustering.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "agents/segmentation/auto_clustering.h"
#include "agents/segmentation/cluster_count.h"
#include "agents/segmentation/density_clustering.h"
#include "agents/segmentation/genie.h"
#include "agents/segmentation/kernels.h"
#include "agents/segmentation/kmeans.h"
#include "agents/segmentation/matrix_linkage.h"
#include "agents/segmentation/mixture_clustering.h"
#include "agents/segmentation/row_sample.h"
#include "agents/segmentation/scaling.h"
#include "agents/segmentation/spanning_tree.h"
#include "agents/segmentation/stopwatch.h"
#include "agents/segmentation/ward.h"
#include "base/random.h"

namespace cpo::segmentation {
namespace {

/// Rows of which all pairs are compared with the tree.
constexpr std::size_t kCopheneticRows = 1000;

KMeansOptions kmeans_options(const SegmentationOptions& options, std::span<const double> weights) {
    KMeansOptions result;
    result.cluster_count = options.clusters;
    result.starts = options.starts;
    result.iteration_count_max = options.iteration_count_max;
    result.seed = options.seed;
    result.weights = weights;
    result.threads = options.threads;
    result.deadline = options.deadline;
    return result;
}

std::size_t distinct_rows(const Dendrogram& tree) {
    return 1 + static_cast<std::size_t>(
                   std::count_if(tree.merges.begin(), tree.merges.end(), [](const auto& merge) {
                       return merge.height > 0;
                   }));
}

/// The clusters that a cut made.
Clustering clusters_of(const PointBlocks& points, std::vector<int> cluster_of, int threads) {
    Clustering result;
    const int last = *std::max_element(cluster_of.begin(), cluster_of.end());
    result.cluster_of = std::move(cluster_of);
    set_centres(points, static_cast<std::size_t>(last) + 1, threads, result);
    return result;
}

/// Number of clusters of the recommended cut, with the trials and why.
std::size_t choose_cut(const PointBlocks& points,
                       const Dendrogram& tree,
                       const SegmentationOptions& options,
                       Clustering& result) {
    const std::size_t most =
        std::min(distinct_rows(tree), static_cast<std::size_t>(options.clusters_max));
    if (most < 2) {
        result.criterion = "All customers have the same values, so there is one segment.";
        return 1;
    }
    CountJudge judge(points, {.seed = options.seed, .threads = options.threads});
    for (std::size_t count = 2; count <= most; ++count) {
        const Clustering trial = clusters_of(points, cut(tree, count), options.threads);
        judge.add(static_cast<int>(count), trial.cluster_of, trial.inertia);
    }
    CountChoice choice = judge.choose();
    result.criterion = std::move(choice.criterion);
    result.trials = judge.trials();
    return choice.chosen + 2;
}

Result<Dendrogram> hierarchy(const ExactPoints& points, const SegmentationOptions& options) {
    switch (options.linkage) {
        case Linkage::kWard:
            return ward(points, options.threads, options.deadline);
        case Linkage::kSingle:
            return ordered(points.rows(),
                           TRY(spanning_tree(points, options.threads, options.deadline)));
        case Linkage::kGenie:
            return genie(TRY(spanning_tree(points, options.threads, options.deadline)));
        default:
            return matrix_linkage(options.linkage, points, options.threads, options.deadline);
    }
}

/// The cut that was asked for, or the recommended one.
Result<Clustering> chosen_cut(const PointBlocks& points,
                              const Dendrogram& tree,
                              const SegmentationOptions& options) {
    if (options.cut_height > 0) {
        std::vector<int> cluster_of = cut_at(tree, options.cut_height);
        const int count = 1 + *std::max_element(cluster_of.begin(), cluster_of.end());
        if (count > kClustersMax)
            return invalid_argument(
                fmt::format("a cut at the height {} makes {} segments, and at most {} can be used: "
                            "cut higher, the tree is {:.6g} high",
                            options.cut_height,
                            count,
                            kClustersMax,
                            tree.merges.back().height));
        Clustering result = clusters_of(points, std::move(cluster_of), options.threads);
        result.criterion = fmt::format("The tree was cut at the height {}.", options.cut_height);
        return result;
    }
    std::size_t count = static_cast<std::size_t>(options.clusters);
    if (count > distinct_rows(tree))
        return invalid_argument(fmt::format(
            "{} clusters need at least as many different rows; there are fewer", count));
    Clustering choice;
    choice.criterion = "The number of segments was given.";
    if (count == 0) count = choose_cut(points, tree, options, choice);
    Clustering result = clusters_of(points, cut(tree, count), options.threads);
    result.criterion = std::move(choice.criterion);
    result.trials = std::move(choice.trials);
    return result;
}

Result<Clustering> by_hierarchy(const FeatureTable& customers,
                                const std::vector<FeatureScaling>& scaling,
                                const PointBlocks& points,
                                const SegmentationOptions& options) {
    const ExactPoints exact = exact_points(customers, scaling, options.threads);
    if (exact.rows() > rows_max(options.linkage))
        return invalid_argument(
            fmt::format("{} linkage takes at most {} customers, these are {}: use {}",
                        name_of(options.linkage),
                        rows_max(options.linkage),
                        exact.rows(),
                        exact.rows() > rows_max(Linkage::kWard) ? "kmeans" : "ward or genie"));
    Stopwatch watch;
    Dendrogram tree = TRY(hierarchy(exact, options));
    const double elapsed_ms = watch.lap_ms();
    Clustering result = TRY(chosen_cut(points, tree, options));
    result.algorithm = "hierarchical";
    result.elapsed_ms = elapsed_ms;
    const auto sample =
        spread_sample(exact.rows(), std::min(exact.rows(), kCopheneticRows), Random(options.seed));
    SegmentTree& shown = result.tree.emplace();
    shown.linkage = name_of(options.linkage);
    shown.cophenetic_correlation = cophenetic_correlation(tree, exact, sample);
    shown.cophenetic_rows = sample.size();
    shown.merges = std::move(tree.merges);
    return result;
}

void sort_by_size(Clustering& clustering, std::size_t columns) {
    const std::size_t count = clustering.sizes.size();
    std::vector<std::size_t> first_row(count, clustering.cluster_of.size());
    for (std::size_t row = clustering.cluster_of.size(); row-- > 0;)
        if (clustering.cluster_of[row] != kNoSegment)
            first_row[static_cast<std::size_t>(clustering.cluster_of[row])] = row;
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return clustering.sizes[a] != clustering.sizes[b]
                   ? clustering.sizes[a] > clustering.sizes[b]
                   : first_row[a] < first_row[b];
    });
    std::vector<int> number_of(count);
    std::vector<std::size_t> sizes(count);
    std::vector<float> centres(clustering.centres.size());
    std::vector<double> persistence(clustering.persistence.size());
    for (std::size_t i = 0; i < count; ++i) {
        number_of[order[i]] = static_cast<int>(i);
        sizes[i] = clustering.sizes[order[i]];
        if (!persistence.empty()) persistence[i] = clustering.persistence[order[i]];
        std::copy_n(clustering.centres.begin() + static_cast<std::ptrdiff_t>(order[i] * columns),
                    columns,
                    centres.begin() + static_cast<std::ptrdiff_t>(i * columns));
    }
    clustering.sizes = std::move(sizes);
    clustering.centres = std::move(centres);
    clustering.persistence = std::move(persistence);
    if (clustering.mixture)
        for (int& cluster : clustering.mixture->segment_of)
            if (cluster != kNoSegment) cluster = number_of[static_cast<std::size_t>(cluster)];
    for (int& cluster : clustering.cluster_of)
        if (cluster != kNoSegment) cluster = number_of[static_cast<std::size_t>(cluster)];
    if (!clustering.cluster_tree) return;
    std::vector<TreeSegment>& segments = clustering.cluster_tree->segments;
    for (TreeSegment& each : segments)
        each.segment = number_of[static_cast<std::size_t>(each.segment)];
    std::sort(segments.begin(), segments.end(), [](const auto& a, const auto& b) {
        return a.segment < b.segment;
    });
}

}  // namespace

void set_centres(const PointBlocks& points,
                 std::size_t clusters,
                 int threads,
                 Clustering& clustering) {
    const std::size_t columns = points.columns();
    clustering.sizes.assign(clusters, 0);
    std::vector<double> sums(clusters * columns);
    for (std::size_t row = 0; row < points.rows(); ++row) {
        if (clustering.cluster_of[row] == kNoSegment) continue;
        const auto cluster = static_cast<std::size_t>(clustering.cluster_of[row]);
        ++clustering.sizes[cluster];
        for (std::size_t j = 0; j < columns; ++j) sums[cluster * columns + j] += points.at(row, j);
    }
    clustering.centres.resize(sums.size());
    for (std::size_t i = 0; i < sums.size(); ++i)
        clustering.centres[i] =
            static_cast<float>(sums[i] / static_cast<double>(clustering.sizes[i / columns]));
    for (const float distance :
         squared_distances_to_own(points, clustering.centres, clustering.cluster_of, threads))
        clustering.inertia += static_cast<double>(distance);
}

Result<Clustering> by_kmeans(const PointBlocks& points,
                             std::span<const double> weights,
                             const SegmentationOptions& options) {
    Stopwatch watch;
    CountSearch search;
    if (options.clusters == 0) {
        search = TRY(search_count(points, options.clusters_max, kmeans_options(options, weights)));
    } else {
        search.clustering = TRY(kmeans(points, kmeans_options(options, weights)));
        search.criterion = "The number of segments was given.";
    }
    Clustering result;
    result.elapsed_ms = watch.lap_ms();
    result.algorithm = "kmeans";
    result.cluster_of = std::move(search.clustering.cluster_of);
    result.sizes = std::move(search.clustering.sizes);
    result.centres = std::move(search.clustering.centroids);
    result.inertia = search.clustering.inertia;
    result.criterion = std::move(search.criterion);
    result.trials = std::move(search.trials);
    return result;
}

Result<Clustering> cluster(const FeatureTable& customers,
                           const std::vector<FeatureScaling>& scaling,
                           const PointBlocks& points,
                           const SegmentationOptions& options) {
    auto result = [&] {
        switch (options.algorithm) {
            case Algorithm::kGaussianMixture:
                return by_mixture(customers, scaling, points, options);
            case Algorithm::kDbscan:
                return by_dbscan(customers, scaling, points, options);
            case Algorithm::kHdbscan:
                return by_hdbscan(customers, scaling, points, options);
            case Algorithm::kHierarchical:
                return by_hierarchy(customers, scaling, points, options);
            case Algorithm::kAuto:
                return by_auto(customers, scaling, points, options);
            case Algorithm::kKMeans:
                break;
        }
        return by_kmeans(points, customers.weights, options);
    }();
    if (result) sort_by_size(*result, points.columns());
    return result;
}

}  // namespace cpo::segmentation
