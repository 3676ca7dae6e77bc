#pragma once

#include <array>
#include <span>
#include <vector>

namespace cpo::segmentation {

/// Most quantiles that are kept of a column: a step of one percent.
inline constexpr std::size_t kQuantilesMax = 101;

/// Linear interpolation between order statistics (Hyndman & Fan, "Sample Quantiles in Statistical
/// Packages", 1996, type 7). REQUIRES: `sorted` is not empty, 0 <= share <= 1.
double quantile_of(std::span<const double> sorted, double share);

/// min(values, kQuantilesMax) quantiles of equal shares, ascending, the smallest and the largest
/// value among them. O(n log n). REQUIRES: at least two values.
std::vector<double> quantiles_of(std::vector<double> values);

/// Share of the values below a value, 0 ... 1, by straight lines between the quantiles; half of
/// those that are the same count as below, at the ends none and all. Thread-safe.
class ShareBelow {
public:
    /// REQUIRES: two to kQuantilesMax quantiles, ascending.
    explicit ShareBelow(std::span<const double> quantiles);

    /// Puts the share in the place of each value. O(values x log quantiles).
    void replace(std::span<double> values) const;

private:
    static constexpr int kPlaceBits = 7;
    static constexpr std::size_t kPlaces = std::size_t{1} << kPlaceBits;

    template <std::size_t kCount>
    void replace_some(double* values) const;

    std::size_t size_;
    std::array<double, kPlaces> quantiles_;  ///< Behind the last one infinity.
    std::array<double, kPlaces> gaps_;  ///< To the next one, for the last of those that are equal.
    std::array<double, kPlaces> middles_{};  ///< Of the places of all that are equal.
};

}  // namespace cpo::segmentation
