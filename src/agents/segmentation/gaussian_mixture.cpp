#include "agents/segmentation/gaussian_mixture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <span>

#include "agents/segmentation/called_off.h"
#include "agents/segmentation/gaussian_density.h"
#include "agents/segmentation/gaussian_kernels.h"
#include "agents/segmentation/kernels.h"
#include "agents/segmentation/kmeans.h"
#include "agents/segmentation/row_sample.h"
#include "base/parallel.h"
#include "base/random.h"

namespace cpo::segmentation {
namespace {

/// Panels of which all components are computed while they are in the cache.
constexpr std::size_t kChunkPanels = 16;
// Sums are taken over stretches of chunks and then added in order: few enough to keep them all,
// long enough to be worth a thread.
constexpr std::size_t kStretchesMax = 64;
constexpr std::size_t kStretchChunksMin = 8;

// K-means whose inertia differs by less are the same start.
constexpr double kSameInertia = 1e-4;

std::vector<Panel> panels_of(const ExactPoints& points) {
    const std::size_t panels = (points.rows() + kPanelRows - 1) / kPanelRows;
    std::vector<Panel> values(panels * points.columns);
    for (std::size_t row = 0; row < points.rows(); ++row)
        for (std::size_t j = 0; j < points.columns; ++j)
            values[row / kPanelRows * points.columns + j][row % kPanelRows] = points.row(row)[j];
    return values;
}

/// Where a fit begins.
struct Start {
    std::vector<int> cluster_of;  ///< [rows].
    std::vector<double> centres;  ///< [components x columns].
};

/// A mixture on its way.
struct Fit {
    std::vector<double> weights, means, covariances;
    double log_likelihood = -std::numeric_limits<double>::infinity();  ///< Before the last M step.
    int iterations = 0;
    bool is_converged = false;
};

class MixtureRun {
public:
    MixtureRun(const ExactPoints& points, const GaussianMixtureOptions& options)
        : points_(points),
          options_(options),
          rows_(points.rows()),
          columns_(points.columns),
          components_(static_cast<std::size_t>(options.components)),
          is_full_(options.covariance == Covariance::kFull),
          covariance_size_(is_full_ ? columns_ * columns_ : columns_),
          moments_size_(1 + padded(columns_) +
                        (is_full_ ? padded(columns_) * padded(columns_) : columns_)),
          panels_(panels_of(points)) {}

    Result<GaussianMixtureResult> run() const {
        Fit best;
        if (!options_.start_means.empty())
            best = TRY(converged(given_start()));
        else
            best = TRY(best_of_starts());
        GaussianMixtureResult result = result_of(std::move(best));
        if (options_.deadline.has_passed()) return called_off();
        return result;
    }

private:
    /// Rows that are in the cache together.
    struct Chunk {
        std::size_t first;  ///< Panel.
        std::size_t count;  ///< Of panels.
    };
    /// What a stretch of rows adds up to.
    struct Sums {
        std::vector<double> moments;  ///< [components x moments_size_].
        double log_likelihood = 0;
    };
    /// Room of one thread.
    struct Scratch {
        std::vector<Panel> rows;              ///< [kChunkPanels x padded columns].
        std::vector<Panel> responsibilities;  ///< [components x panels of the chunk].
        std::vector<Panel> log_likelihoods;   ///< [kChunkPanels].
    };
    /// Writes the responsibilities of a chunk; the sum of its log likelihoods.
    using Fill = std::function<double(const Chunk&, Scratch&)>;
    using Visit = std::function<void(std::size_t, const Chunk&, Scratch&)>;

    Result<Fit> best_of_starts() const {
        const std::vector<float> values(points_.values.begin(), points_.values.end());
        const auto points = PointBlocks::from_rows(values, columns_, options_.threads);
        KMeansOptions options;
        options.cluster_count = options_.components;
        options.starts = 1;
        options.breathes = false;  // The tightest clusters need not be the likeliest components.
        options.threads = options_.threads;
        options.simd = options_.simd;
        options.deadline = options_.deadline;
        Fit best;
        std::vector<double> inertias;
        for (int i = 0; i < options_.starts; ++i) {
            options.seed = Random(options_.seed).fork(static_cast<std::uint64_t>(i)).next();
            KMeansResult found = TRY(kmeans(points, options));
            const bool is_known = std::ranges::any_of(inertias, [&](double inertia) {
                return std::abs(found.inertia - inertia) <= kSameInertia * inertia;
            });
            if (is_known) continue;
            inertias.push_back(found.inertia);
            const Start start{std::move(found.cluster_of),
                              {found.centroids.begin(), found.centroids.end()}};
            Fit fit = TRY(converged(start));
            if (fit.log_likelihood > best.log_likelihood) best = std::move(fit);
        }
        return best;
    }

