#include "agents/segmentation/mixture_clustering.h"

#include <fmt/format.h>

#include <algorithm>

#include "agents/segmentation/gaussian_mixture.h"
#include "agents/segmentation/scaling.h"
#include "agents/segmentation/stopwatch.h"

namespace cpo::segmentation {
namespace {

/// Added to the variances: next to nothing as in scikit-learn, or enough that a column of few
/// different values, whose deviation is about 1, does not become spikes.
constexpr double kRegularizationAsIs = 1e-6;
constexpr double kRegularizationScaled = 1e-3;

MixtureRange range_of(const SegmentationOptions& options) {
    MixtureRange range{.components_max = options.clusters_max, .covariance = options.covariance};
    if (options.clusters != 0) range.components_min = range.components_max = options.clusters;
    return range;
}

/// Numbers the components that have rows 0, 1, ..., [components]; how many they are.
std::size_t leave_out_empty(const std::vector<std::size_t>& sizes,
                            std::vector<int>& number_of,
                            std::vector<int>& cluster_of) {
    number_of.assign(sizes.size(), kNoSegment);
    int clusters = 0;
    for (std::size_t c = 0; c < sizes.size(); ++c)
        if (sizes[c] > 0) number_of[c] = clusters++;
    for (int& cluster : cluster_of) cluster = number_of[static_cast<std::size_t>(cluster)];
    return static_cast<std::size_t>(clusters);
}

std::string criterion_of(const GaussianMixtureSearch& search,
                         std::size_t rows,
                         const SegmentationOptions& options) {
    if (search.trials.size() == 1) return "The number of segments was given.";
    return fmt::format(
        "{} with {} covariance: the lowest BIC of the {} mixtures that were tried{}.",
        options.clusters != 0 ? "The given number of components"
                              : fmt::format("{} components", search.mixture.weights.size()),
        name_of(search.covariance),
        search.trials.size(),
        rows > kMixtureTrialRowsMax ? fmt::format(" on {} customers", kMixtureTrialRowsMax) : "");
}

}  // namespace

Result<Clustering> by_mixture(const FeatureTable& customers,
                              const std::vector<FeatureScaling>& scaling,
                              const PointBlocks& points,
                              const SegmentationOptions& options) {
    return by_mixture_of(customers, scaling, points, options, range_of(options));
}

Result<Clustering> by_mixture_of(const FeatureTable& customers,
                                 const std::vector<FeatureScaling>& scaling,
                                 const PointBlocks& points,
                                 const SegmentationOptions& options,
                                 const MixtureRange& range) {
    const ExactPoints exact = exact_points(customers, scaling, options.threads);
    GaussianMixtureOptions how;
    how.starts = options.starts;
    how.regularization =
        options.scaling == Scaling::kNone ? kRegularizationAsIs : kRegularizationScaled;
    how.seed = options.seed;
    how.threads = options.threads;
    how.deadline = options.deadline;
    Stopwatch watch;
    GaussianMixtureSearch search = TRY(search_mixture(exact, range, how));
    Clustering result;
    result.elapsed_ms = watch.lap_ms();
    result.algorithm = "gmm";
    result.criterion = criterion_of(search, exact.rows(), options);
    GaussianMixtureResult& found = search.mixture;
    result.cluster_of = std::move(found.cluster_of);
    result.strength_of = std::move(found.probability);
    std::vector<int> number_of;
    const std::size_t clusters = leave_out_empty(found.sizes, number_of, result.cluster_of);
    set_centres(points, clusters, options.threads, result);
    for (const GaussianMixtureTrial& trial : search.trials)
        result.trials.push_back({.clusters = trial.components,
                                 .bic = trial.bic,
                                 .covariance = std::string(name_of(trial.covariance))});
    if (result.trials.size() == 1) result.trials.clear();
    result.mixture = {.components = static_cast<int>(found.weights.size()),
                      .covariance = std::string(name_of(search.covariance)),
                      .bic = found.bic,
                      .aic = found.aic,
                      .log_likelihood = found.log_likelihood,
                      .is_converged = found.is_converged,
                      .regularization = how.regularization,
                      .weights = std::move(found.weights),
                      .means = std::move(found.means),
                      .covariances = std::move(found.covariances),
                      .segment_of = std::move(number_of)};
    return result;
}

}  // namespace cpo::segmentation
