#include "statistics/planning.h"

#include <algorithm>
#include <cmath>

#include "statistics/distributions.h"

namespace cpo::statistics {
namespace {

constexpr double kUnitsMax = 0x1p53;

bool is_open_share(double value) { return value > 0 && value < 1; }

bool is_valid(const TestDesign& design) {
    return is_open_share(design.alpha) && is_open_share(design.power);
}

double squared_quantiles(const TestDesign& design) {
    const double sum = normal_quantile(1 - design.alpha / 2) + normal_quantile(design.power);
    return sum * sum;
}

/// Units before rounding.
double units_for_lift(double baseline, double lift, double squared_quantile_sum) {
    const double treated = baseline * (1 + lift);
    const double difference = treated - baseline;
    return squared_quantile_sum * (baseline * (1 - baseline) + treated * (1 - treated)) /
           (difference * difference);
}

std::optional<std::int64_t> rounded_up(double units) {
    if (!(units <= kUnitsMax)) return std::nullopt;
    return std::max(std::int64_t{1}, static_cast<std::int64_t>(std::ceil(units)));
}

}  // namespace

std::optional<std::int64_t> needed_for_proportions(double baseline,
                                                   double lift,
                                                   const TestDesign& design) {
    const double treated = baseline * (1 + lift);
    if (!is_valid(design) || !is_open_share(baseline) || lift == 0 || !(treated >= 0) ||
        !(treated <= 1))
        return std::nullopt;
    return rounded_up(units_for_lift(baseline, lift, squared_quantiles(design)));
}

std::optional<std::int64_t> needed_for_means(double deviation,
                                             double difference,
                                             const TestDesign& design) {
    if (!is_valid(design) || !(deviation > 0) || difference == 0) return std::nullopt;
    const double effect = difference / deviation;
    return rounded_up(2 * squared_quantiles(design) / (effect * effect));
}

std::optional<double> detectable_lift(double baseline,
                                      std::int64_t per_arm,
                                      const TestDesign& design) {
    if (!is_valid(design) || !is_open_share(baseline) || per_arm < 1) return std::nullopt;
    // needed units = c (p(1-p) + q(1-q)) / (q-p)^2 = n with q = p + d is a quadratic in d:
    // (n + c) d^2 - c (1 - 2p) d - 2 c p (1 - p) = 0; its positive root is the smallest difference.
    const double c = squared_quantiles(design);
    const double a = static_cast<double>(per_arm) + c;
    const double b = c * (1 - 2 * baseline);
    const double difference =
        (b + std::sqrt(b * b + 8 * a * c * baseline * (1 - baseline))) / (2 * a);
    if (baseline + difference > 1) return std::nullopt;
    return difference / baseline;
}

std::optional<double> detectable_difference(double deviation,
                                            std::int64_t per_arm,
                                            const TestDesign& design) {
    if (!is_valid(design) || !(deviation > 0) || per_arm < 1) return std::nullopt;
    return deviation * std::sqrt(2 * squared_quantiles(design) / static_cast<double>(per_arm));
}

}  // namespace cpo::statistics
