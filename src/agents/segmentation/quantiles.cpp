#include "agents/segmentation/quantiles.h"

#include <algorithm>
#include <limits>

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

ShareBelow::ShareBelow(std::span<const double> quantiles) : size_(quantiles.size()) {
    static_assert(kQuantilesMax < kPlaces);
    quantiles_.fill(std::numeric_limits<double>::infinity());
    std::copy(quantiles.begin(), quantiles.end(), quantiles_.begin());
    gaps_.fill(1);
    for (std::size_t first = 0; first < size_;) {
        std::size_t last = first;
        while (last + 1 < size_ && quantiles[last + 1] == quantiles[first]) ++last;
        const double middle = (static_cast<double>(first) + static_cast<double>(last)) / 2;
        for (; first <= last; ++first) middles_[first] = middle;
        if (first < size_) gaps_[last] = quantiles[first] - quantiles[last];
    }
}

void ShareBelow::replace(std::span<double> values) const {
    constexpr std::size_t kTogether = 8;  // Searches that do not wait for each other.
    for (; values.size() >= kTogether; values = values.subspan(kTogether))
        replace_some<kTogether>(values.data());
    for (double& value : values) replace_some<1>(&value);
}

template <std::size_t kCount>
void ShareBelow::replace_some(double* values) const {
    std::array<std::size_t, kCount> last{};  // The last quantile up to each value, or the first.
    // Steps of powers of two become shifts, where others become branches that are guessed wrong.
    for (int bit = kPlaceBits - 1; bit >= 0; --bit)
        for (std::size_t i = 0; i < kCount; ++i) {
            const bool is_up_to = quantiles_[last[i] + (std::size_t{1} << bit)] <= values[i];
            last[i] += static_cast<std::size_t>(is_up_to) << bit;
        }
    const double low = quantiles_[0], high = quantiles_[size_ - 1];
    const auto steps = static_cast<double>(size_ - 1);
    for (std::size_t i = 0; i < kCount; ++i) {
        const double value = values[i], quantile = quantiles_[last[i]];
        const double between =
            static_cast<double>(static_cast<int>(last[i])) + (value - quantile) / gaps_[last[i]];
        const double share = (quantile < value ? between : middles_[last[i]]) / steps;
        values[i] = value <= low ? 0 : value >= high ? 1 : share;
    }
}

}  // namespace cpo::segmentation
