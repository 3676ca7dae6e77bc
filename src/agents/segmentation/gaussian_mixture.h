#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "agents/segmentation/covariance.h"
#include "agents/segmentation/exact_points.h"
#include "base/cpu.h"
#include "base/deadline.h"
#include "base/result.h"

namespace cpo::segmentation {

struct GaussianMixtureOptions {
    int components = 5;  ///< 1 ... min(different rows, kClustersMax).
    Covariance covariance = Covariance::kFull;
    int starts = 3;                 ///< From different k-means; the highest likelihood wins.
    int iteration_count_max = 100;  ///< Of one start.
    /// A start stops when the mean log likelihood of a row changed by less than this, as in
    /// scikit-learn.
    double tolerance = 1e-3;
    double regularization = 1e-6;  ///< Added to each variance; above 0, in squared units.
    /// [components x columns]; when not empty, the one start: each row begins in the component
    /// whose mean here is nearest, instead of its k-means cluster.
    std::vector<double> start_means;
    std::uint64_t seed = 1;
    int threads = 1;
    SimdLevel simd = simd_level();
    Deadline deadline = Deadline::never();
};

struct GaussianMixtureResult {
    std::vector<int> cluster_of;     ///< [rows], the most probable component of each.
    std::vector<std::size_t> sizes;  ///< [components], rows in each; may be 0.
    std::vector<float> probability;  ///< [rows], of that component given the row, 0 ... 1.
    std::vector<double> weights;     ///< [components], together 1.
    std::vector<double> means;       ///< [components x columns].
    /// [components x columns], variances; full: [components x columns x columns].
    std::vector<double> covariances;
    double log_likelihood = 0;  ///< Mean of the rows, natural logarithm of their density.
    double bic = 0;             ///< Bayesian information criterion; lower is better.
    double aic = 0;             ///< Akaike's; lower is better.
    int iterations = 0;         ///< Of the winning start.
    bool is_converged = false;  ///< Before iteration_count_max.
};

/// Fits `components` normal distributions to the rows by expectation maximisation, from k-means
/// clusters. A component that loses its rows or becomes flat keeps the variance `regularization`.
/// Sources: Dempster, Laird & Rubin, "Maximum Likelihood from Incomplete Data via the EM
/// Algorithm", J. Royal Statistical Society B 39(1), 1977; Schwarz, "Estimating the Dimension of a
/// Model", Annals of Statistics 6(2), 1978 (BIC). O(rows x components x columns) an iteration, full
/// covariance O(rows x components x columns^2); memory beside the points 8 bytes a value and 64
/// times the covariances. Thread-safe. The result is the same bits at any number of threads and any
/// SIMD level. Errors: kInvalidArgument if an option is out of range or there are fewer different
/// rows than components; kDeadlineExceeded. REQUIRES: at least one row and column, finite values,
/// of scaled columns.
Result<GaussianMixtureResult> gaussian_mixture(const ExactPoints& points,
                                               const GaussianMixtureOptions& options);

/// Rows up to which search_mixture() tries on all of them; above, on a random sample of this size.
inline constexpr std::size_t kMixtureTrialRowsMax = 20'000;

/// One mixture that was tried.
struct GaussianMixtureTrial {
    int components = 0;
    Covariance covariance = Covariance::kFull;
    double bic = 0;             ///< Of the rows it was tried on.
    double log_likelihood = 0;  ///< Mean of these rows.
    bool is_converged = false;
};

/// The mixture with the lowest BIC, and the trials that led to it.
struct GaussianMixtureSearch {
    GaussianMixtureResult mixture;              ///< Of all rows.
    Covariance covariance = Covariance::kFull;  ///< Of the mixture.
    std::vector<GaussianMixtureTrial> trials;   ///< By components, then covariance.
};

/// What search_mixture() tries.
struct MixtureRange {
    int components_min = 1;
    int components_max = 12;
    std::optional<Covariance> covariance{};  ///< Each when there is none.
    /// Ends when so many numbers in a row brought no lower BIC, for a covariance when they brought
    /// none to it; 0 = never.
    int patience = 0;
};

/// Fits components_min ... components_max components (no more than different rows allow) with the
/// covariances of `range`, and chooses by BIC; of equals the first. The `components`, `covariance`
/// and `start_means` of the options are not looked at. Cost and errors: those of gaussian_mixture()
/// for each; kInvalidArgument also if the range is empty or begins below 1. Thread-safe.
Result<GaussianMixtureSearch> search_mixture(const ExactPoints& points,
                                             const MixtureRange& range,
                                             const GaussianMixtureOptions& options);

}  // namespace cpo::segmentation
