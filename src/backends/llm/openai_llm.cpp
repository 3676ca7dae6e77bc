#include "backends/llm/openai_llm.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "base/json.h"

namespace cpo {
namespace {

/// Parameters that some services refuse; the first refusal switches one off for good.
enum class Parameter : std::uint8_t { kMaxTokens, kTemperature, kSeed, kResponseFormat };
constexpr std::array<std::pair<std::string_view, Parameter>, 4> kParameters{
    {{"max_tokens", Parameter::kMaxTokens},
     {"temperature", Parameter::kTemperature},
     {"seed", Parameter::kSeed},
     {"response_format", Parameter::kResponseFormat}}};

std::string encode_path_segment(std::string_view text) {
    constexpr std::string_view kUnreserved = "-._~";  // RFC 3986, 2.3
    std::string encoded;
    for (const char c : text) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') ||
                              kUnreserved.find(c) != std::string_view::npos;
        encoded +=
            is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return encoded;
}

const json::value* find(const json::value* value, std::string_view key) {
    if (value == nullptr || !value->is_object()) return nullptr;
    return value->get_object().if_contains(key);
}

std::string text_of(const json::value* value) {
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

int count_of(const json::value* value) {
    json::error_code failure;
    const int count = value != nullptr && value->is_number() ? value->to_number<int>(failure) : 0;
    return failure ? 0 : std::max(0, count);
}

/// What a service says about a failure: {"error": {message, type, param, code}}.
struct ServiceError {
    std::string message;
    std::string parameter;
    std::string code;
};

ServiceError read_error(const std::string& body) {
    const auto parsed = parse_json(body);
    if (!parsed) return {};
    const auto* error = find(&*parsed, "error");
    return {text_of(find(error, "message")),
            text_of(find(error, "param")),
            text_of(find(error, "code"))};
}

/// A code is shown only when it looks like one; anything else stays in the log.
std::string shown_code(const std::string& code) {
    constexpr std::size_t kCodeBytesMax = 64;
    const bool is_code = !code.empty() && code.size() <= kCodeBytesMax &&
                         std::all_of(code.begin(), code.end(), [](char c) {
                             return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                    (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
                         });
    return is_code ? fmt::format(", {}", code) : std::string();
}

class OpenAiLlm : public Llm {
public:
    OpenAiLlm(OpenAiConfig config, HttpClient& http) : config_(std::move(config)), http_(http) {
        while (config_.base_url.ends_with('/')) config_.base_url.pop_back();
    }

    std::string name() const override { return config_.model; }

    Result<ChatReply> chat(const ChatRequest& request, Deadline deadline) override {
        // Each round switches at least one parameter off, so this ends.
        for (std::size_t round = 0; round <= kParameters.size(); ++round) {
            const auto response = TRY(http_.send(make_request(request), deadline));
            if (response.status == 200) return read_reply(response.body, request);
            const ServiceError error = read_error(response.body);
            if (response.status != 400 || !switch_off(error.parameter))
                return error_of(response.status, error);
        }
        return Error{ErrorCode::kInvalidArgument,
                     fmt::format("{}: the service refuses every form of the request", name()),
                     {}};
    }

private:
    bool is_azure() const { return !config_.api_version.empty(); }

    bool is_off(Parameter parameter) const {
        return is_off_[static_cast<std::size_t>(parameter)].load(std::memory_order_relaxed);
    }

    /// True when `name` is one that we can do without and had not switched off yet.
    bool switch_off(std::string_view name) {
        for (const auto& [known, parameter] : kParameters)
            if (known == name) return !is_off_[static_cast<std::size_t>(parameter)].exchange(true);
        return false;
    }

    std::string url() const {
        if (!is_azure()) return config_.base_url + "/chat/completions";
        return fmt::format("{}/openai/deployments/{}/chat/completions?api-version={}",
                           config_.base_url,
                           encode_path_segment(config_.model),
                           encode_path_segment(config_.api_version));
    }

    HttpRequest make_request(const ChatRequest& request) const {
        HttpRequest http;
        http.method = "POST";
        http.url = url();
        http.headers.emplace_back("Content-Type", "application/json");
        if (!config_.api_key.empty() && is_azure())
            http.headers.emplace_back("api-key", config_.api_key);
        else if (!config_.api_key.empty())
            http.headers.emplace_back("Authorization", "Bearer " + config_.api_key);
        http.is_idempotent = true;  // Asking twice costs twice, but changes nothing.
        http.body = write_json(make_body(request));
        return http;
    }

    json::object make_body(const ChatRequest& request) const {
        json::object body;
        if (!is_azure()) body["model"] = config_.model;  // Azure has it in the path.
        json::array messages;
        for (const ChatMessage& message : request.messages)
            messages.push_back(json::object{{"role", message.role}, {"content", message.content}});
        body["messages"] = std::move(messages);
        // Reasoning models refuse the old name, compatible servers do not know the new one.
        body[is_off(Parameter::kMaxTokens) ? "max_completion_tokens" : "max_tokens"] =
            request.tokens_max;
        if (!is_off(Parameter::kTemperature)) body["temperature"] = request.temperature;
        constexpr std::uint64_t kSeedMask = 0x7FFFFFFF;  // Some servers read 32 bits.
        if (!is_off(Parameter::kSeed)) body["seed"] = request.seed & kSeedMask;
        if (request.is_json && !is_off(Parameter::kResponseFormat))
            body["response_format"] = json::object{{"type", "json_object"}};
        return body;
    }

    Error error(ErrorCode code, std::string_view what) const {
        return {code, fmt::format("{}: {}", name(), what), {}};
    }

    /// Service texts may quote the key or the prompt: they go to the log only, without the key.
    Error error_of(int status, const ServiceError& service) const {
        Error result = error(ErrorCode::kUnavailable, "");
        const auto set = [&](ErrorCode code, std::string_view what) {
            result.code = code;
            result.message =
                fmt::format("{}: {} (HTTP {}{})", name(), what, status, shown_code(service.code));
        };
        if (status == 401 || status == 403)
            set(ErrorCode::kPermissionDenied, "the key is not accepted");
        else if (status == 404)
            set(ErrorCode::kNotFound, "no such model, deployment or address");
        else if (status == 429)
            set(ErrorCode::kResourceExhausted, "the quota or rate of the service is used up");
        else if (status == 400 && service.code == "content_filter")
            set(ErrorCode::kInvalidArgument, "the service's content filter blocked the prompt");
        else if (status == 408 || status >= 500)
            set(ErrorCode::kUnavailable, "the service fails");
        else
            set(ErrorCode::kInvalidArgument, "the service refused the request");
        constexpr std::size_t kDetailBytesMax = 500;
        result.detail = service.message;
        if (!config_.api_key.empty())
            for (auto at = result.detail.find(config_.api_key); at != std::string::npos;
                 at = result.detail.find(config_.api_key))
                result.detail.replace(at, config_.api_key.size(), "[KEY]");
        if (result.detail.size() > kDetailBytesMax) result.detail.resize(kDetailBytesMax);
        return result;
    }

    Result<ChatReply> read_reply(const std::string& body, const ChatRequest& request) const {
        const auto parsed = parse_json(body);
        if (!parsed) return error(ErrorCode::kUnavailable, "the answer is not JSON");
        const auto* choices = find(&*parsed, "choices");
        if (choices == nullptr || !choices->is_array() || choices->get_array().empty())
            return error(ErrorCode::kUnavailable, "the answer is no chat completion");
        const auto* choice = &choices->get_array()[0];
        const auto* message = find(choice, "message");
        const auto reason = text_of(find(choice, "finish_reason"));
        if (reason == "content_filter")
            return error(ErrorCode::kInvalidArgument, "the service's content filter cut the reply");
        if (!text_of(find(message, "refusal")).empty())
            return error(ErrorCode::kInvalidArgument, "the model refused to answer");
        if (reason == "length")
            return error(ErrorCode::kResourceExhausted,
                         fmt::format("the reply was cut after {} tokens", request.tokens_max));
        ChatReply reply;
        reply.text = text_of(find(message, "content"));
        if (reply.text.empty()) return error(ErrorCode::kUnavailable, "the reply has no text");
        reply.model = text_of(find(&*parsed, "model"));
        const auto* usage = find(&*parsed, "usage");
        reply.prompt_tokens = count_of(find(usage, "prompt_tokens"));
        reply.reply_tokens = count_of(find(usage, "completion_tokens"));
        return reply;
    }

    OpenAiConfig config_;
    HttpClient& http_;
    std::array<std::atomic<bool>, kParameters.size()> is_off_{};
};

}  // namespace

std::unique_ptr<Llm> make_openai_llm(const OpenAiConfig& config, HttpClient& http) {
    return std::make_unique<OpenAiLlm>(config, http);
}

}  // namespace cpo
