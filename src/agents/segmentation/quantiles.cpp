#include "agents/segmentation/quantiles.h"

#include <algorithm>

namespace cpo::segmentation {

double quantile_of(std::span<const double> sorted, double share) {
    const double position = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    const double weight = position - static_cast<double>(below);
    return sorted[below] * (1 - weight) + sorted[above] * weight;
}

std::vector<double> quantiles_of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    std::vector<double> quantiles(std::min(values.size(), kQuantilesMax));
    const auto steps = static_cast<double>(quantiles.size() - 1);
    for (std::size_t i = 0; i < quantiles.size(); ++i)
        quantiles[i] = quantile_of(values, static_cast<double>(i) / steps);
    // Interpolation between equal values may round either way.
    for (std::size_t i = 1; i < quantiles.size(); ++i)
        quantiles[i] = std::max(quantiles[i], quantiles[i - 1]);
    return quantiles;
}

double share_below(std::span<const double> quantiles, double value) {
    if (value <= quantiles.front()) return 0;
    if (value >= quantiles.back()) return 1;
    // The last quantile up to the value; halving without a branch that would be guessed wrong.
    const double* from = quantiles.data();
    for (std::size_t count = quantiles.size(); count > 1;) {
        const std::size_t half = count / 2;
        from += from[half] <= value ? half : 0;
        count -= half;
    }
    const auto steps = static_cast<double>(quantiles.size() - 1);
    const auto last = static_cast<double>(from - quantiles.data());
    if (*from < value) return (last + (value - *from) / (from[1] - *from)) / steps;
    const auto first = std::lower_bound(quantiles.begin(), quantiles.end(), value);
    return (static_cast<double>(first - quantiles.begin()) + last) / 2 / steps;
}

}  // namespace cpo::segmentation
