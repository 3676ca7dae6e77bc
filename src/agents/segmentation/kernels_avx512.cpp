#include <immintrin.h>

#include <algorithm>
#include <bit>

#include "agents/segmentation/kernels.h"

// What this file needs of the machine; only reached through kernels_of().
#define CPO_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma")))

namespace cpo::segmentation {
namespace {

// Centres scored at once: 2 x 8 sums, 2 points, 2 best, 2 labels and a broadcast fill 23 of 32
// registers, and sixteen independent sums hide the latency of the multiply-add.
constexpr int kGroupMax = 8;

/// Two blocks of points and the best centre found for each so far.
struct Pair {
    const Lanes* block0;
    const Lanes* block1;
    __m512 best0, best1;
    __m512i label0, label1;
};

template <int kGroup>
CPO_AVX512 inline void score_group(Pair& pair,
                                   const CentroidView& centroids,
                                   int first,
                                   std::size_t columns) {
    const float* group = centroids.values + static_cast<std::size_t>(first) * columns;
    __m512 score0[kGroup];
    __m512 score1[kGroup];
    for (int c = 0; c < kGroup; ++c)
        score0[c] = score1[c] = _mm512_set1_ps(-centroids.half_norms[first + c]);
    for (std::size_t j = 0; j < columns; ++j) {
        const __m512 x0 = _mm512_load_ps(pair.block0[j].values.data());
        const __m512 x1 = _mm512_load_ps(pair.block1[j].values.data());
        for (int c = 0; c < kGroup; ++c) {
            const __m512 value = _mm512_set1_ps(group[static_cast<std::size_t>(c) * columns + j]);
            score0[c] = _mm512_fmadd_ps(x0, value, score0[c]);
            score1[c] = _mm512_fmadd_ps(x1, value, score1[c]);
        }
    }
    for (int c = 0; c < kGroup; ++c) {
        const __m512i label = _mm512_set1_epi32(first + c);
        const bool is_first = first + c == 0;
        const __mmask16 is_better0 =
            is_first ? __mmask16{0xFFFF} : _mm512_cmp_ps_mask(score0[c], pair.best0, _CMP_GT_OQ);
        const __mmask16 is_better1 =
            is_first ? __mmask16{0xFFFF} : _mm512_cmp_ps_mask(score1[c], pair.best1, _CMP_GT_OQ);
        pair.best0 = _mm512_mask_mov_ps(pair.best0, is_better0, score0[c]);
        pair.best1 = _mm512_mask_mov_ps(pair.best1, is_better1, score1[c]);
        pair.label0 = _mm512_mask_mov_epi32(pair.label0, is_better0, label);
        pair.label1 = _mm512_mask_mov_epi32(pair.label1, is_better1, label);
    }
}

CPO_AVX512 inline void score_some(
    Pair& pair, const CentroidView& centroids, int first, int count, std::size_t columns) {
    switch (count) {
        case 1:
            return score_group<1>(pair, centroids, first, columns);
        case 2:
            return score_group<2>(pair, centroids, first, columns);
        case 3:
            return score_group<3>(pair, centroids, first, columns);
        case 4:
            return score_group<4>(pair, centroids, first, columns);
        case 5:
            return score_group<5>(pair, centroids, first, columns);
        case 6:
            return score_group<6>(pair, centroids, first, columns);
        case 7:
            return score_group<7>(pair, centroids, first, columns);
        default:
            return score_group<kGroupMax>(pair, centroids, first, columns);
    }
}

CPO_AVX512 void store_labels(__m512i labels, std::uint8_t* to) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to),
                     _mm512_maskz_cvtepi32_epi8(__mmask16{0xFFFF}, labels));
}

CPO_AVX512 void assign(const BlockRange& points,
                       const CentroidView& centroids,
                       std::uint8_t* labels) {
    const int groups = (centroids.count + kGroupMax - 1) / kGroupMax;
    for (std::size_t b = 0; b < points.blocks; b += 2) {
        const bool is_pair = b + 1 < points.blocks;  // A last single block is scored twice.
        Pair pair{points.lanes + b * points.columns,
                  points.lanes + (is_pair ? b + 1 : b) * points.columns,
                  _mm512_setzero_ps(),
                  _mm512_setzero_ps(),
                  _mm512_setzero_si512(),
                  _mm512_setzero_si512()};
        for (int group = 0; group < groups; ++group) {
            const int first = centroids.count * group / groups;
            const int next = centroids.count * (group + 1) / groups;
            score_some(pair, centroids, first, next - first, points.columns);
        }
        store_labels(pair.label0, labels + b * kLanes);
        if (is_pair) store_labels(pair.label1, labels + (b + 1) * kLanes);
    }
}

