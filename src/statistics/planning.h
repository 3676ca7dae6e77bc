#pragma once

#include <cstdint>
#include <optional>

namespace cpo::statistics {

/// How sure a two-sided test of one comparison shall be.
struct TestDesign {
    double alpha = 0.05;  ///< Chance to see a difference where there is none, 0 < alpha < 1.
    double power = 0.80;  ///< Chance to find the difference planned for, 0 < power < 1.
};

/// Units per arm that a comparison of two proportions needs, arms of equal size:
/// (z_{1-alpha/2} + z_power)^2 (p(1-p) + q(1-q)) / (p - q)^2, rounded up.
/// `baseline` p in 0 < p < 1, q = p (1 + lift). Nothing when q leaves 0 ... 1, lift is 0 or the
/// number exceeds 2^53.
std::optional<std::int64_t> needed_for_proportions(double baseline,
                                                   double lift,
                                                   const TestDesign& design);

/// The same for means of one common standard deviation; `difference` in the unit of the deviation.
std::optional<std::int64_t> needed_for_means(double deviation,
                                             double difference,
                                             const TestDesign& design);

/// Smallest positive relative lift of a proportion that `per_arm` units find at the design's power:
/// the inverse of needed_for_proportions. Nothing when not even baseline -> 1 would be found.
std::optional<double> detectable_lift(double baseline,
                                      std::int64_t per_arm,
                                      const TestDesign& design);

/// Smallest difference of means that `per_arm` units find. Nothing when per_arm < 1.
std::optional<double> detectable_difference(double deviation,
                                            std::int64_t per_arm,
                                            const TestDesign& design);

}  // namespace cpo::statistics
