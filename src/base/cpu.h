#pragma once

namespace cpo {

/// Vector instruction sets a hot kernel may have a variant for, ordered: a higher one includes the
/// lower.
enum class SimdLevel { kScalar, kAvx2, kAvx512, kAvx512Vnni };

/// The best level of this machine (kAvx2 means AVX2 + FMA + F16C; kAvx512 means F, BW, DQ and VL).
/// The environment variable CPO_SIMD=scalar|avx2|avx512|vnni lowers it, for tests and measurements.
/// Thread-safe; detected once.
SimdLevel simd_level();

/// "scalar", "avx2", "avx512", "vnni".
const char* name_of(SimdLevel level);

}  // namespace cpo