CPO_AVX512 void squared_distances(const BlockRange& points, const float* query, float* distances) {
    for (std::size_t b = 0; b < points.blocks; b += 2) {
        const bool is_pair = b + 1 < points.blocks;
        const Lanes* block0 = points.lanes + b * points.columns;
        const Lanes* block1 = is_pair ? block0 + points.columns : block0;
        __m512 sum0 = _mm512_setzero_ps();
        __m512 sum1 = _mm512_setzero_ps();
        for (std::size_t j = 0; j < points.columns; ++j) {
            const __m512 value = _mm512_set1_ps(query[j]);
            const __m512 t0 = _mm512_sub_ps(_mm512_load_ps(block0[j].values.data()), value);
            const __m512 t1 = _mm512_sub_ps(_mm512_load_ps(block1[j].values.data()), value);
            sum0 = _mm512_fmadd_ps(t0, t0, sum0);
            sum1 = _mm512_fmadd_ps(t1, t1, sum1);
        }
        _mm512_storeu_ps(distances + b * kLanes, sum0);
        if (is_pair) _mm512_storeu_ps(distances + (b + 1) * kLanes, sum1);
    }
}

template <std::size_t kCount>
using QueryLanes = std::array<__m512, kCount>;

/// Distances from the first kCount queries to the points of one block.
template <std::size_t kCount>
CPO_AVX512 inline void find_distances(const Lanes* block,
                                      std::size_t columns,
                                      const float* queries,
                                      QueryLanes<kCount>& distances) {
    for (__m512& sum : distances) sum = _mm512_setzero_ps();
    for (std::size_t j = 0; j < columns; ++j) {
        const __m512 x = _mm512_load_ps(block[j].values.data());
        for (std::size_t q = 0; q < kCount; ++q) {
            const __m512 t = _mm512_sub_ps(x, _mm512_set1_ps(queries[q * columns + j]));
            distances[q] = _mm512_fmadd_ps(t, t, distances[q]);
        }
    }
    for (__m512& sum : distances) sum = _mm512_sqrt_ps(sum);
}

template <std::size_t kCount>
CPO_AVX512 inline void sum_distances(const BlockRange& points,
                                     std::size_t rows,
                                     const float* queries,
                                     float* point_sums,
                                     double* sums) {
    std::array<std::array<double, kLanes>, kCount> totals{};
    for (std::size_t from = 0; from < points.blocks; from += kBlocksPerFlush) {
        const std::size_t to = std::min(from + kBlocksPerFlush, points.blocks);
        QueryLanes<kCount> run;
        for (__m512& sum : run) sum = _mm512_setzero_ps();
        for (std::size_t b = from; b < to; ++b) {
            QueryLanes<kCount> distances;
            find_distances(points.lanes + b * points.columns, points.columns, queries, distances);
            // Lanes outside are padding.
            const auto mask =
                static_cast<__mmask16>((1U << std::min(kLanes, rows - b * kLanes)) - 1U);
            for (std::size_t q = 0; q < kCount; ++q)
                run[q] = _mm512_mask_add_ps(run[q], mask, run[q], distances[q]);
            if (point_sums == nullptr) continue;
            __m512 point = _mm512_loadu_ps(point_sums + b * kLanes);
            for (const __m512& distance : distances) point = _mm512_add_ps(point, distance);
            _mm512_storeu_ps(point_sums + b * kLanes, point);
        }
        for (std::size_t q = 0; q < kCount; ++q) {
            Lanes flushed;
            _mm512_store_ps(flushed.values.data(), run[q]);
            for (std::size_t lane = 0; lane < kLanes; ++lane)
                totals[q][lane] += static_cast<double>(flushed.values[lane]);
        }
    }
    for (std::size_t q = 0; q < kCount; ++q) {
        sums[q] = 0;
        for (const double total : totals[q]) sums[q] += total;
    }
}

