#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "agents/segmentation/point_blocks.h"
#include "base/cpu.h"

namespace cpo::segmentation {

/// Cluster labels are one byte in the hot loops.
inline constexpr int kClustersMax = 255;

/// Consecutive blocks of points; borrowed.
struct BlockRange {
    const Lanes* lanes;  ///< [blocks x columns].
    std::size_t blocks;
    std::size_t columns;
};

/// Centres to compare with; borrowed.
struct CentroidView {
    const float* values;      ///< [count x columns], row-major.
    const float* half_norms;  ///< [count], half the squared length of each.
    int count;                ///< 1 ... kClustersMax.
};

/// Queries a distance_sums call answers at once at most, so that a loaded point is used this often.
inline constexpr std::size_t kQueries = 4;

/// Points that ask; borrowed.
struct QueryView {
    const float* values;  ///< [count x columns], row-major.
    std::size_t count;    ///< 1 ... kQueries.
};

/// Squared distances up to `near` are surely within a radius, up to `far` perhaps.
struct NearLimits {
    float near;
    float far;
};

/// Points of one leaf that ask, each by its lane; borrowed.
struct LaneQueries {
    const float* points;  ///< [kLanes x columns], row-major.
    unsigned wanted;      ///< Bit l is set when lane l asks.
};

/// An entry for each lane that asks; the others are undefined.
using LaneMasks = std::array<std::uint16_t, kLanes>;

/// Bit i of entry l: point i lies surely near query l; perhaps, and not surely.
struct NearMasks {
    LaneMasks near;
    LaneMasks perhaps;
};

/// How far a point may lie, squared: slope x share of the point + offset.
struct ShareLimit {
    float slope;
    float offset;
};

/// Points that ask, each with a limit of its own; borrowed.
struct ShareQueries {
    const float* const* points;  ///< [kLanes], of [columns] each; null where none asks.
    const ShareLimit* limits;    ///< [kLanes].
    unsigned wanted;             ///< Bit l is set when query l asks.
};

/// Smallest and largest value of each column; borrowed, [columns].
struct BoxView {
    const float* low;
    const float* high;
};

/// kLanes boxes; borrowed, [columns] each.
struct BoxBlock {
    const Lanes* lows;
    const Lanes* highs;
    std::size_t columns;
};

/// The hot loops, one table per instruction set. Every variant does the same float32 operations in
/// the same order for each point (fused multiply-add over the columns, then the same comparison or
/// addition), so all give the same bits; a test holds them to it. Thread-safe: they keep no state.
struct Kernels {
    /// labels[i] = the centre nearest to point i, the lowest number of several: the largest
    /// x.c - |c|^2 / 2. Writes blocks x kLanes labels. O(points x centres x columns).
    void (*assign)(const BlockRange& points, const CentroidView& centroids, std::uint8_t* labels);
    /// distances[i] = squared distance of point i to `query` [columns]; blocks x kLanes values.
    void (*squared_distances)(const BlockRange& points, const float* query, float* distances);
    /// sums[q] = sum of the distances (not squared) from query q to the first `rows` points. Unless
    /// it is null, point_sums[i] += the distance from point i to each query, so that a distance is
    /// used from both sides; [blocks x kLanes], undefined from `rows` on.
    void (*distance_sums)(const BlockRange& points,
                          std::size_t rows,
                          const QueryView& queries,
                          float* point_sums,
                          double* sums);
    /// Compares one block of points [columns] with each query.
    NearMasks (*compare)(const Lanes* block,
                         std::size_t columns,
                         LaneQueries queries,
                         NearLimits limits);
    /// Bit i: the squared distance between box i and `query` is at most `limit`. Boxes that overlap
    /// have distance 0.
    std::uint16_t (*near_boxes)(const BoxBlock& boxes, BoxView query, float limit);
    /// near_boxes() for each query.
    LaneMasks (*near_boxes_of)(const BoxBlock& boxes, LaneQueries queries, float limit);
    /// Bit i of entry l: the squared distance of point i of a block, which is written to
    /// squared[l], is within query l's limit. `squared` is [kLanes].
    LaneMasks (*within_shares)(const Lanes* block,
                               std::size_t columns,
                               ShareQueries queries,
                               const Lanes& shares,
                               Lanes* squared);
};

/// The table for `level`. REQUIRES: level <= what the machine has (base/cpu.h).
const Kernels& kernels_of(SimdLevel level);

/// float32 sums of this many blocks are carried over to float64: short enough to keep six digits.
inline constexpr std::size_t kBlocksPerFlush = 32;

// For the variants only.

/// Up to four lanes that ask; the last stands for those behind it.
struct LaneGroup {
    std::array<std::size_t, kQueries> lanes;
    std::size_t count;
};

/// Takes lanes from `wanted`, which is not 0.
inline LaneGroup next_lanes(unsigned& wanted) {
    LaneGroup group{};
    for (; wanted != 0 && group.count < kQueries; wanted &= wanted - 1)
        group.lanes[group.count++] = static_cast<std::size_t>(std::countr_zero(wanted));
    for (std::size_t q = group.count; q < kQueries; ++q)
        group.lanes[q] = group.lanes[group.count - 1];
    return group;
}

// The variants, for kernels_of only.
extern const Kernels kScalarKernels;
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;

}  // namespace cpo::segmentation
