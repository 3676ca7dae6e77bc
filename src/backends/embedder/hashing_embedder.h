#pragma once

#include <memory>

#include "backends/embedder/embedder.h"

namespace cpo {

struct HashingEmbedderConfig {
    int dimension = 384;
};

/// Hashes words into a fixed-length vector: offline, deterministic, no notion of meaning.
/// Source: Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009.
std::unique_ptr<Embedder> make_hashing_embedder(const HashingEmbedderConfig& config);

}  // namespace cpo
