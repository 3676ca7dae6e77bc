#include "agents/segmentation/centre_margins.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "agents/segmentation/kernels.h"
#include "base/parallel.h"
#include "model/segment.h"

namespace cpo::segmentation {
namespace {

constexpr std::size_t kBlocksPerTask = 64;
constexpr std::size_t kRowsPerTask = kBlocksPerTask * kLanes;

/// Of the rows of `range`, the first of which is row `first`; those in no cluster stay as they are.
void judge(const BlockRange& range,
           std::span<const float> centres,
           std::span<const int> cluster_of,
           std::size_t first,
           std::span<CentreMargin> margins) {
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

std::vector<CentreMargin> centre_margins(const PointBlocks& points,
                                         std::span<const float> centres,
                                         std::span<const int> cluster_of,
                                         int threads) {
    std::vector<CentreMargin> margins(points.rows());
    parallel_for(
        threads, (points.blocks() + kBlocksPerTask - 1) / kBlocksPerTask, [&](std::size_t task) {
            const std::size_t from = task * kBlocksPerTask;
            const std::size_t blocks = std::min(kBlocksPerTask, points.blocks() - from);
            judge({points.block(from), blocks, points.columns()},
                  centres,
                  cluster_of,
                  from * kLanes,
                  margins);
        });
    return margins;
}

double simplified_silhouette(std::span<const CentreMargin> margins,
                             std::span<const int> cluster_of) {
    double sum = 0;
    std::size_t rows = 0;
    for (std::size_t row = 0; row < margins.size(); ++row) {
        if (cluster_of[row] == kNoSegment) continue;
        sum += static_cast<double>(margins[row].margin);
        ++rows;
    }
    return rows == 0 ? 0 : sum / static_cast<double>(rows);
}

}  // namespace cpo::segmentation
