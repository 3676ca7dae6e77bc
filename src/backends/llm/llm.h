#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"

namespace cpo {

struct ChatMessage {
    std::string role;  ///< "system", "user" or "assistant".
    std::string content;
};

struct ChatRequest {
    std::vector<ChatMessage> messages;
    int tokens_max = 800;
    double temperature = 0.4;
    std::uint64_t seed = 1;
    bool is_json = false;  ///< Ask for one JSON object as the reply.
};

struct ChatReply {
    std::string text;
    std::string model;  ///< As the service names it.
    int prompt_tokens = 0;
    int reply_tokens = 0;
};

/// Writes text. Safe to call from many threads at once.
class Llm {
public:
    virtual ~Llm() = default;
    virtual std::string name() const = 0;
    /// Errors: kInvalidArgument (refused by the service), kPermissionDenied (bad key), kNotFound
    /// (no such model, deployment or address), kResourceExhausted, kUnavailable (retry),
    /// kDeadlineExceeded.
    virtual Result<ChatReply> chat(const ChatRequest& request, Deadline deadline) = 0;
};

}  // namespace cpo