    Start given_start() const {
        const ExactPoints means{columns_, options_.start_means};
        Start start{std::vector<int>(rows_), options_.start_means};
        for (std::size_t row = 0; row < rows_; ++row) {
            double least = std::numeric_limits<double>::infinity();
            for (std::size_t c = 0; c < components_; ++c) {
                const double squared = squared_distance(points_.row(row), means.row(c));
                if (squared >= least) continue;
                least = squared;
                start.cluster_of[row] = static_cast<int>(c);
            }
        }
        return start;
    }

    Result<Fit> converged(const Start& start) const {
        Fit fit;
        fit.weights.resize(components_);
        fit.means = start.centres;
        fit.covariances.resize(components_ * covariance_size_);
        maximise(fit, sums_of(fit, [&](const Chunk& chunk, Scratch& scratch) {
                     std::ranges::fill(scratch.responsibilities, Panel{});
                     for (std::size_t row = chunk.first * kPanelRows; row < end_of(chunk); ++row) {
                         const auto c = static_cast<std::size_t>(start.cluster_of[row]);
                         const std::size_t panel = row / kPanelRows - chunk.first;
                         scratch.responsibilities[c * chunk.count + panel][row % kPanelRows] = 1;
                     }
                     return 0.0;
                 }));
        while (fit.iterations < options_.iteration_count_max && !fit.is_converged) {
            const std::vector<Density> densities = densities_of(fit);
            const Sums sums = sums_of(fit, [&](const Chunk& chunk, Scratch& scratch) {
                return expect(fit, densities, chunk, scratch);
            });
            if (options_.deadline.has_passed()) return called_off();
            maximise(fit, sums);
            ++fit.iterations;
            const double likelihood = sums.log_likelihood / static_cast<double>(rows_);
            fit.is_converged = std::abs(likelihood - fit.log_likelihood) < options_.tolerance;
            fit.log_likelihood = likelihood;
        }
        return fit;
    }

    std::vector<Density> densities_of(const Fit& fit) const {
        std::vector<Density> densities;
        for (std::size_t c = 0; c < components_; ++c) {
            const std::span covariances(fit.covariances);
            densities.push_back(
                density_of(covariances.subspan(c * covariance_size_, covariance_size_),
                           columns_,
                           fit.weights[c],
                           options_));
        }
        return densities;
    }

    /// The E step: leaves the responsibilities and log likelihoods of the chunk in `scratch`.
    double expect(const Fit& fit,
                  const std::vector<Density>& densities,
                  const Chunk& chunk,
                  Scratch& scratch) const {
        Panel* values = scratch.responsibilities.data();
        for (std::size_t c = 0; c < components_; ++c) {
            const GaussianView gaussian{
                &fit.means[c * columns_], densities[c].factor.data(), densities[c].log_scale};
            Panel* own = values + c * chunk.count;
            if (is_full_)
                full_log_densities(
                    options_.simd, rows_of(chunk), gaussian, scratch.rows.data(), own);
            else
                diagonal_log_densities(options_.simd, rows_of(chunk), gaussian, own);
        }
        Panel* likelihoods = scratch.log_likelihoods.data();
        to_responsibilities(options_.simd, components_, chunk.count, values, likelihoods);
        double sum = 0;
        for (std::size_t row = chunk.first * kPanelRows; row < end_of(chunk); ++row)
            sum += likelihoods[row / kPanelRows - chunk.first][row % kPanelRows];
        for (std::size_t row = end_of(chunk); row < (chunk.first + chunk.count) * kPanelRows; ++row)
            for (std::size_t c = 0; c < components_; ++c)
                values[(c + 1) * chunk.count - 1][row % kPanelRows] = 0;
        return sum;
    }

    PanelRange rows_of(const Chunk& chunk) const {
        return {panels_.data() + chunk.first * columns_, chunk.count, columns_};
    }

    std::size_t end_of(const Chunk& chunk) const {
        return std::min(rows_, (chunk.first + chunk.count) * kPanelRows);
    }

    std::size_t chunks() const {
        const std::size_t panels = panels_.size() / columns_;
        return (panels + kChunkPanels - 1) / kChunkPanels;
    }

    /// The same for any number of threads.
    std::size_t stretches() const {
        return std::clamp<std::size_t>(chunks() / kStretchChunksMin, 1, kStretchesMax);
    }

