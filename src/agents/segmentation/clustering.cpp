#include "agents/segmentation/clustering.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "agents/segmentation/cluster_count.h"
#include "agents/segmentation/dbscan.h"
#include "agents/segmentation/genie.h"
#include "agents/segmentation/kmeans.h"
#include "agents/segmentation/matrix_linkage.h"
#include "agents/segmentation/row_sample.h"
#include "agents/segmentation/scaling.h"
#include "agents/segmentation/spanning_tree.h"
#include "agents/segmentation/stopwatch.h"
#include "agents/segmentation/ward.h"
#include "base/random.h"

namespace cpo::segmentation {
namespace {

/// Rows of which the k-distance curve is made, and points of it that are kept.
constexpr std::size_t kCurveRows = 2048;
constexpr std::size_t kCurvePoints = 128;
/// Least points of DBSCAN unless told: twice the columns (Sander et al. 1998), but no fewer.
constexpr int kPointsMinDefault = 5;
/// From this share of noise on, and from this share in one segment on, other parameters are named.
constexpr double kNoiseShareHigh = 0.5;
constexpr double kOneSegmentShareHigh = 0.95;
/// Rows of which all pairs are compared with the tree.
constexpr std::size_t kCopheneticRows = 1000;

KMeansOptions kmeans_options(const SegmentationOptions& options) {
    KMeansOptions result;
    result.cluster_count = options.clusters;
    result.starts = options.starts;
    result.iteration_count_max = options.iteration_count_max;
    result.seed = options.seed;
    result.threads = options.threads;
    result.deadline = options.deadline;
    return result;
}

Result<Clustering> by_kmeans(const PointBlocks& points, const SegmentationOptions& options) {
    Stopwatch watch;
    CountSearch search;
    if (options.clusters == 0) {
        search = TRY(search_count(points, options.clusters_max, kmeans_options(options)));
    } else {
        search.clustering = TRY(kmeans(points, kmeans_options(options)));
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

void count_sizes(std::size_t clusters, Clustering& clustering) {
    clustering.sizes.assign(clusters, 0);
    for (const int cluster : clustering.cluster_of)
        if (cluster != kNoSegment) ++clustering.sizes[static_cast<std::size_t>(cluster)];
}

void set_centres(const PointBlocks& points, int threads, Clustering& clustering) {
    const std::size_t columns = points.columns();
    std::vector<double> sums(clustering.sizes.size() * columns);
    for (std::size_t row = 0; row < points.rows(); ++row) {
        if (clustering.cluster_of[row] == kNoSegment) continue;
        const auto cluster = static_cast<std::size_t>(clustering.cluster_of[row]);
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

/// At most kCurvePoints of the curve, its ends among them.
std::vector<double> thinned(const std::vector<double>& curve) {
    const std::size_t count = std::min(curve.size(), kCurvePoints);
    std::vector<double> kept(count);
    for (std::size_t i = 0; i < count; ++i)
        kept[i] = curve[count == 1 ? 0 : i * (curve.size() - 1) / (count - 1)];
    return kept;
}

/// The distance at the bend of the curve; the smallest one above 0 when that is 0.
double suggested_radius(const std::vector<double>& curve) {
    const double bend = curve[bend_of(curve)];
    if (bend > 0) return bend;
    const auto positive =
        std::find_if(curve.rbegin(), curve.rend(), [](double distance) { return distance > 0; });
    return positive == curve.rend() ? 1 : *positive;
}

std::string advice_on(const SegmentDensity& density, const Clustering& found, std::size_t rows) {
    const double all = static_cast<double>(rows);
    if (static_cast<std::size_t>(density.points_min) > rows)
        return fmt::format(
            "There are {} customers, and a dense place needs {}: take fewer customers within the "
            "radius.",
            rows,
            density.points_min);
    if (density.radius == density.suggested_radius)
        return found.sizes.empty() ? "Take fewer customers within the radius, or a larger one."
                                   : "";
    const auto advice = [&](std::size_t customers, std::string_view where, std::string_view size) {
        return fmt::format(
            "{:.0f} % of the customers are in {}: the radius {:.4g} is {} for these data. The "
            "distances to the nearest {} customers bend at {:.4g}: try that.",
            100 * static_cast<double>(customers) / all,
            where,
            density.radius,
            size,
            density.points_min,
            density.suggested_radius);
    };
    if (static_cast<double>(density.noise) / all > kNoiseShareHigh)
        return advice(density.noise, "no segment", "small");
    const std::size_t largest =
        found.sizes.empty() ? 0 : *std::max_element(found.sizes.begin(), found.sizes.end());
    if (static_cast<double>(largest) / all > kOneSegmentShareHigh &&
        density.radius > density.suggested_radius)
        return advice(largest, "one segment", "large");
    return "";
}

Result<Clustering> by_dbscan(const FeatureTable& customers,
                             const std::vector<FeatureScaling>& scaling,
                             const PointBlocks& points,
                             const SegmentationOptions& options) {
    const ExactPoints exact = exact_points(customers, scaling, options.threads);
    Stopwatch watch;
    const BoxTree tree(exact, options.threads);
    Clustering result;
    result.elapsed_ms = watch.lap_ms();
    SegmentDensity density;
    density.points_min = options.points_min > 0
                             ? options.points_min
                             : std::max(kPointsMinDefault, 2 * static_cast<int>(exact.columns));
    const int neighbours =
        static_cast<int>(std::min(tree.rows(), static_cast<std::size_t>(density.points_min)));
    density.is_radius_chosen = options.radius == 0;
    watch.lap_ms();
    const auto curve = core_distances(tree, neighbours, kCurveRows, options.threads);
    // Part of the method where it chooses the radius, else an extra.
    if (density.is_radius_chosen) result.elapsed_ms += watch.lap_ms();
    density.core_distances = thinned(curve);
    density.suggested_radius = suggested_radius(curve);
    density.radius = density.is_radius_chosen ? density.suggested_radius : options.radius;
    watch.lap_ms();
    auto found = TRY(dbscan(exact,
                            tree,
                            {.radius = density.radius,
                             .points_min = density.points_min,
                             .threads = options.threads,
                             .deadline = options.deadline}));
    result.elapsed_ms += watch.lap_ms();
    density.core_points = found.core_points;
    density.noise = found.noise;
    result.algorithm = "dbscan";
    result.cluster_of = std::move(found.cluster_of);
    count_sizes(static_cast<std::size_t>(found.clusters), result);
    set_centres(points, options.threads, result);
    result.criterion = fmt::format(
        "Customers with at least {} within {:.4g} ({}) are together; {} are in no segment.",
        density.points_min,
        density.radius,
        density.is_radius_chosen ? "where the distances to the nearest bend" : "given",
        density.noise);
    density.advice = advice_on(density, result, tree.rows());
    result.density = std::move(density);
    return result;
}

std::size_t distinct_rows(const Dendrogram& tree) {
    return 1 + static_cast<std::size_t>(
                   std::count_if(tree.merges.begin(), tree.merges.end(), [](const auto& merge) {
                       return merge.height > 0;
                   }));
}

/// The cut into `count` clusters.
Clustering cut_of(const PointBlocks& points,
                  const Dendrogram& tree,
                  std::size_t count,
                  int threads) {
    Clustering result;
    result.cluster_of = cut(tree, count);
    count_sizes(count, result);
    set_centres(points, threads, result);
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
        const Clustering trial = cut_of(points, tree, count, options.threads);
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
    if (static_cast<std::size_t>(options.clusters) > distinct_rows(tree))
        return invalid_argument(fmt::format(
            "{} clusters need at least as many different rows; there are fewer", options.clusters));
    std::size_t count = static_cast<std::size_t>(options.clusters);
    Clustering choice;
    choice.criterion = "The number of segments was given.";
    if (count == 0) count = choose_cut(points, tree, options, choice);
    Clustering result = cut_of(points, tree, count, options.threads);
    result.algorithm = "hierarchical";
    result.elapsed_ms = elapsed_ms;
    result.criterion = std::move(choice.criterion);
    result.trials = std::move(choice.trials);
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
    for (std::size_t i = 0; i < count; ++i) {
        number_of[order[i]] = static_cast<int>(i);
        sizes[i] = clustering.sizes[order[i]];
        std::copy_n(clustering.centres.begin() + static_cast<std::ptrdiff_t>(order[i] * columns),
                    columns,
                    centres.begin() + static_cast<std::ptrdiff_t>(i * columns));
    }
    clustering.sizes = std::move(sizes);
    clustering.centres = std::move(centres);
    for (int& cluster : clustering.cluster_of)
        if (cluster != kNoSegment) cluster = number_of[static_cast<std::size_t>(cluster)];
}

}  // namespace

Result<Clustering> cluster(const FeatureTable& customers,
                           const std::vector<FeatureScaling>& scaling,
                           const PointBlocks& points,
                           const SegmentationOptions& options) {
    auto result = [&] {
        switch (options.algorithm) {
            case Algorithm::kDbscan:
                return by_dbscan(customers, scaling, points, options);
            case Algorithm::kHierarchical:
                return by_hierarchy(customers, scaling, points, options);
            case Algorithm::kAuto:
            case Algorithm::kKMeans:
                break;
        }
        return by_kmeans(points, options);
    }();
    if (result) sort_by_size(*result, points.columns());
    return result;
}

}  // namespace cpo::segmentation
