#pragma once

#include <emmintrin.h>

#include <algorithm>
#include <bit>

namespace cpo::ingest {

/// How many bytes past `end` the scans below may read (never report).
inline constexpr int kScanPadding = 16;

/// First of the bytes `first`, `\n`, `\r` in [at, end), or `end`. SSE2, which every x86-64 has.
/// REQUIRES: kScanPadding readable bytes behind `end`.
inline const char* find_or_line_end(const char* at, const char* end, char first) {
    const __m128i wanted = _mm_set1_epi8(first);
    const __m128i line_feed = _mm_set1_epi8('\n');
    const __m128i carriage_return = _mm_set1_epi8('\r');
    for (; at < end; at += kScanPadding) {
        const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        const __m128i hits = _mm_or_si128(
            _mm_cmpeq_epi8(block, wanted),
            _mm_or_si128(_mm_cmpeq_epi8(block, line_feed), _mm_cmpeq_epi8(block, carriage_return)));
        const auto mask = static_cast<unsigned>(_mm_movemask_epi8(hits));
        if (mask != 0) return std::min(at + std::countr_zero(mask), end);
    }
    return end;
}

}  // namespace cpo::ingest
