#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agents/generation/generation.h"
#include "agents/safety/safety.h"
#include "backends/embedder/embedder.h"
#include "backends/http_client/http_client.h"
#include "backends/llm/llm.h"
#include "base/result.h"

namespace cpo::app {

/// Length of the vectors of make_embedder(), whichever it is.
inline constexpr int kEmbeddingDimension = 384;

/// The MiniLM model where ./dev setup put it (or $CPO_MODELS/minilm-f16.gguf); the hashing embedder
/// with a notice where there is no model or no AVX2.
Result<std::unique_ptr<Embedder>> make_embedder(int threads, std::vector<std::string>& notices);

/// The language model that the environment configures, or null: CPO_LLM_URL, CPO_LLM_MODEL,
/// CPO_LLM_KEY and, for Azure OpenAI, CPO_LLM_API_VERSION. Errors: kInvalidArgument when only some
/// of them are set.
Result<std::unique_ptr<Llm>> make_llm(HttpClient& http);

}  // namespace cpo::app
