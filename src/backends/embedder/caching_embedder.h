#pragma once

#include <cstddef>
#include <memory>

#include "backends/embedder/embedder.h"

namespace cpo {

struct CachingEmbedderConfig {
    /// Vectors kept, those not used for longest are dropped. 50,000 of 384 numbers take about
    /// 85 MB.
    std::size_t entries_max = 50'000;
    /// Most texts in one call of the embedder behind, so that calls side by side take turns.
    std::size_t batch_max = 16;
};

/// Keeps the vectors of `embedder` by the SHA-256 of their texts: what was embedded once is not
/// computed again. A call that fails half-way has kept what was done, so trying again gets further.
/// `embedder` must outlive it.
std::unique_ptr<Embedder> make_caching_embedder(Embedder& embedder,
                                                const CachingEmbedderConfig& config);

}  // namespace cpo
