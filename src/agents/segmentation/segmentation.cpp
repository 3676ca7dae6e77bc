#include "agents/segmentation/segmentation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "agents/segmentation/borderline.h"
#include "agents/segmentation/clustering.h"
#include "agents/segmentation/kernels.h"
#include "agents/segmentation/kmeans.h"
#include "agents/segmentation/memory_need.h"
#include "agents/segmentation/naming.h"
#include "agents/segmentation/principal_components.h"
#include "agents/segmentation/profile.h"
#include "agents/segmentation/quality.h"
#include "agents/segmentation/rules.h"
#include "agents/segmentation/scaling.h"
#include "agents/segmentation/stopwatch.h"

namespace cpo::segmentation {
namespace {

constexpr std::size_t kRepresentatives = 5;

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
    if (!(options.radius >= 0) || std::isinf(options.radius))
        return invalid_argument("the radius (eps) must be a number above 0");
    if (!(options.cut_height >= 0) || std::isinf(options.cut_height))
        return invalid_argument("the height of a cut must be a number above 0");
    if (options.cut_height > 0 && options.algorithm != Algorithm::kHierarchical)
        return invalid_argument("a height is for hierarchical: no other method has a tree to cut");
    if (options.cut_height > 0 && options.clusters != 0)
        return invalid_argument("a tree is cut by height or into a number of segments, not both");
    if (options.budget_ms < 1) return invalid_argument("the budget must be at least 1 ms");
    if (options.points_min < 0) return invalid_argument("the least points must be at least 1");
    if (options.size_min < 0 || options.size_min == 1)
        return invalid_argument("the least size must be at least 2");
    if (options.algorithm == Algorithm::kDbscan && options.clusters != 0)
        return invalid_argument(
            "DBSCAN finds the number of segments itself: leave it out, or change the radius");
    if (options.algorithm == Algorithm::kHdbscan && options.clusters != 0)
        return invalid_argument(
            "HDBSCAN finds the number of segments itself: leave it out, or change the least size");
    return {};
}

/// Ids of the rows nearest to the centre of each segment, nearest first.
void set_representatives(const FeatureTable& customers,
                         const Clustering& clustering,
                         const std::vector<float>& distances,
                         std::vector<Segment>& segments) {
    std::vector<std::vector<std::size_t>> members(segments.size());
    for (std::size_t row = 0; row < clustering.cluster_of.size(); ++row)
        if (clustering.cluster_of[row] != kNoSegment)
            members[static_cast<std::size_t>(clustering.cluster_of[row])].push_back(row);
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
              const Clustering& clustering,
              int threads,
              Segmentation& result) {
    const Profiles profiles = profile_segments(
        customers, result.scaling, points, clustering.cluster_of, clustering.sizes.size());
    const auto names = name_segments(profiles, customers.definitions);
    auto rules = segment_rules(customers,
                               result.scaling,
                               clustering.cluster_of,
                               clustering.sizes.size(),
                               {result.seed, threads});
    auto borderline = borderline_customers(
        customers.ids, points, clustering.centres, clustering.cluster_of, threads);
    for (std::size_t s = 0; s < result.segments.size(); ++s) {
        Segment& segment = result.segments[s];
        segment.number = static_cast<int>(s);
        segment.name = names[s];
        segment.size = profiles.segments[s].size;
        segment.share = static_cast<double>(segment.size) / static_cast<double>(customers.rows());
        segment.drivers = drivers_of(profiles, s, customers.definitions);
        segment.feature_means = profiles.segments[s].means;
        segment.feature_effects = profiles.segments[s].effects;
        segment.rule = std::move(rules[s]);
        segment.borderline = std::move(borderline[s]);
    }
    const auto distances =
        squared_distances_to_own(points, clustering.centres, clustering.cluster_of, threads);
    set_representatives(customers, clustering, distances, result.segments);
    result.map = principal_map(points, threads);
}

}  // namespace

Result<Segmentation> SegmentationAgent::segment(const FeatureTable& customers,
                                                const SegmentationOptions& options) const {
    const auto checked = check(options);
    if (!checked) return checked.error();
    if (!customers.weights.empty() && options.algorithm != Algorithm::kKMeans)
        return invalid_argument("weights are for kmeans: no other method takes them");
    Stopwatch watch;
    Segmentation result;
    result.seed = options.seed;
    result.starts = options.starts;
    result.scaling =
        TRY(choose_scaling(customers, options.features, options.scaling, options.threads));
    const auto used = std::count_if(result.scaling.begin(),
                                    result.scaling.end(),
                                    [](const FeatureScaling& s) { return s.is_used; });
    TRY(check_memory(
        {customers.rows(), static_cast<std::size_t>(used)}, options, 0, memory_room()));
    const PointBlocks points = scaled_points(customers, result.scaling, options.threads);
    result.timings.scale_ms = watch.lap_ms();

    Clustering clustering = TRY(cluster(customers, result.scaling, points, options));
    result.algorithm = clustering.algorithm;
    result.clusters = static_cast<int>(clustering.sizes.size());
    result.segments.resize(clustering.sizes.size());
    result.quality.criterion = std::move(clustering.criterion);
    result.quality.trials = std::move(clustering.trials);
    result.candidates = std::move(clustering.candidates);
    result.reasons = std::move(clustering.reasons);
    result.density = std::move(clustering.density);
    result.mixture = std::move(clustering.mixture);
    result.tree = std::move(clustering.tree);
    result.cluster_tree = std::move(clustering.cluster_tree);
    result.strength_of = std::move(clustering.strength_of);
    for (std::size_t s = 0; s < clustering.persistence.size(); ++s)
        result.segments[s].persistence = clustering.persistence[s];
    result.timings.cluster_ms = clustering.elapsed_ms;

    TRY(judge(customers, points, clustering, options, result));
    result.timings.quality_ms = watch.lap_ms() - clustering.elapsed_ms;

    describe(customers, points, clustering, options.threads, result);
    result.segment_of = std::move(clustering.cluster_of);
    result.centres = std::move(clustering.centres);
    result.timings.describe_ms = watch.lap_ms();
    return result;
}

}  // namespace cpo::segmentation
