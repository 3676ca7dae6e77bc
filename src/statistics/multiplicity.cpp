#include "statistics/multiplicity.h"

#include <algorithm>
#include <numeric>

namespace cpo::statistics {

Adjusted holm(std::span<const double> p_values, double alpha) {
    const std::size_t tests = p_values.size();
    std::vector<std::size_t> order(tests);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return p_values[a] < p_values[b];
    });
    Adjusted adjusted{std::vector<double>(tests), std::vector<double>(tests)};
    double so_far = 0;
    std::size_t last_step = tests;  // First step that is not rejected.
    for (std::size_t step = 0; step < tests; ++step) {
        const auto left = static_cast<double>(tests - step);
        so_far = std::max(so_far, std::min(1.0, p_values[order[step]] * left));
        adjusted.p_values[order[step]] = so_far;
        if (last_step == tests && so_far > alpha) last_step = step;
        adjusted.interval_alphas[order[step]] =
            alpha / static_cast<double>(tests - std::min(step, last_step));
    }
    return adjusted;
}

}  // namespace cpo::statistics
