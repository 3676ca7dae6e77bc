#include "agents/segmentation/gaussian_density.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "agents/segmentation/gaussian_kernels.h"

namespace cpo::segmentation {
namespace {

/// Cholesky's L with L x L' = covariance, in place of its lower triangle. No pivot is below
/// `pivot_min`: what was added to the diagonal, which only rounding can take away.
void decompose(std::span<double> covariance, std::size_t columns, double pivot_min) {
    for (std::size_t i = 0; i < columns; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            double value = covariance[i * columns + j];
            for (std::size_t k = 0; k < j; ++k)
                value -= covariance[i * columns + k] * covariance[j * columns + k];
            covariance[i * columns + j] = i == j ? std::sqrt(std::max(value, pivot_min))
                                                 : value / covariance[j * columns + j];
        }
}

/// The inverse of a lower triangle, in place.
void invert(std::span<double> triangle, std::size_t columns) {
    for (std::size_t j = 0; j < columns; ++j) {
        triangle[j * columns + j] = 1 / triangle[j * columns + j];
        for (std::size_t i = j + 1; i < columns; ++i) {
            double value = 0;
            for (std::size_t k = j; k < i; ++k)
                value -= triangle[i * columns + k] * triangle[k * columns + j];
            triangle[i * columns + j] = value / triangle[i * columns + i];
        }
    }
}

/// As packed_factor_size() says.
std::vector<double> packed(std::span<const double> triangle, std::size_t columns) {
    std::vector<double> values;
    values.reserve(packed_factor_size(columns));
    for (std::size_t first = 0; first < columns; first += kFactorRows)
        for (std::size_t j = 0; j < std::min(first + kFactorRows, columns); ++j)
            for (std::size_t i = first; i < first + kFactorRows; ++i)
                values.push_back(i < columns && j <= i ? triangle[i * columns + j] : 0);
    return values;
}

}  // namespace

Density density_of(std::span<const double> covariance,
                   std::size_t columns,
                   double weight,
                   const GaussianMixtureOptions& options) {
    Density density{{covariance.begin(), covariance.end()}, std::log(weight)};
    density.log_scale -= 0.5 * static_cast<double>(columns) * std::log(2 * std::numbers::pi);
    if (options.covariance == Covariance::kDiagonal) {
        for (double& value : density.factor) {
            density.log_scale -= 0.5 * std::log(value);
            value = 1 / value;
        }
        return density;
    }
    decompose(density.factor, columns, options.regularization);
    for (std::size_t i = 0; i < columns; ++i)
        density.log_scale -= std::log(density.factor[i * columns + i]);
    invert(density.factor, columns);
    density.factor = packed(density.factor, columns);
    return density;
}

}  // namespace cpo::segmentation
