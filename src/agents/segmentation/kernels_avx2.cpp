#include <immintrin.h>

#include <algorithm>
#include <bit>

#include "agents/segmentation/kernels.h"

// What this file needs of the machine; only reached through kernels_of().
#define CPO_AVX2 __attribute__((target("avx2,fma")))

namespace cpo::segmentation {
namespace {

// Centres scored at once: two sums each, two halves of a block and a broadcast fill 15 of 16
// registers.
constexpr int kGroupMax = 6;

/// A block of points in two halves and the best centre found for each so far.
struct Halves {
    const Lanes* block;
    __m256 best0, best1;
    __m256i label0, label1;
};

template <int kGroup>
CPO_AVX2 inline void score_group(Halves& halves,
                                 const CentroidView& centroids,
                                 int first,
                                 std::size_t columns) {
    const float* group = centroids.values + static_cast<std::size_t>(first) * columns;
    __m256 score0[kGroup];
    __m256 score1[kGroup];
    for (int c = 0; c < kGroup; ++c)
        score0[c] = score1[c] = _mm256_set1_ps(-centroids.half_norms[first + c]);
    for (std::size_t j = 0; j < columns; ++j) {
        const __m256 x0 = _mm256_load_ps(halves.block[j].values.data());
        const __m256 x1 = _mm256_load_ps(halves.block[j].values.data() + 8);
        for (int c = 0; c < kGroup; ++c) {
            const __m256 value =
                _mm256_broadcast_ss(group + static_cast<std::size_t>(c) * columns + j);
            score0[c] = _mm256_fmadd_ps(x0, value, score0[c]);
            score1[c] = _mm256_fmadd_ps(x1, value, score1[c]);
        }
    }
    for (int c = 0; c < kGroup; ++c) {
        const __m256 all = _mm256_castsi256_ps(_mm256_set1_epi32(-1));
        const bool is_first = first + c == 0;
        const __m256 is_better0 =
            is_first ? all : _mm256_cmp_ps(score0[c], halves.best0, _CMP_GT_OQ);
        const __m256 is_better1 =
            is_first ? all : _mm256_cmp_ps(score1[c], halves.best1, _CMP_GT_OQ);
        const __m256i label = _mm256_set1_epi32(first + c);
        halves.best0 = _mm256_blendv_ps(halves.best0, score0[c], is_better0);
        halves.best1 = _mm256_blendv_ps(halves.best1, score1[c], is_better1);
        halves.label0 = _mm256_blendv_epi8(halves.label0, label, _mm256_castps_si256(is_better0));
        halves.label1 = _mm256_blendv_epi8(halves.label1, label, _mm256_castps_si256(is_better1));
    }
}

CPO_AVX2 inline void score_some(
    Halves& halves, const CentroidView& centroids, int first, int count, std::size_t columns) {
    switch (count) {
        case 1:
            return score_group<1>(halves, centroids, first, columns);
        case 2:
            return score_group<2>(halves, centroids, first, columns);
        case 3:
            return score_group<3>(halves, centroids, first, columns);
        case 4:
            return score_group<4>(halves, centroids, first, columns);
        case 5:
            return score_group<5>(halves, centroids, first, columns);
        default:
            return score_group<kGroupMax>(halves, centroids, first, columns);
    }
}

/// Sixteen 32-bit labels to sixteen bytes, in order.
CPO_AVX2 void store_labels(__m256i label0, __m256i label1, std::uint8_t* to) {
    const __m256i words =
        _mm256_permute4x64_epi64(_mm256_packus_epi32(label0, label1), _MM_SHUFFLE(3, 1, 2, 0));
    const __m128i bytes =
        _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
}

CPO_AVX2 void assign(const BlockRange& points,
                     const CentroidView& centroids,
                     std::uint8_t* labels) {
    const int groups = (centroids.count + kGroupMax - 1) / kGroupMax;
    for (std::size_t b = 0; b < points.blocks; ++b) {
        Halves halves{points.lanes + b * points.columns,
                      _mm256_setzero_ps(),
                      _mm256_setzero_ps(),
                      _mm256_setzero_si256(),
                      _mm256_setzero_si256()};
        for (int group = 0; group < groups; ++group) {
            const int first = centroids.count * group / groups;
            const int next = centroids.count * (group + 1) / groups;
            score_some(halves, centroids, first, next - first, points.columns);
        }
        store_labels(halves.label0, halves.label1, labels + b * kLanes);
    }
}

CPO_AVX2 void squared_distances(const BlockRange& points, const float* query, float* distances) {
    for (std::size_t b = 0; b < points.blocks; ++b) {
        const Lanes* block = points.lanes + b * points.columns;
        __m256 sum0 = _mm256_setzero_ps();
        __m256 sum1 = _mm256_setzero_ps();
        for (std::size_t j = 0; j < points.columns; ++j) {
            const __m256 value = _mm256_broadcast_ss(query + j);
            const __m256 t0 = _mm256_sub_ps(_mm256_load_ps(block[j].values.data()), value);
            const __m256 t1 = _mm256_sub_ps(_mm256_load_ps(block[j].values.data() + 8), value);
            sum0 = _mm256_fmadd_ps(t0, t0, sum0);
            sum1 = _mm256_fmadd_ps(t1, t1, sum1);
        }
        _mm256_storeu_ps(distances + b * kLanes, sum0);
        _mm256_storeu_ps(distances + b * kLanes + 8, sum1);
    }
}

/// Of each query two halves of a block, or of sums over blocks.
template <std::size_t kCount>
using QueryHalves = std::array<std::array<__m256, 2>, kCount>;

/// Distances from the first kCount queries to the points of one block.
template <std::size_t kCount>
CPO_AVX2 inline void find_distances(const Lanes* block,
                                    std::size_t columns,
                                    const float* queries,
                                    QueryHalves<kCount>& distances) {
    for (auto& halves : distances) halves[0] = halves[1] = _mm256_setzero_ps();
    for (std::size_t j = 0; j < columns; ++j) {
        const __m256 x0 = _mm256_load_ps(block[j].values.data());
        const __m256 x1 = _mm256_load_ps(block[j].values.data() + 8);
        for (std::size_t q = 0; q < kCount; ++q) {
            const __m256 value = _mm256_broadcast_ss(queries + q * columns + j);
            const __m256 t0 = _mm256_sub_ps(x0, value);
            const __m256 t1 = _mm256_sub_ps(x1, value);
            distances[q][0] = _mm256_fmadd_ps(t0, t0, distances[q][0]);
            distances[q][1] = _mm256_fmadd_ps(t1, t1, distances[q][1]);
        }
    }
    for (auto& halves : distances)
        for (__m256& half : halves) half = _mm256_sqrt_ps(half);
}

/// Lanes from `lanes` on are padding and count as 0.
template <std::size_t kCount>
CPO_AVX2 inline void add_distances(const QueryHalves<kCount>& distances,
                                   std::size_t lanes,
                                   QueryHalves<kCount>& run) {
    const __m256i count = _mm256_set1_epi32(static_cast<int>(lanes));
    const __m256i number = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const __m256i second = _mm256_add_epi32(number, _mm256_set1_epi32(8));
    const __m256 masks[2] = {_mm256_castsi256_ps(_mm256_cmpgt_epi32(count, number)),
                             _mm256_castsi256_ps(_mm256_cmpgt_epi32(count, second))};
    for (std::size_t q = 0; q < kCount; ++q)
        for (std::size_t half = 0; half < 2; ++half)
            run[q][half] =
                _mm256_add_ps(run[q][half], _mm256_and_ps(masks[half], distances[q][half]));
}

CPO_AVX2 inline void add_to_points(const __m256* distances, float* point_sums) {
    for (std::size_t half = 0; half < 2; ++half) {
        float* sums = point_sums + 8 * half;
        _mm256_storeu_ps(sums, _mm256_add_ps(_mm256_loadu_ps(sums), distances[half]));
    }
}

template <std::size_t kCount>
CPO_AVX2 inline void sum_distances(const BlockRange& points,
                                   std::size_t rows,
                                   const float* queries,
                                   float* point_sums,
                                   double* sums) {
    std::array<std::array<double, kLanes>, kCount> totals{};
    for (std::size_t from = 0; from < points.blocks; from += kBlocksPerFlush) {
        const std::size_t to = std::min(from + kBlocksPerFlush, points.blocks);
        QueryHalves<kCount> run;
        for (auto& halves : run) halves[0] = halves[1] = _mm256_setzero_ps();
        for (std::size_t b = from; b < to; ++b) {
            QueryHalves<kCount> distances;
            find_distances(points.lanes + b * points.columns, points.columns, queries, distances);
            add_distances(distances, std::min(kLanes, rows - b * kLanes), run);
            if (point_sums != nullptr)
                for (const auto& halves : distances)
                    add_to_points(halves.data(), point_sums + b * kLanes);
        }
        for (std::size_t q = 0; q < kCount; ++q) {
            Lanes flushed;
            _mm256_store_ps(flushed.values.data(), run[q][0]);
            _mm256_store_ps(flushed.values.data() + 8, run[q][1]);
            for (std::size_t lane = 0; lane < kLanes; ++lane)
                totals[q][lane] += static_cast<double>(flushed.values[lane]);
        }
    }
    for (std::size_t q = 0; q < kCount; ++q) {
        sums[q] = 0;
        for (const double total : totals[q]) sums[q] += total;
    }
}

CPO_AVX2 void distance_sums(const BlockRange& points,
                            std::size_t rows,
                            const QueryView& queries,
                            float* point_sums,
                            double* sums) {
    switch (queries.count) {
        case 1:
            return sum_distances<1>(points, rows, queries.values, point_sums, sums);
        case 2:
            return sum_distances<2>(points, rows, queries.values, point_sums, sums);
        case 3:
            return sum_distances<3>(points, rows, queries.values, point_sums, sums);
        default:
            return sum_distances<kQueries>(points, rows, queries.values, point_sums, sums);
    }
}

CPO_AVX2 std::uint16_t mask_of(__m256 first, __m256 second) {
    return static_cast<std::uint16_t>(_mm256_movemask_ps(first) | _mm256_movemask_ps(second) << 8);
}

/// Squared distances from each query to the points of one block, in halves.
template <std::size_t kCount>
CPO_AVX2 inline void find_squares(const BlockRange& block,
                                  const float* const (&queries)[kCount],
                                  __m256 (&sums)[kCount][2]) {
    for (auto& halves : sums) halves[0] = halves[1] = _mm256_setzero_ps();
    for (std::size_t j = 0; j < block.columns; ++j) {
        const __m256 x0 = _mm256_load_ps(block.lanes[j].values.data());
        const __m256 x1 = _mm256_load_ps(block.lanes[j].values.data() + 8);
        for (std::size_t q = 0; q < kCount; ++q) {
            const __m256 value = _mm256_broadcast_ss(queries[q] + j);
            const __m256 t0 = _mm256_sub_ps(x0, value);
            const __m256 t1 = _mm256_sub_ps(x1, value);
            sums[q][0] = _mm256_fmadd_ps(t0, t0, sums[q][0]);
            sums[q][1] = _mm256_fmadd_ps(t1, t1, sums[q][1]);
        }
    }
}

template <std::size_t kCount>
CPO_AVX2 inline void compare_some(const BlockRange& block,
                                  const LaneGroup& group,
                                  const float* points,
                                  NearLimits limits,
                                  NearMasks& masks) {
    const float* queries[kCount];
    for (std::size_t q = 0; q < kCount; ++q) queries[q] = points + group.lanes[q] * block.columns;
    __m256 sums[kCount][2];
    find_squares(block, queries, sums);
    const __m256 near = _mm256_set1_ps(limits.near);
    const __m256 far = _mm256_set1_ps(limits.far);
    for (std::size_t q = 0; q < kCount; ++q) {
        const unsigned within = mask_of(_mm256_cmp_ps(sums[q][0], far, _CMP_LE_OQ),
                                        _mm256_cmp_ps(sums[q][1], far, _CMP_LE_OQ));
        const unsigned surely = mask_of(_mm256_cmp_ps(sums[q][0], near, _CMP_LE_OQ),
                                        _mm256_cmp_ps(sums[q][1], near, _CMP_LE_OQ));
        masks.near[group.lanes[q]] = static_cast<std::uint16_t>(surely);
        masks.perhaps[group.lanes[q]] = static_cast<std::uint16_t>(within & ~surely);
    }
}

CPO_AVX2 NearMasks compare(const Lanes* block,
                           std::size_t columns,
                           LaneQueries queries,
                           NearLimits limits) {
    NearMasks masks;
    while (queries.wanted != 0) {
        const LaneGroup group = next_lanes(queries.wanted);
        if (group.count == 1)
            compare_some<1>({block, 1, columns}, group, queries.points, limits, masks);
        else if (group.count == 2)
            compare_some<2>({block, 1, columns}, group, queries.points, limits, masks);
        else
            compare_some<kQueries>({block, 1, columns}, group, queries.points, limits, masks);
    }
    return masks;
}

CPO_AVX2 std::uint16_t near_boxes(const BoxBlock& boxes, BoxView query, float limit) {
    __m256 sums[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
    for (std::size_t j = 0; j < boxes.columns; ++j) {
        const __m256 query_low = _mm256_broadcast_ss(query.low + j);
        const __m256 query_high = _mm256_broadcast_ss(query.high + j);
        for (std::size_t half = 0; half < 2; ++half) {
            const __m256 above =
                _mm256_sub_ps(_mm256_load_ps(boxes.lows[j].values.data() + 8 * half), query_high);
            const __m256 below =
                _mm256_sub_ps(query_low, _mm256_load_ps(boxes.highs[j].values.data() + 8 * half));
            const __m256 gap = _mm256_max_ps(_mm256_max_ps(above, below), _mm256_setzero_ps());
            sums[half] = _mm256_fmadd_ps(gap, gap, sums[half]);
        }
    }
    const __m256 most = _mm256_set1_ps(limit);
    return mask_of(_mm256_cmp_ps(sums[0], most, _CMP_LE_OQ),
                   _mm256_cmp_ps(sums[1], most, _CMP_LE_OQ));
}

template <std::size_t kCount>
CPO_AVX2 inline void near_some(const BoxBlock& boxes,
                               const LaneGroup& group,
                               const float* points,
                               float limit,
                               LaneMasks& masks) {
    const float* queries[kCount];
    __m256 sums[kCount][2];
    for (std::size_t q = 0; q < kCount; ++q) {
        queries[q] = points + group.lanes[q] * boxes.columns;
        sums[q][0] = sums[q][1] = _mm256_setzero_ps();
    }
    for (std::size_t j = 0; j < boxes.columns; ++j)
        for (std::size_t half = 0; half < 2; ++half) {
            const __m256 low = _mm256_load_ps(boxes.lows[j].values.data() + 8 * half);
            const __m256 high = _mm256_load_ps(boxes.highs[j].values.data() + 8 * half);
            for (std::size_t q = 0; q < kCount; ++q) {
                const __m256 value = _mm256_broadcast_ss(queries[q] + j);
                const __m256 gap = _mm256_max_ps(
                    _mm256_max_ps(_mm256_sub_ps(low, value), _mm256_sub_ps(value, high)),
                    _mm256_setzero_ps());
                sums[q][half] = _mm256_fmadd_ps(gap, gap, sums[q][half]);
            }
        }
    const __m256 most = _mm256_set1_ps(limit);
    for (std::size_t q = 0; q < kCount; ++q)
        masks[group.lanes[q]] = mask_of(_mm256_cmp_ps(sums[q][0], most, _CMP_LE_OQ),
                                        _mm256_cmp_ps(sums[q][1], most, _CMP_LE_OQ));
}

CPO_AVX2 LaneMasks near_boxes_of(const BoxBlock& boxes, LaneQueries queries, float limit) {
    LaneMasks masks;
    while (queries.wanted != 0) {
        const LaneGroup group = next_lanes(queries.wanted);
        if (group.count == 1)
            near_some<1>(boxes, group, queries.points, limit, masks);
        else if (group.count == 2)
            near_some<2>(boxes, group, queries.points, limit, masks);
        else
            near_some<kQueries>(boxes, group, queries.points, limit, masks);
    }
    return masks;
}

CPO_AVX2 LaneMasks within_shares(const Lanes* block,
                                 std::size_t columns,
                                 ShareQueries queries,
                                 const Lanes& shares,
                                 Lanes* squared) {
    LaneMasks masks;
    while (queries.wanted != 0) {
        const LaneGroup group = next_lanes(queries.wanted);
        const float* points[kQueries];
        for (std::size_t q = 0; q < kQueries; ++q) points[q] = queries.points[group.lanes[q]];
        __m256 sums[kQueries][2];
        find_squares({block, 1, columns}, points, sums);
        for (std::size_t q = 0; q < kQueries; ++q) {
            const std::size_t lane = group.lanes[q];
            const __m256 slope = _mm256_set1_ps(queries.limits[lane].slope);
            const __m256 offset = _mm256_set1_ps(queries.limits[lane].offset);
            __m256 is_within[2];
            for (std::size_t half = 0; half < 2; ++half) {
                const __m256 share = _mm256_load_ps(shares.values.data() + 8 * half);
                const __m256 most = _mm256_fmadd_ps(slope, share, offset);
                _mm256_store_ps(squared[lane].values.data() + 8 * half, sums[q][half]);
                is_within[half] = _mm256_cmp_ps(sums[q][half], most, _CMP_LE_OQ);
            }
            masks[lane] = mask_of(is_within[0], is_within[1]);
        }
    }
    return masks;
}

}  // namespace

constinit const Kernels kAvx2Kernels{
    assign, squared_distances, distance_sums, compare, near_boxes, near_boxes_of, within_shares};

}  // namespace cpo::segmentation
