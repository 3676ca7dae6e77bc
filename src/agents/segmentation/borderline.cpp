#include "agents/segmentation/borderline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "agents/segmentation/kernels.h"
#include "base/parallel.h"

namespace cpo::segmentation {
namespace {

constexpr std::size_t kBlocksPerTask = 64;
constexpr std::size_t kRowsPerTask = kBlocksPerTask * kLanes;

struct Margin {
    int other = 0;  ///< The nearest other cluster.
    float margin = 0;
};

/// Of the rows of `range`, the first of which is row `first`; those in no cluster stay as they are.
void judge(const BlockRange& range,
           std::span<const float> centres,
           std::span<const int> cluster_of,
           std::size_t first,
           std::span<Margin> margins) {
    const std::size_t rows = std::min(range.blocks * kLanes, margins.size() - first);
    std::array<float, kRowsPerTask> own{}, nearest, distances;
    nearest.fill(std::numeric_limits<float>::infinity());
    const Kernels& kernels = kernels_of(simd_level());
    for (std::size_t c = 0; c * range.columns < centres.size(); ++c) {
        const int cluster = static_cast<int>(c);
        kernels.squared_distances(range, centres.data() + c * range.columns, distances.data());
        for (std::size_t i = 0; i < rows; ++i) {
            if (cluster_of[first + i] == cluster) {
                own[i] = distances[i];
            } else if (distances[i] < nearest[i]) {
                nearest[i] = distances[i];
                margins[first + i].other = cluster;
            }
        }
    }
    for (std::size_t i = 0; i < rows; ++i) {
        const float to_own = std::sqrt(own[i]), to_other = std::sqrt(nearest[i]);
        const float larger = std::max(to_own, to_other);
        margins[first + i].margin = larger > 0 ? (to_other - to_own) / larger : 0;
    }
}

}  // namespace

std::vector<std::vector<BorderlineCustomer>> borderline_customers(
    const std::vector<std::string>& ids,
    const PointBlocks& points,
    std::span<const float> centres,
    std::span<const int> cluster_of,
    int threads) {
    const std::size_t columns = points.columns(), clusters = centres.size() / columns;
    std::vector<std::vector<BorderlineCustomer>> result(clusters);
    if (clusters < 2) return result;
    std::vector<Margin> margins(points.rows());
    parallel_for(
        threads, (points.blocks() + kBlocksPerTask - 1) / kBlocksPerTask, [&](std::size_t task) {
            const std::size_t from = task * kBlocksPerTask;
            const std::size_t blocks = std::min(kBlocksPerTask, points.blocks() - from);
            judge(
                {points.block(from), blocks, columns}, centres, cluster_of, from * kLanes, margins);
        });
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
