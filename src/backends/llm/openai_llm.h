#pragma once

#include <memory>
#include <string>

#include "backends/http_client/http_client.h"
#include "backends/llm/llm.h"

namespace cpo {

/// Any OpenAI-compatible chat endpoint, Azure OpenAI included.
struct OpenAiConfig {
    std::string base_url;     ///< "https://host/v1"; for Azure the resource's endpoint.
    std::string model;        ///< Model, or Azure deployment name.
    std::string api_key;      ///< Secret; never logged. Empty = no header.
    std::string api_version;  ///< Non-empty selects Azure's URL form and `api-key` header.
};

/// `http` must outlive the returned object. Retries belong to the HttpClient.
std::unique_ptr<Llm> make_openai_llm(const OpenAiConfig& config, HttpClient& http);

}  // namespace cpo
