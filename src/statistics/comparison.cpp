#include "statistics/comparison.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "statistics/distributions.h"
#include "statistics/moments.h"

namespace cpo::statistics {

std::optional<Sample> ratio_sample(const RatioSums& sums) {
    if (sums.count < 1 || !(sums.denominator > 0)) return std::nullopt;
    const auto count = static_cast<double>(sums.count);
    const double ratio = sums.numerator / sums.denominator;
    const double denominator_mean = sums.denominator / count;
    // The residuals numerator - ratio x denominator have mean 0, so their sum of squares is their
    // spread.
    const double spread = sums.numerator_squares - 2 * ratio * sums.products +
                          ratio * ratio * sums.denominator_squares;
    const double variance = sums.count < 2 ? 0
                                           : std::max(0.0, spread) / (count - 1) /
                                                 (denominator_mean * denominator_mean);
    return Sample{sums.count, ratio, variance};
}

Interval Comparison::interval(double alpha) const {
    const double half_width =
        student_t_quantile(1 - alpha / 2, degrees_of_freedom) * standard_error;
    return {difference - half_width, difference + half_width};
}

std::optional<Comparison> welch(const Sample& control, const Sample& treatment) {
    if (control.count < 2 || treatment.count < 2) return std::nullopt;
    const auto control_count = static_cast<double>(control.count);
    const auto treatment_count = static_cast<double>(treatment.count);
    const double from_control = control.variance / control_count;
    const double from_treatment = treatment.variance / treatment_count;
    const double variance = from_control + from_treatment;
    if (!(variance > 0) || !std::isfinite(variance)) return std::nullopt;
    Comparison comparison;
    comparison.difference = treatment.mean - control.mean;
    comparison.standard_error = std::sqrt(variance);
    // Shares instead of squares of variances, which would underflow for tiny ones.
    const double control_share = from_control / variance;
    const double treatment_share = from_treatment / variance;
    comparison.degrees_of_freedom = 1 / (control_share * control_share / (control_count - 1) +
                                         treatment_share * treatment_share / (treatment_count - 1));
    comparison.p_value = student_t_two_sided_p(comparison.difference / comparison.standard_error,
                                               comparison.degrees_of_freedom);
    return comparison;
}

std::optional<RelativeLift> relative_lift(const Sample& control,
                                          const Sample& treatment,
                                          double alpha) {
    const auto comparison = welch(control, treatment);
    if (!comparison || control.mean == 0) return std::nullopt;
    const double base = std::abs(control.mean);
    const double control_error = control.variance / static_cast<double>(control.count);
    const double treatment_error = treatment.variance / static_cast<double>(treatment.count);
    const double ratio = treatment.mean / control.mean;
    const double standard_error = std::sqrt(treatment_error + ratio * ratio * control_error) / base;
    const double quantile = student_t_quantile(1 - alpha / 2, comparison->degrees_of_freedom);
    RelativeLift lift;
    lift.lift = comparison->difference / base;
    lift.interval = {lift.lift - quantile * standard_error, lift.lift + quantile * standard_error};
    lift.fieller_g = quantile * quantile * control_error / (base * base);
    if (!std::isfinite(lift.lift) || !std::isfinite(standard_error)) return std::nullopt;
    return lift;
}

Interval wilson(double successes, std::int64_t count, double alpha) {
    assert(count > 0 && successes >= 0 && successes <= static_cast<double>(count));
    const auto n = static_cast<double>(count);
    const double z = normal_quantile(1 - alpha / 2);
    const double share = successes / n;
    const double centre = (share + z * z / (2 * n)) / (1 + z * z / n);
    const double half_width =
        z * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n);
    return {successes == 0 ? 0 : std::max(0.0, centre - half_width),
            successes == n ? 1 : std::min(1.0, centre + half_width)};
}

Interval newcombe(const Proportion& control, const Proportion& treatment, double alpha) {
    const Interval control_interval = wilson(control.successes, control.count, alpha);
    const Interval treatment_interval = wilson(treatment.successes, treatment.count, alpha);
    const double control_share = control.successes / static_cast<double>(control.count);
    const double treatment_share = treatment.successes / static_cast<double>(treatment.count);
    const double difference = treatment_share - control_share;
    return {difference - std::hypot(treatment_share - treatment_interval.low,
                                    control_interval.high - control_share),
            difference + std::hypot(treatment_interval.high - treatment_share,
                                    control_share - control_interval.low)};
}

}  // namespace cpo::statistics
