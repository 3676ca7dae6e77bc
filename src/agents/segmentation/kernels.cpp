#include "agents/segmentation/kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace cpo::segmentation {
namespace {

using Values = std::array<float, kLanes>;

void assign(const BlockRange& points, const CentroidView& centroids, std::uint8_t* labels) {
    for (std::size_t b = 0; b < points.blocks; ++b) {
        const Lanes* block = points.lanes + b * points.columns;
        Values best{};
        for (int c = 0; c < centroids.count; ++c) {
            const float* centroid = centroids.values + static_cast<std::size_t>(c) * points.columns;
            Values score;
            score.fill(-centroids.half_norms[c]);
            for (std::size_t j = 0; j < points.columns; ++j)
                for (std::size_t lane = 0; lane < kLanes; ++lane)
                    score[lane] = std::fma(block[j].values[lane], centroid[j], score[lane]);
            for (std::size_t lane = 0; lane < kLanes; ++lane) {
                if (c != 0 && !(score[lane] > best[lane])) continue;
                best[lane] = score[lane];
                labels[b * kLanes + lane] = static_cast<std::uint8_t>(c);
            }
        }
    }
}

Values squared_distances_of(const Lanes* block, const float* query, std::size_t columns) {
    Values sums{};
    for (std::size_t j = 0; j < columns; ++j)
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            const float difference = block[j].values[lane] - query[j];
            sums[lane] = std::fma(difference, difference, sums[lane]);
        }
    return sums;
}

void squared_distances(const BlockRange& points, const float* query, float* distances) {
    for (std::size_t b = 0; b < points.blocks; ++b) {
        const Values block =
            squared_distances_of(points.lanes + b * points.columns, query, points.columns);
        std::copy(block.begin(), block.end(), distances + b * kLanes);
    }
}

double distance_sum(const BlockRange& points,
                    std::size_t rows,
                    const float* query,
                    float* point_sums) {
    std::array<double, kLanes> totals{};
    for (std::size_t from = 0; from < points.blocks; from += kBlocksPerFlush) {
        const std::size_t to = std::min(from + kBlocksPerFlush, points.blocks);
        Values run{};
        for (std::size_t b = from; b < to; ++b) {
            const Values squared =
                squared_distances_of(points.lanes + b * points.columns, query, points.columns);
            const std::size_t lanes = std::min(kLanes, rows - b * kLanes);
            for (std::size_t lane = 0; lane < lanes; ++lane) {
                const float distance = std::sqrt(squared[lane]);
                run[lane] += distance;
                if (point_sums != nullptr) point_sums[b * kLanes + lane] += distance;
            }
        }
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            totals[lane] += static_cast<double>(run[lane]);
    }
    double sum = 0;
    for (const double total : totals) sum += total;
    return sum;
}

void distance_sums(const BlockRange& points,
                   std::size_t rows,
                   const QueryView& queries,
                   float* point_sums,
                   double* sums) {
    for (std::size_t q = 0; q < queries.count; ++q)
        sums[q] = distance_sum(points, rows, queries.values + q * points.columns, point_sums);
}

NearMasks compare(const Lanes* block, std::size_t columns, LaneQueries queries, NearLimits limits) {
    NearMasks masks;
    for (unsigned left = queries.wanted; left != 0; left &= left - 1) {
        const auto l = static_cast<std::size_t>(std::countr_zero(left));
        const Values distances = squared_distances_of(block, queries.points + l * columns, columns);
        unsigned near = 0;
        unsigned within = 0;
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            near |= (distances[lane] <= limits.near ? 1U : 0U) << lane;
            within |= (distances[lane] <= limits.far ? 1U : 0U) << lane;
        }
        masks.near[l] = static_cast<std::uint16_t>(near);
        masks.perhaps[l] = static_cast<std::uint16_t>(within & ~near);
    }
    return masks;
}

std::uint16_t near_boxes(const BoxBlock& boxes, BoxView query, float limit) {
    Values sums{};
    for (std::size_t j = 0; j < boxes.columns; ++j)
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            const float above = boxes.lows[j].values[lane] - query.high[j];
            const float below = query.low[j] - boxes.highs[j].values[lane];
            const float gap = std::max(std::max(above, below), 0.0F);
            sums[lane] = std::fma(gap, gap, sums[lane]);
        }
    std::uint16_t mask = 0;
    for (std::size_t lane = 0; lane < kLanes; ++lane)
        if (sums[lane] <= limit) mask |= static_cast<std::uint16_t>(1U << lane);
    return mask;
}

LaneMasks near_boxes_of(const BoxBlock& boxes, LaneQueries queries, float limit) {
    LaneMasks masks;
    for (unsigned left = queries.wanted; left != 0; left &= left - 1) {
        const auto l = static_cast<std::size_t>(std::countr_zero(left));
        const float* point = queries.points + l * boxes.columns;
        masks[l] = near_boxes(boxes, {point, point}, limit);
    }
    return masks;
}

LaneMasks within_shares(const Lanes* block,
                        std::size_t columns,
                        ShareQueries queries,
                        const Lanes& shares,
                        Lanes* squared) {
    LaneMasks masks{};
    for (unsigned left = queries.wanted; left != 0; left &= left - 1) {
        const auto l = static_cast<std::size_t>(std::countr_zero(left));
        squared[l].values = squared_distances_of(block, queries.points[l], columns);
        const ShareLimit& limit = queries.limits[l];
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            if (squared[l].values[lane] <= std::fma(limit.slope, shares.values[lane], limit.offset))
                masks[l] |= static_cast<std::uint16_t>(1U << lane);
    }
    return masks;
}

}  // namespace

constinit const Kernels kScalarKernels{
    assign, squared_distances, distance_sums, compare, near_boxes, near_boxes_of, within_shares};

const Kernels& kernels_of(SimdLevel level) {
    if (level >= SimdLevel::kAvx512) return kAvx512Kernels;
    return level == SimdLevel::kAvx2 ? kAvx2Kernels : kScalarKernels;
}

}  // namespace cpo::segmentation
