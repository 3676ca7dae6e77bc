#include "app/wiring.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "backends/embedder/hashing_embedder.h"
#include "backends/embedder/minilm_embedder.h"
#include "backends/llm/openai_llm.h"

namespace cpo::app {
namespace {

/// Value of an environment variable, empty when unset. The environment is only read, never changed.
std::string environment(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    return value == nullptr ? "" : value;
}

std::string model_file() {
    if (const auto folder = environment("CPO_MODELS"); !folder.empty())
        return folder + "/minilm-f16.gguf";
    const auto cache = environment("XDG_CACHE_HOME");
    const auto base = cache.empty() ? environment("HOME") + "/.cache" : cache;
    return base + "/cpo/" CPO_MINILM_FOLDER "/minilm-f16.gguf";
}

}  // namespace

Result<std::unique_ptr<Embedder>> make_embedder(int threads, std::vector<std::string>& notices) {
    auto embedder = make_minilm_embedder({.model_file = model_file(), .threads = threads});
    if (embedder) return embedder;
    notices.push_back(fmt::format(
        "Passages are compared by their words only: {}. ./dev setup installs the embedding model.",
        embedder.error().message));
    return make_hashing_embedder({.dimension = kEmbeddingDimension});
}

Result<std::unique_ptr<Llm>> make_llm(HttpClient& http) {
    OpenAiConfig config{.base_url = environment("CPO_LLM_URL"),
                        .model = environment("CPO_LLM_MODEL"),
                        .api_key = environment("CPO_LLM_KEY"),
                        .api_version = environment("CPO_LLM_API_VERSION")};
    if (config.base_url.empty() && config.model.empty() && config.api_key.empty())
        return std::unique_ptr<Llm>();
    if (config.base_url.empty() || config.model.empty())
        return invalid_argument("CPO_LLM_URL and CPO_LLM_MODEL must be set together");
    return make_openai_llm(config, http);
}

}  // namespace cpo::app
