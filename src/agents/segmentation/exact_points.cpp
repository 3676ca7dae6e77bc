#include "agents/segmentation/exact_points.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>

#include "agents/segmentation/mixed.h"

namespace cpo::segmentation {

double scale_to_unit(ExactPoints& points) {
    double largest = 0;
    for (const double value : points.values) largest = std::max(largest, std::abs(value));
    if (largest == 0) return 1;
    const double unit = std::exp2(std::floor(std::log2(largest)));
    for (double& value : points.values) value /= unit;
    return unit;
}

std::vector<TreeMerge> equal_rows(const ExactPoints& points) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> hashed(points.rows());
    for (std::uint32_t row = 0; row < hashed.size(); ++row) {
        std::uint64_t hash = 0;
        for (const double value : points.row(row))
            hash = mixed(hash ^ std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value)) + 1;
        hashed[row] = {hash, row};
    }
    std::sort(hashed.begin(), hashed.end());
    std::vector<TreeMerge> merges;
    std::vector<std::uint32_t> firsts;  // Different rows of one hash.
    for (std::size_t i = 0; i < hashed.size(); ++i) {
        if (i == 0 || hashed[i].first != hashed[i - 1].first) firsts.clear();
        const std::uint32_t row = hashed[i].second;
        const auto first = std::find_if(firsts.begin(), firsts.end(), [&](std::uint32_t one) {
            return std::ranges::equal(points.row(one), points.row(row));
        });
        if (first == firsts.end())
            firsts.push_back(row);
        else
            merges.push_back({*first, row, 0, 0});
    }
    return merges;
}

}  // namespace cpo::segmentation
