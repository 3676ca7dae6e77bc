#include "agents/segmentation/cluster_count.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <optional>

#include "agents/segmentation/called_off.h"
#include "agents/segmentation/kernels.h"
#include "agents/segmentation/row_sample.h"
#include "agents/segmentation/silhouette.h"

namespace cpo::segmentation {
namespace {

constexpr double kSmallestShareMin = 0.01;
constexpr double kPeakHeight = 0.03;

/// Index of the best silhouette among those where `is_allowed`; of equal ones the fewest clusters.
template <typename Allowed>
std::optional<std::size_t> best_of(const std::vector<CountCandidate>& candidates,
                                   const Allowed& is_allowed) {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < candidates.size(); ++i)
        if (is_allowed(candidates[i]) &&
            (!best || candidates[i].silhouette > candidates[*best].silhouette))
            best = i;
    return best;
}

/// Stands out from both neighbours. The last candidate has only one, which cannot show a peak.
bool is_peak(const std::vector<CountCandidate>& candidates, std::size_t i) {
    if (i == 0 || i + 1 >= candidates.size()) return false;
    const double height = candidates[i].silhouette - kPeakHeight;
    return candidates[i - 1].silhouette <= height && candidates[i + 1].silhouette <= height;
}

std::string list_of_rules(bool has_small) {
    return has_small ? " among those whose segments all hold 1 % of the customers or more" : "";
}

}  // namespace

CountChoice choose_count(const std::vector<CountCandidate>& candidates) {
    assert(!candidates.empty());
    const auto is_large = [](const CountCandidate& c) {
        return c.smallest_share >= kSmallestShareMin;
    };
    const bool has_large = std::any_of(candidates.begin(), candidates.end(), is_large);
    const bool has_small = !std::all_of(candidates.begin(), candidates.end(), is_large);
    const auto is_allowed = [&](const CountCandidate& c) { return !has_large || is_large(c); };
    const std::string among = list_of_rules(has_large && has_small);
    const auto best = *best_of(candidates, is_allowed);
    const CountCandidate& first = candidates[best];
    if (first.silhouette >= kClearSilhouette)
        return {best,
                fmt::format("{} has the best mean silhouette ({:.2f}; 0.5 or more means clear "
                            "groups) of {} to {}{}.",
                            first.clusters,
                            first.silhouette,
                            candidates.front().clusters,
                            candidates.back().clusters,
                            among)};
    if (is_peak(candidates, best))
        return {best,
                fmt::format("{} has the best mean silhouette ({:.2f}, a peak at least 0.03 above "
                            "its neighbours) of {} to {}{}.",
                            first.clusters,
                            first.silhouette,
                            candidates.front().clusters,
                            candidates.back().clusters,
                            among)};
    const auto convenient = best_of(candidates, [&](const CountCandidate& c) {
        return is_allowed(c) && is_convenient(c.clusters);
    });
    const std::size_t chosen = convenient.value_or(best);
    return {chosen,
            fmt::format("No number from {} to {} gives clear groups (mean silhouette 0.5 or a "
                        "peak), so the best {}was taken{}: {} (silhouette {:.2f}).",
                        candidates.front().clusters,
                        candidates.back().clusters,
                        convenient ? "of 4 to 8 " : "",
                        among,
                        candidates[chosen].clusters,
                        candidates[chosen].silhouette)};
}

CountJudge::CountJudge(const PointBlocks& points, const SilhouetteOptions& options)
    : rows_(spread_sample(points.rows(),
                          points.rows() > kTrialRowsMax ? kTrialRows : points.rows(),
                          Random(options.seed))),
      points_(PointBlocks::gather(points, rows_)),
      options_(options) {
    options_.distances_max = 1e300;
}

void CountJudge::add(int clusters, std::span<const int> cluster_of, double inertia) {
    const auto count = static_cast<std::size_t>(clusters);
    std::vector<std::size_t> sizes(count);
    for (const int cluster : cluster_of) ++sizes[static_cast<std::size_t>(cluster)];
    const auto smallest = *std::min_element(sizes.begin(), sizes.end());
    // Clusters that the trial rows miss are left out.
    std::vector<int> number_of(count, -1);
    std::vector<int> labels(rows_.size());
    int used = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        int& number = number_of[static_cast<std::size_t>(cluster_of[rows_[i]])];
        if (number < 0) number = used++;
        labels[i] = number;
    }
    const double mean = used < 2 ? 0 : silhouette(points_, labels, used, options_).mean;
    candidates_.push_back(
        {clusters, mean, static_cast<double>(smallest) / static_cast<double>(cluster_of.size())});
    trials_.push_back({clusters, inertia, mean});
}

Result<CountSearch> search_count(const PointBlocks& points,
                                 int clusters_max,
                                 const KMeansOptions& options) {
    auto clusterings = TRY(kmeans_for_each(points, 2, clusters_max, options));
    CountJudge judge(points,
                     {.seed = options.seed, .threads = options.threads, .simd = options.simd});
    for (const KMeansResult& clustering : clusterings)
        judge.add(
            static_cast<int>(clustering.sizes.size()), clustering.cluster_of, clustering.inertia);
    CountSearch search;
    if (clusterings.empty()) {
        KMeansOptions single = options;
        single.cluster_count = 1;
        search.clustering = TRY(kmeans(points, single));
        search.criterion = "All customers have the same values, so there is one segment.";
        return search;
    }
    search.trials = judge.trials();
    CountChoice choice = judge.choose();
    search.clustering = std::move(clusterings[choice.chosen]);
    search.criterion = std::move(choice.criterion);
    return search;
}

}  // namespace cpo::segmentation