    /// Calls `visit` with the number of the stretch for every chunk, until the deadline.
    void for_each_chunk(const Visit& visit) const {
        parallel_for(options_.threads, stretches(), [&](std::size_t stretch) {
            Scratch scratch{std::vector<Panel>(kChunkPanels * padded(columns_)),
                            std::vector<Panel>(components_ * kChunkPanels),
                            std::vector<Panel>(kChunkPanels)};
            const std::size_t to = chunks() * (stretch + 1) / stretches();
            for (std::size_t i = chunks() * stretch / stretches(); i < to; ++i) {
                if (options_.deadline.has_passed()) return;
                const std::size_t first = i * kChunkPanels;
                visit(stretch,
                      {first, std::min(kChunkPanels, panels_.size() / columns_ - first)},
                      scratch);
            }
        });
    }

    /// The moments about the means of `fit`.
    Sums sums_of(const Fit& fit, const Fill& fill) const {
        const Sums none{std::vector<double>(components_ * moments_size_)};
        std::vector<Sums> parts(stretches(), none);
        for_each_chunk([&](std::size_t stretch, const Chunk& chunk, Scratch& scratch) {
            Sums& part = parts[stretch];
            part.log_likelihood += fill(chunk, scratch);
            for (std::size_t c = 0; c < components_; ++c) {
                const WeightedRows weighted{rows_of(chunk),
                                            &fit.means[c * columns_],
                                            &scratch.responsibilities[c * chunk.count]};
                double* moments = &part.moments[c * moments_size_];
                if (is_full_)
                    add_full_moments(options_.simd, weighted, scratch.rows.data(), moments);
                else
                    add_diagonal_moments(options_.simd, weighted, moments);
            }
        });
        Sums sums = none;
        for (const Sums& part : parts) {
            sums.log_likelihood += part.log_likelihood;
            for (std::size_t i = 0; i < sums.moments.size(); ++i)
                sums.moments[i] += part.moments[i];
        }
        return sums;
    }

    /// The M step, from moments about the present means.
    void maximise(Fit& fit, const Sums& sums) const {
        // Too little to matter, and no component divides by 0; as in scikit-learn.
        constexpr double kSizeMin = 10 * std::numeric_limits<double>::epsilon();
        const double all = static_cast<double>(rows_) + kSizeMin * options_.components;
        for (std::size_t c = 0; c < components_; ++c) {
            const double* moments = &sums.moments[c * moments_size_];
            const double size = moments[0] + kSizeMin;
            const double* shifts = moments + 1;
            const double* products = shifts + padded(columns_);
            fit.weights[c] = size / all;
            double* covariance = &fit.covariances[c * covariance_size_];
            for (std::size_t i = 0; i < columns_; ++i) {
                const double shift = shifts[i] / size;
                fit.means[c * columns_ + i] += shift;
                const double square = products[is_full_ ? i * padded(columns_) + i : i] / size;
                covariance[is_full_ ? i * columns_ + i : i] =
                    std::max(0.0, square - shift * shift) + options_.regularization;
                if (!is_full_) continue;
                for (std::size_t j = 0; j < i; ++j)
                    covariance[i * columns_ + j] = covariance[j * columns_ + i] =
                        products[i * padded(columns_) + j] / size - shift * (shifts[j] / size);
            }
        }
    }

    GaussianMixtureResult result_of(Fit fit) const {
        GaussianMixtureResult result;
        result.cluster_of.resize(rows_);
        result.sizes.resize(components_);
        result.probability.resize(rows_);
        const std::vector<Density> densities = densities_of(fit);
        std::vector<double> likelihoods(stretches());
        for_each_chunk([&](std::size_t stretch, const Chunk& chunk, Scratch& scratch) {
            likelihoods[stretch] += expect(fit, densities, chunk, scratch);
            for (std::size_t row = chunk.first * kPanelRows; row < end_of(chunk); ++row)
                judge(row, chunk, scratch, result);
        });
        for (const int cluster : result.cluster_of)
            ++result.sizes[static_cast<std::size_t>(cluster)];
        const auto rows = static_cast<double>(rows_);
        const double sum = std::accumulate(likelihoods.begin(), likelihoods.end(), 0.0);
        result.log_likelihood = sum / rows;
        const double shape =
            static_cast<double>(is_full_ ? columns_ * (columns_ + 1) / 2 : columns_);
        const double parameters =
            options_.components * (1 + static_cast<double>(columns_) + shape) - 1;
        result.bic = parameters * std::log(rows) - 2 * sum;
        result.aic = 2 * parameters - 2 * sum;
        result.weights = std::move(fit.weights);
        result.means = std::move(fit.means);
        result.covariances = std::move(fit.covariances);
        result.iterations = fit.iterations;
        result.is_converged = fit.is_converged;
        return result;
    }

