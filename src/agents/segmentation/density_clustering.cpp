#include "agents/segmentation/density_clustering.h"

#include <fmt/format.h>

#include <algorithm>

#include "agents/segmentation/dbscan.h"
#include "agents/segmentation/hdbscan.h"
#include "agents/segmentation/scaling.h"
#include "agents/segmentation/stopwatch.h"

namespace cpo::segmentation {
namespace {

/// Rows of which the k-distance curve is made, and points of it that are kept.
constexpr std::size_t kCurveRows = 2048;
constexpr std::size_t kCurvePoints = 128;
/// Least points of DBSCAN unless told: twice the columns (Sander et al. 1998), but no fewer.
constexpr int kPointsMinDefault = 5;
constexpr int kSizeMinDefault = 5;  // Of HDBSCAN.
/// From this share of noise on, and from this share in one segment on, other parameters are named.
constexpr double kNoiseShareHigh = 0.5;
constexpr double kOneSegmentShareHigh = 0.95;
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

/// What is left out follows: a group as small as a hundredth of the customers still is one, and
/// the core distance looks at a few customers only.
SegmentDensity density_of(const SegmentationOptions& options, std::size_t rows) {
    SegmentDensity density;
    density.size_min = options.size_min;
    density.points_min = options.points_min;
    if (density.size_min == 0 && density.points_min == 0) {
        density.size_min = std::max(kSizeMinDefault, static_cast<int>(rows / 100));
        density.points_min = kPointsMinDefault;
    }
    if (density.size_min == 0) density.size_min = std::max(density.points_min, 2);
    if (density.points_min == 0) density.points_min = density.size_min;
    return density;
}

std::string advice_on_sizes(const SegmentDensity& density,
                            const Clustering& found,
                            std::size_t rows) {
    const double noise_share = static_cast<double>(density.noise) / static_cast<double>(rows);
    if (found.sizes.empty())
        return fmt::format(
            "No group of {} customers stands out from the others: take a smaller least size, or "
            "kmeans, which puts everybody into a segment.",
            density.size_min);
    if (noise_share <= kNoiseShareHigh) return "";
    return fmt::format(
        "{:.0f} % of the customers are in no segment: take fewer customers as the core distance's "
        "(now {}), or kmeans, which puts everybody into a segment.",
        100 * noise_share,
        density.points_min);
}

}  // namespace

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
    set_centres(points, static_cast<std::size_t>(found.clusters), options.threads, result);
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

Result<Clustering> by_hdbscan(const FeatureTable& customers,
                              const std::vector<FeatureScaling>& scaling,
                              const PointBlocks& points,
                              const SegmentationOptions& options) {
    const ExactPoints exact = exact_points(customers, scaling, options.threads);
    SegmentDensity density = density_of(options, exact.rows());
    Clustering result;
    result.algorithm = "hdbscan";
    result.cluster_of.assign(exact.rows(), kNoSegment);
    density.noise = exact.rows();
    if (exact.rows() > 1) {
        const auto others =
            std::min(static_cast<std::size_t>(density.points_min), exact.rows() - 1);
        Stopwatch watch;
        HdbscanResult found = TRY(hdbscan(exact,
                                          {.size_min = static_cast<std::size_t>(density.size_min),
                                           .points_min = others,
                                           .threads = options.threads,
                                           .deadline = options.deadline}));
        result.elapsed_ms = watch.lap_ms();
        density.noise = found.noise;
        result.cluster_of = std::move(found.cluster_of);
        result.strength_of = std::move(found.strength);
        result.persistence = std::move(found.persistence);
        result.tree.emplace().linkage = "mutual_reachability";
        result.tree->merges = std::move(found.tree.merges);
        if (!found.cluster_tree.merges.empty()) {
            result.cluster_tree = std::move(found.cluster_tree);
            result.cluster_tree->linkage = "mutual_reachability";
        }
    }
    set_centres(points, result.persistence.size(), options.threads, result);
    result.criterion = fmt::format(
        "The groups of at least {} customers that hold together longest as the density that is "
        "asked for rises; {} are in no segment.",
        density.size_min,
        density.noise);
    density.advice = advice_on_sizes(density, result, exact.rows());
    result.density = std::move(density);
    return result;
}

}  // namespace cpo::segmentation
