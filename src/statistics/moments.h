#pragma once

#include <cstdint>

namespace cpo::statistics {

/// Running mean and variance without losing digits to cancellation, mergeable in any order.
/// Source: Welford, "Note on a Method for Calculating Corrected Sums of Squares and Products",
/// Technometrics 1962; merging: Chan, Golub & LeVeque, "Updating Formulae and a Pairwise Algorithm
/// for Computing Sample Variances", 1979. Plain value; not thread-safe.
class Moments {
public:
    Moments() = default;
    /// From sums about zero. The spread about the mean is lost where it is below 1e-16 of the mean
    /// squared; a tiny negative one counts as 0.
    static Moments from_sums(std::int64_t count, double sum, double sum_of_squares);

    void add(double value);
    void merge(const Moments& other);

    std::int64_t count() const { return count_; }
    double mean() const { return mean_; }
    double sum() const { return mean_ * static_cast<double>(count_); }
    /// Sum of squared distances to the mean.
    double spread() const { return spread_; }
    /// Sample variance (divisor count - 1); 0 below two values.
    double variance() const;

private:
    std::int64_t count_ = 0;
    double mean_ = 0;
    double spread_ = 0;
};

/// Running means, variances and covariance of pairs: numerator and denominator of a ratio metric.
class PairMoments {
public:
    void add(double first, double second);
    void merge(const PairMoments& other);

    const Moments& first() const { return first_; }
    const Moments& second() const { return second_; }
    /// Sample covariance (divisor count - 1); 0 below two pairs.
    double covariance() const;

private:
    Moments first_, second_;
    double joint_spread_ = 0;
};

}  // namespace cpo::statistics
