#include "backends/vector_index/int8_scan.h"

#include <immintrin.h>

#include <cstdlib>

namespace cpo {
namespace {

void scan_scalar(const Int8Scan& scan) {
    for (std::size_t row = 0; row < scan.rows; ++row) {
        const std::int8_t* codes = scan.codes + row * scan.width;
        std::int32_t sum = 0;
        for (std::size_t i = 0; i < scan.width; ++i)
            sum += static_cast<std::int32_t>(codes[i]) * static_cast<std::int32_t>(scan.query[i]);
        scan.dots[row] = sum;
    }
}

__attribute__((target("avx2"))) inline std::int32_t sum_of(__m256i lanes) {
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, _MM_SHUFFLE(1, 0, 3, 2)));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, _MM_SHUFFLE(2, 3, 0, 1)));
    return _mm_cvtsi128_si32(sum);
}

/// maddubs multiplies unsigned by signed, so the sign of the row moves to the query:
/// |c| * (q with the sign of c) = c * q. Pairs stay below 2 * 127 * 127 < 32,768: no saturation.
__attribute__((target("avx2"))) void scan_avx2(const Int8Scan& scan) {
    const __m256i ones = _mm256_set1_epi16(1);
    for (std::size_t row = 0; row < scan.rows; ++row) {
        const std::int8_t* codes = scan.codes + row * scan.width;
        __m256i even = _mm256_setzero_si256();
        __m256i odd = _mm256_setzero_si256();
        for (std::size_t i = 0; i < scan.width; i += 64) {
            const auto* row_at = reinterpret_cast<const __m256i*>(codes + i);
            const auto* query_at = reinterpret_cast<const __m256i*>(scan.query + i);
            const __m256i row_0 = _mm256_loadu_si256(row_at);
            const __m256i row_1 = _mm256_loadu_si256(row_at + 1);
            const __m256i pairs_0 = _mm256_maddubs_epi16(
                _mm256_abs_epi8(row_0), _mm256_sign_epi8(_mm256_loadu_si256(query_at), row_0));
            const __m256i pairs_1 = _mm256_maddubs_epi16(
                _mm256_abs_epi8(row_1), _mm256_sign_epi8(_mm256_loadu_si256(query_at + 1), row_1));
            even = _mm256_add_epi32(even, _mm256_madd_epi16(pairs_0, ones));
            odd = _mm256_add_epi32(odd, _mm256_madd_epi16(pairs_1, ones));
        }
        scan.dots[row] = sum_of(_mm256_add_epi32(even, odd));
    }
}

#define CPO_VNNI __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))

/// Lower and upper half added.
CPO_VNNI inline __m256i halves_of(__m512i lanes) {
    return _mm256_add_epi32(_mm512_castsi512_si256(lanes), _mm512_extracti64x4_epi64(lanes, 1));
}

/// One instruction multiplies and adds 64 pairs, unsigned by signed: the query is shifted by 128
/// and 128 times the row's sum taken off again.
CPO_VNNI void scan_vnni(const Int8Scan& scan) {
    constexpr std::size_t kRowsAtOnce = 4;
    std::size_t row = 0;
    for (; row + kRowsAtOnce <= scan.rows; row += kRowsAtOnce) {
        const std::int8_t* codes = scan.codes + row * scan.width;
        __m512i sum_0 = _mm512_setzero_si512();
        __m512i sum_1 = _mm512_setzero_si512();
        __m512i sum_2 = _mm512_setzero_si512();
        __m512i sum_3 = _mm512_setzero_si512();
        for (std::size_t i = 0; i < scan.width; i += 64) {
            const __m512i query = _mm512_loadu_si512(scan.query_plus_128 + i);
            sum_0 = _mm512_dpbusd_epi32(sum_0, query, _mm512_loadu_si512(codes + i));
            sum_1 = _mm512_dpbusd_epi32(sum_1, query, _mm512_loadu_si512(codes + scan.width + i));
            sum_2 =
                _mm512_dpbusd_epi32(sum_2, query, _mm512_loadu_si512(codes + 2 * scan.width + i));
            sum_3 =
                _mm512_dpbusd_epi32(sum_3, query, _mm512_loadu_si512(codes + 3 * scan.width + i));
        }
        const __m256i pairs_01 = _mm256_hadd_epi32(halves_of(sum_0), halves_of(sum_1));
        const __m256i pairs_23 = _mm256_hadd_epi32(halves_of(sum_2), halves_of(sum_3));
        const __m256i quads = _mm256_hadd_epi32(pairs_01, pairs_23);
        const __m128i dots =
            _mm_add_epi32(_mm256_castsi256_si128(quads), _mm256_extracti128_si256(quads, 1));
        const __m128i shift = _mm_slli_epi32(
            _mm_loadu_si128(reinterpret_cast<const __m128i*>(scan.code_sums + row)), 7);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(scan.dots + row), _mm_sub_epi32(dots, shift));
    }
    for (; row < scan.rows; ++row) {
        __m512i sum = _mm512_setzero_si512();
        for (std::size_t i = 0; i < scan.width; i += 64)
            sum = _mm512_dpbusd_epi32(sum,
                                      _mm512_loadu_si512(scan.query_plus_128 + i),
                                      _mm512_loadu_si512(scan.codes + row * scan.width + i));
        scan.dots[row] = sum_of(halves_of(sum)) - 128 * scan.code_sums[row];
    }
}

}  // namespace

Int8ScanKernel int8_scan_kernel(SimdLevel level) {
    switch (level) {
        case SimdLevel::kScalar:
            return scan_scalar;
        case SimdLevel::kAvx2:
        case SimdLevel::kAvx512:  // Without VNNI wider registers only lower the clock.
            return scan_avx2;
        case SimdLevel::kAvx512Vnni:
            return scan_vnni;
    }
    std::abort();
}

}  // namespace cpo
