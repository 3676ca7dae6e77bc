#pragma once

#include <cstdint>
#include <optional>

namespace cpo::statistics {

/// What a comparison needs to know of one arm.
struct Sample {
    std::int64_t count = 0;  ///< Units.
    double mean = 0;
    double variance = 0;  ///< Of one unit, divisor count - 1 (proportions: p (1 - p)).
};

/// Sample of a ratio metric: `mean` is sum over sum, `variance` that of the linearised unit values.
/// Source: Deng, Knoblich & Lu, "Applying the Delta Method in Metric Analytics", KDD 2018, sec. 2.
/// `sums` about zero. Nothing when the denominator is not positive.
struct RatioSums {
    std::int64_t count = 0;
    double numerator = 0, numerator_squares = 0;
    double denominator = 0, denominator_squares = 0;
    double products = 0;
};
std::optional<Sample> ratio_sample(const RatioSums& sums);

struct Interval {
    double low = 0;
    double high = 0;
};

/// Difference of two means with what is needed to test it at any level.
struct Comparison {
    double difference = 0;      ///< Treatment minus control.
    double standard_error = 0;  ///< > 0.
    double degrees_of_freedom = 0;
    double p_value = 1;  ///< Two-sided.
    Interval interval(double alpha) const;
};

/// Welch's test: unequal variances, degrees of freedom by Welch-Satterthwaite. Nothing when an arm
/// has fewer than two units or neither varies.
/// Source: Welch, "The generalization of Student's problem", Biometrika 1947.
std::optional<Comparison> welch(const Sample& control, const Sample& treatment);

/// (treatment - control) / |control| with an interval by the delta method.
struct RelativeLift {
    double lift = 0;
    Interval interval;
    /// g = t^2 variance(control mean) / control mean^2. From 1 on the control mean cannot be told
    /// from 0 and the relative effect has no finite interval (Fieller 1954).
    double fieller_g = 0;
    bool is_bounded() const { return fieller_g < 1; }
};
/// Nothing when the control mean is 0 or welch() gives nothing.
std::optional<RelativeLift> relative_lift(const Sample& control,
                                          const Sample& treatment,
                                          double alpha);

/// Wilson's score interval of a proportion, no continuity correction. REQUIRES: 0 <= successes <=
/// count, count > 0. Source: Wilson, JASA 1927.
Interval wilson(double successes, std::int64_t count, double alpha);

/// Newcombe's interval of a difference of proportions (method 10: from two Wilson intervals).
/// Source: Newcombe, "Interval estimation for the difference between independent proportions",
/// Statistics in Medicine 1998.
struct Proportion {
    double successes = 0;
    std::int64_t count = 0;
};
Interval newcombe(const Proportion& control, const Proportion& treatment, double alpha);

}  // namespace cpo::statistics