    void judge(std::size_t row,
               const Chunk& chunk,
               const Scratch& scratch,
               GaussianMixtureResult& result) const {
        double most = -1;
        for (std::size_t c = 0; c < components_; ++c) {
            const std::size_t panel = c * chunk.count + row / kPanelRows - chunk.first;
            const double share = scratch.responsibilities[panel][row % kPanelRows];
            if (share <= most) continue;
            most = share;
            result.cluster_of[row] = static_cast<int>(c);
        }
        result.probability[row] = static_cast<float>(most);
    }

    const ExactPoints& points_;
    const GaussianMixtureOptions& options_;
    const std::size_t rows_;
    const std::size_t columns_;
    const std::size_t components_;
    const bool is_full_;
    const std::size_t covariance_size_;  ///< Values of one component.
    const std::size_t moments_size_;     ///< See add_full_moments().
    const std::vector<Panel> panels_;    ///< [panels x columns]; 0 behind the last row.
};

/// Of the mixtures of one covariance.
struct BestSoFar {
    int components = 0;
    double bic = std::numeric_limits<double>::infinity();
};

}  // namespace

Result<GaussianMixtureResult> gaussian_mixture(const ExactPoints& points,
                                               const GaussianMixtureOptions& options) {
    const int count = options.components;
    if (count < 1 || count > kClustersMax)
        return invalid_argument(
            fmt::format("the number of components must be 1 to {}, not {}", kClustersMax, count));
    const std::size_t different = points.rows() - equal_rows(points).size();
    if (static_cast<std::size_t>(count) > different)
        return invalid_argument(fmt::format(
            "{} components need at least as many different rows, there are {}", count, different));
    if (options.starts < 1 || options.iteration_count_max < 1)
        return invalid_argument("starts and iterations must be at least 1");
    if (!(options.tolerance >= 0) || !(options.regularization > 0))
        return invalid_argument("the tolerance must not be negative, the regularization above 0");
    if (!options.start_means.empty() &&
        options.start_means.size() != static_cast<std::size_t>(count) * points.columns)
        return invalid_argument("there must be one start mean for each component");
    return MixtureRun(points, options).run();
}

Result<GaussianMixtureSearch> search_mixture(const ExactPoints& points,
                                             const MixtureRange& range,
                                             const GaussianMixtureOptions& options) {
    if (range.components_min < 1 || range.components_max < range.components_min)
        return invalid_argument("at least 1 component must be allowed");
    const bool is_one = range.components_max == range.components_min && range.covariance;
    const std::size_t trial_rows =
        is_one ? points.rows() : std::min(points.rows(), kMixtureTrialRowsMax);
    ExactPoints sample{points.columns, {}};
    for (const std::size_t row : spread_sample(points.rows(), trial_rows, Random(options.seed)))
        sample.values.insert(sample.values.end(), points.row(row).begin(), points.row(row).end());
    GaussianMixtureOptions one = options;
    one.start_means.clear();
    GaussianMixtureSearch search;
    search.mixture.bic = std::numeric_limits<double>::infinity();
    int components = 0;
    bool are_rows_few = false;
    std::array<BestSoFar, kCovariances.size()> best{};
    for (int count = range.components_min; count <= range.components_max && !are_rows_few; ++count)
        for (const auto& [name, covariance] : kCovariances) {
            if (range.covariance.value_or(covariance) != covariance) continue;
            BestSoFar& of_shape = best[static_cast<std::size_t>(covariance)];
            if (range.patience > 0 && of_shape.components > 0 &&
                count > std::min(of_shape.components, components) + range.patience)
                continue;
            one.components = count;
            one.covariance = covariance;
            auto fit = gaussian_mixture(sample, one);
            are_rows_few = !fit && fit.error().code == ErrorCode::kInvalidArgument &&
                           count > range.components_min;
            if (are_rows_few) break;
            GaussianMixtureResult mixture = TRY(std::move(fit));
            search.trials.push_back(
                {count, covariance, mixture.bic, mixture.log_likelihood, mixture.is_converged});
            if (mixture.bic < of_shape.bic) of_shape = {count, mixture.bic};
            if (mixture.bic >= search.mixture.bic) continue;
            search.mixture = std::move(mixture);
            search.covariance = covariance;
            components = count;
        }
    if (trial_rows == points.rows()) return search;
    one.components = components;
    one.covariance = search.covariance;
    search.mixture = TRY(gaussian_mixture(points, one));
    return search;
}

}  // namespace cpo::segmentation
