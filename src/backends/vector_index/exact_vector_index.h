#pragma once

#include <memory>

#include "backends/vector_index/vector_index.h"
#include "base/cpu.h"

namespace cpo {

/// Exact search by scanning every vector: 8-bit codes first (AVX2 / VNNI chosen at run time), then
/// the true vectors of all that could still be among the best. The error of the codes is bounded
/// per vector (Cauchy-Schwarz on the rounding residuals), so the answer is the one a full scan in
/// double precision gives, order included, on every machine. Keeps 5 bytes a number.
/// O(vectors x dimension) per query; right up to about 20,000 vectors. `level` is for tests and
/// measurements; REQUIRES: level <= simd_level(), 1 <= dimension <= 16,384.
std::unique_ptr<VectorIndex> make_exact_vector_index(int dimension, SimdLevel level = simd_level());

}  // namespace cpo