CPO_AVX512 void distance_sums(const BlockRange& points,
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

/// Squared distances from each query to the points of one block.
CPO_AVX512 inline void find_squares(const Lanes* block,
                                    std::size_t columns,
                                    const float* const (&queries)[kQueries],
                                    __m512 (&sums)[kQueries]) {
    for (__m512& sum : sums) sum = _mm512_setzero_ps();
    for (std::size_t j = 0; j < columns; ++j) {
        const __m512 x = _mm512_load_ps(block[j].values.data());
        for (std::size_t q = 0; q < kQueries; ++q) {
            const __m512 t = _mm512_sub_ps(x, _mm512_set1_ps(queries[q][j]));
            sums[q] = _mm512_fmadd_ps(t, t, sums[q]);
        }
    }
}

CPO_AVX512 NearMasks compare(const Lanes* block,
                             std::size_t columns,
                             LaneQueries queries,
                             NearLimits limits) {
    const __m512 near = _mm512_set1_ps(limits.near);
    const __m512 far = _mm512_set1_ps(limits.far);
    NearMasks masks;
    while (queries.wanted != 0) {
        const LaneGroup group = next_lanes(queries.wanted);
        const float* points[kQueries];
        for (std::size_t q = 0; q < kQueries; ++q)
            points[q] = queries.points + group.lanes[q] * columns;
        __m512 sums[kQueries];
        find_squares(block, columns, points, sums);
        for (std::size_t q = 0; q < kQueries; ++q) {
            const unsigned surely = _mm512_cmp_ps_mask(sums[q], near, _CMP_LE_OQ);
            const unsigned within = _mm512_cmp_ps_mask(sums[q], far, _CMP_LE_OQ);
            masks.near[group.lanes[q]] = static_cast<std::uint16_t>(surely);
            masks.perhaps[group.lanes[q]] = static_cast<std::uint16_t>(within & ~surely);
        }
    }
    return masks;
}

CPO_AVX512 std::uint16_t near_boxes(const BoxBlock& boxes, BoxView query, float limit) {
    __m512 sum = _mm512_setzero_ps();
    for (std::size_t j = 0; j < boxes.columns; ++j) {
        const __m512 above = _mm512_sub_ps(_mm512_load_ps(boxes.lows[j].values.data()),
                                           _mm512_set1_ps(query.high[j]));
        const __m512 below = _mm512_sub_ps(_mm512_set1_ps(query.low[j]),
                                           _mm512_load_ps(boxes.highs[j].values.data()));
        const __m512 gap = _mm512_max_ps(_mm512_max_ps(above, below), _mm512_setzero_ps());
        sum = _mm512_fmadd_ps(gap, gap, sum);
    }
    return _mm512_cmp_ps_mask(sum, _mm512_set1_ps(limit), _CMP_LE_OQ);
}

CPO_AVX512 LaneMasks near_boxes_of(const BoxBlock& boxes, LaneQueries queries, float limit) {
    LaneMasks masks;
    for (; queries.wanted != 0; queries.wanted &= queries.wanted - 1) {
        const auto lane = static_cast<std::size_t>(std::countr_zero(queries.wanted));
        const float* point = queries.points + lane * boxes.columns;
        masks[lane] = near_boxes(boxes, {point, point}, limit);
    }
    return masks;
}

CPO_AVX512 LaneMasks within_shares(const Lanes* block,
                                   std::size_t columns,
                                   ShareQueries queries,
                                   const Lanes& shares,
                                   Lanes* squared) {
    const __m512 share = _mm512_load_ps(shares.values.data());
    LaneMasks masks;
    while (queries.wanted != 0) {
        const LaneGroup group = next_lanes(queries.wanted);
        const float* points[kQueries];
        for (std::size_t q = 0; q < kQueries; ++q) points[q] = queries.points[group.lanes[q]];
        __m512 sums[kQueries];
        find_squares(block, columns, points, sums);
        for (std::size_t q = 0; q < kQueries; ++q) {
            const std::size_t lane = group.lanes[q];
            const ShareLimit& limit = queries.limits[lane];
            const __m512 most =
                _mm512_fmadd_ps(_mm512_set1_ps(limit.slope), share, _mm512_set1_ps(limit.offset));
            _mm512_store_ps(squared[lane].values.data(), sums[q]);
            masks[lane] = _mm512_cmp_ps_mask(sums[q], most, _CMP_LE_OQ);
        }
    }
    return masks;
}

}  // namespace

constinit const Kernels kAvx512Kernels{
    assign, squared_distances, distance_sums, compare, near_boxes, near_boxes_of, within_shares};

}  // namespace cpo::segmentation
