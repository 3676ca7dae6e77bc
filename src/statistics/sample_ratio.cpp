#include "statistics/sample_ratio.h"

#include <cassert>

#include "statistics/distributions.h"

namespace cpo::statistics {

std::optional<SampleRatio> check_sample_ratio(std::span<const std::int64_t> units,
                                              std::span<const double> weights) {
    assert(units.size() == weights.size());
    double weight_sum = 0;
    double unit_sum = 0;
    int arms = 0;
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (!(weights[i] > 0)) continue;
        weight_sum += weights[i];
        unit_sum += static_cast<double>(units[i]);
        ++arms;
    }
    if (arms < 2 || unit_sum <= 0) return std::nullopt;
    SampleRatio result;
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (!(weights[i] > 0)) continue;
        const double expected = unit_sum * weights[i] / weight_sum;
        const double distance = static_cast<double>(units[i]) - expected;
        result.statistic += distance * distance / expected;
    }
    result.degrees_of_freedom = arms - 1;
    result.p_value = chi_square_survival(result.statistic, result.degrees_of_freedom);
    return result;
}

}  // namespace cpo::statistics
