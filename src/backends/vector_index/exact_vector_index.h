#pragma once

#include <memory>

#include "backends/vector_index/vector_index.h"

namespace cpo {

/// Exact search by scanning every vector: int8 scan (AVX2 / VNNI chosen at run time), then float32
/// re-ranking. O(vectors x dimension) per query; right up to about 20,000 vectors.
std::unique_ptr<VectorIndex> make_exact_vector_index(int dimension);

}  // namespace cpo
