#pragma once

namespace cpo::statistics {

// Probability distributions, to about 1e-12 relative. Pure functions, safe from many threads; no
// exceptions: an argument outside the domain (a probability outside 0 ... 1, degrees of freedom
// <= 0, NaN) gives NaN. Numerics: Boost.Math.

/// P(Z <= z) of the standard normal.
double normal_cdf(double z);
/// z with P(Z <= z) = probability; -inf at 0, +inf at 1.
double normal_quantile(double probability);

/// P(T <= t) of Student's t; infinite degrees of freedom are the normal.
double student_t_cdf(double t, double degrees_of_freedom);
/// t with P(T <= t) = probability.
double student_t_quantile(double probability, double degrees_of_freedom);
/// P(|T| >= |t|), accurate far out in the tail.
double student_t_two_sided_p(double t, double degrees_of_freedom);

/// P(X >= statistic) of chi-square.
double chi_square_survival(double statistic, double degrees_of_freedom);
/// x with P(X <= x) = probability.
double chi_square_quantile(double probability, double degrees_of_freedom);

/// Regularised incomplete beta function I_x(a, b).
double incomplete_beta(double a, double b, double x);
/// Regularised lower incomplete gamma function P(a, x).
double incomplete_gamma(double a, double x);

}  // namespace cpo::statistics
