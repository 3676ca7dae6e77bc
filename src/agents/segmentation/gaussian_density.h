#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "agents/segmentation/gaussian_mixture.h"

namespace cpo::segmentation {

/// A component as GaussianView wants it.
struct Density {
    std::vector<double> factor;
    double log_scale = 0;
};

/// `covariance` is as in GaussianMixtureResult, of one component, for all `columns`. Thread-safe.
/// O(columns^3) when full. REQUIRES: what options.regularization was added to; weight > 0.
Density density_of(std::span<const double> covariance,
                   std::size_t columns,
                   double weight,
                   const GaussianMixtureOptions& options);

}  // namespace cpo::segmentation
