#include "agents/segmentation/segmentation.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <numeric>

#include "agents/segmentation/cluster_count.h"
#include "agents/segmentation/kernels.h"
#include "agents/segmentation/kmeans.h"
#include "agents/segmentation/naming.h"
#include "agents/segmentation/principal_components.h"
#include "agents/segmentation/profile.h"
#include "agents/segmentation/scaling.h"
#include "agents/segmentation/silhouette.h"

namespace cpo::segmentation {
namespace {

constexpr std::size_t kRepresentatives = 5;

/// Milliseconds since the last call.
class Stopwatch {
public:
    double lap_ms() {
        const auto now = std::chrono::steady_clock::now();
        const std::chrono::duration<double, std::milli> time = now - last_;
        last_ = now;
        return time.count();
    }

private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

Result<void> check(const SegmentationOptions& options) {
    if (options.clusters < 0 || options.clusters > kClustersMax)
        return invalid_argument(fmt::format(
            "the number of segments must be 1 to {}, not {}", kClustersMax, options.clusters));
    if (options.clusters_max < 2 || options.clusters_max > kClustersMax)
        return invalid_argument(
            fmt::format("the largest number of segments must be 2 to {}, not {}",
                        kClustersMax,
                        options.clusters_max));
    if (options.starts < 1 || options.iteration_count_max < 1)
        return invalid_argument("starts and iterations must be at least 1");
    return {};
}

KMeansOptions kmeans_options(const SegmentationOptions& options) {
    KMeansOptions result;
    result.cluster_count = options.clusters;
    result.starts = options.starts;
    result.iteration_count_max = options.iteration_count_max;
    result.seed = options.seed;
    result.threads = options.threads;
    return result;
}

Result<CountSearch> cluster(const PointBlocks& points, const SegmentationOptions& options) {
    if (options.clusters == 0)
        return search_count(points, options.clusters_max, kmeans_options(options));
    CountSearch given;
    given.clustering = TRY(kmeans(points, kmeans_options(options)));
    given.criterion = "The number of segments was given.";
    return given;
}

/// Renumbers clusters by size, largest first; of equal sizes the one whose first row comes first.
void sort_by_size(KMeansResult& clustering, std::size_t columns) {
    const std::size_t count = clustering.sizes.size();
    std::vector<std::size_t> first_row(count, clustering.cluster_of.size());
    for (std::size_t row = clustering.cluster_of.size(); row-- > 0;)
        first_row[clustering.cluster_of[row]] = row;
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return clustering.sizes[a] != clustering.sizes[b]
                   ? clustering.sizes[a] > clustering.sizes[b]
                   : first_row[a] < first_row[b];
    });
    KMeansResult sorted = clustering;
    std::vector<std::uint8_t> number_of(count);
    for (std::size_t i = 0; i < count; ++i) {
        number_of[order[i]] = static_cast<std::uint8_t>(i);
        sorted.sizes[i] = clustering.sizes[order[i]];
        std::copy_n(clustering.centroids.begin() + static_cast<std::ptrdiff_t>(order[i] * columns),
                    columns,
                    sorted.centroids.begin() + static_cast<std::ptrdiff_t>(i * columns));
    }
    for (std::uint8_t& cluster : sorted.cluster_of) cluster = number_of[cluster];
    clustering = std::move(sorted);
}

void set_quality(const PointBlocks& points,
                 const KMeansResult& clustering,
                 const SegmentationOptions& options,
                 Segmentation& result) {
    result.quality.inertia = clustering.inertia;
    if (clustering.sizes.size() < 2) return;  // A silhouette compares with another segment.
    SilhouetteOptions judged;
    judged.seed = options.seed;
    judged.threads = options.threads;
    const Silhouette quality = silhouette(
        points, clustering.cluster_of, static_cast<int>(clustering.sizes.size()), judged);
    result.quality.silhouette = quality.mean;
    result.quality.silhouette_rows = quality.rows;
    for (std::size_t s = 0; s < result.segments.size(); ++s)
        result.segments[s].silhouette = quality.by_cluster[s];
}

/// Ids of the rows nearest to the centre of each segment, nearest first.
void set_representatives(const FeatureTable& customers,
                         const KMeansResult& clustering,
                         const std::vector<float>& distances,
                         std::vector<Segment>& segments) {
    std::vector<std::vector<std::size_t>> members(segments.size());
    for (std::size_t row = 0; row < clustering.cluster_of.size(); ++row)
        members[clustering.cluster_of[row]].push_back(row);
    for (std::size_t s = 0; s < segments.size(); ++s) {
        const std::size_t count = std::min(kRepresentatives, members[s].size());
        std::partial_sort(members[s].begin(),
                          members[s].begin() + static_cast<std::ptrdiff_t>(count),
                          members[s].end(),
                          [&](std::size_t a, std::size_t b) {
                              return distances[a] != distances[b] ? distances[a] < distances[b]
                                                                  : a < b;
                          });
        for (std::size_t i = 0; i < count; ++i)
            segments[s].representatives.push_back(customers.ids[members[s][i]]);
    }
}

void describe(const FeatureTable& customers,
              const PointBlocks& points,
              const KMeansResult& clustering,
              int threads,
              Segmentation& result) {
    const Profiles profiles =
        profile_segments(customers, result.scaling, points, clustering.cluster_of);
    const auto names = name_segments(profiles, customers.definitions);
    for (std::size_t s = 0; s < result.segments.size(); ++s) {
        Segment& segment = result.segments[s];
        segment.number = static_cast<int>(s);
        segment.name = names[s];
        segment.size = profiles.segments[s].size;
        segment.share = static_cast<double>(segment.size) / static_cast<double>(customers.rows());
        segment.drivers = drivers_of(profiles, s, customers.definitions);
        segment.feature_means = profiles.segments[s].means;
    }
    const auto distances = squared_distances_to_own(points, clustering, threads);
    set_representatives(customers, clustering, distances, result.segments);
    result.map = principal_map(points, threads);
}

}  // namespace

Result<Segmentation> SegmentationAgent::segment(const FeatureTable& customers,
                                                const SegmentationOptions& options) const {
    const auto checked = check(options);
    if (!checked) return checked.error();
    Stopwatch watch;
    Segmentation result;
    result.algorithm = "kmeans";
    result.seed = options.seed;
    result.starts = options.starts;
    result.scaling =
        TRY(choose_scaling(customers, options.features, options.scaling, options.threads));
    const PointBlocks points = scaled_points(customers, result.scaling, options.threads);
    result.timings.scale_ms = watch.lap_ms();

    CountSearch search = TRY(cluster(points, options));
    KMeansResult& clustering = search.clustering;
    sort_by_size(clustering, points.columns());
    result.clusters = static_cast<int>(clustering.sizes.size());
    result.segments.resize(clustering.sizes.size());
    result.segment_of.assign(clustering.cluster_of.begin(), clustering.cluster_of.end());
    result.quality.criterion = std::move(search.criterion);
    result.quality.trials = std::move(search.trials);
    result.timings.cluster_ms = watch.lap_ms();

    set_quality(points, clustering, options, result);
    result.timings.quality_ms = watch.lap_ms();

    describe(customers, points, clustering, options.threads, result);
    result.timings.describe_ms = watch.lap_ms();
    return result;
}

}  // namespace cpo::segmentation
