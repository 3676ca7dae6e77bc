#pragma once

#include <memory>
#include <string>

#include "backends/embedder/embedder.h"

namespace cpo {

struct MiniLmConfig {
    std::string model_file;  ///< GGUF of all-MiniLM-L6-v2 (tools/minilm_to_gguf.py).
    int threads = 1;         ///< Contexts working side by side, one thread each; >= 1.
};

/// all-MiniLM-L6-v2 through llama.cpp in process: 384 numbers, texts cut at 256 tokens.
/// About 8 ms for 16 tokens and 26 ms for 64 on one AVX2 core; 133 MB of memory.
/// Errors: kNotFound without the file, kFailedPrecondition on a CPU without AVX2.
Result<std::unique_ptr<Embedder>> make_minilm_embedder(const MiniLmConfig& config);

}  // namespace cpo
