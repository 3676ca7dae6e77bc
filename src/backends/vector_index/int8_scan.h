#pragma once

#include <cstddef>
#include <cstdint>

#include "base/cpu.h"

namespace cpo {

/// Rows of 8-bit codes are padded with zeros to a multiple of this.
inline constexpr std::size_t kScanPadding = 64;

/// Dot products of `rows` rows of codes with one query, all in -127 ... 127.
struct Int8Scan {
    const std::int8_t* codes = nullptr;       ///< [rows x width], width a multiple of kScanPadding.
    const std::int32_t* code_sums = nullptr;  ///< [rows], sum of each row's codes.
    std::size_t rows = 0;
    std::size_t width = 0;               ///< At most 16,384, so that 32 bits hold any sum.
    const std::int8_t* query = nullptr;  ///< [width]
    const std::uint8_t* query_plus_128 = nullptr;  ///< [width], the same plus 128.
    std::int32_t* dots = nullptr;                  ///< [rows], written.
};
using Int8ScanKernel = void (*)(const Int8Scan&);

/// The fastest kernel that `level` allows. All give the same numbers: integers have no rounding.
/// REQUIRES: level <= simd_level().
Int8ScanKernel int8_scan_kernel(SimdLevel level);

}  // namespace cpo
