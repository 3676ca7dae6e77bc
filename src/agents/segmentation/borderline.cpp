#include "agents/segmentation/borderline.h"

#include <algorithm>
#include <utility>

#include "agents/segmentation/centre_margins.h"

namespace cpo::segmentation {

std::vector<std::vector<BorderlineCustomer>> borderline_customers(
    const std::vector<std::string>& ids,
    const PointBlocks& points,
    std::span<const float> centres,
    std::span<const int> cluster_of,
    int threads) {
    const std::size_t columns = points.columns(), clusters = centres.size() / columns;
    std::vector<std::vector<BorderlineCustomer>> result(clusters);
    if (clusters < 2) return result;
    const auto margins = centre_margins(points, centres, cluster_of, threads);
    std::vector<std::vector<std::size_t>> members(clusters);
    for (std::size_t row = 0; row < cluster_of.size(); ++row)
        if (cluster_of[row] != kNoSegment)
            members[static_cast<std::size_t>(cluster_of[row])].push_back(row);
    for (std::size_t c = 0; c < clusters; ++c) {
        const std::size_t count = std::min(kBorderlineMax, members[c].size());
        const auto is_closer = [&](std::size_t a, std::size_t b) {
            return std::pair(margins[a].margin, a) < std::pair(margins[b].margin, b);
        };
        std::partial_sort(members[c].begin(),
                          members[c].begin() + static_cast<std::ptrdiff_t>(count),
                          members[c].end(),
                          is_closer);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t row = members[c][i];
            result[c].push_back(
                {ids[row], margins[row].other, static_cast<double>(margins[row].margin)});
        }
    }
    return result;
}

}  // namespace cpo::segmentation
