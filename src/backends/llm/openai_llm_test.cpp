#include "backends/llm/openai_llm.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/json.h"
#include "stub_http_server.h"

namespace cpo {
namespace {

using testing::HasSubstr;
using testing::Not;

Deadline in_ten_seconds() { return Deadline::after(std::chrono::seconds(10)); }

CurlConfig quick() {
    CurlConfig config;
    config.attempts_max = 2;
    config.backoff_base = std::chrono::milliseconds(1);
    return config;
}

ChatRequest greeting() {
    ChatRequest request;
    request.messages = {{"system", "Be brief."}, {"user", "Say \"hi\"\nin é."}};
    request.tokens_max = 50;
    request.temperature = 0.25;
    request.seed = 7;
    request.is_json = true;
    return request;
}

/// A completion in the form of the API reference of chat completions.
std::string completion(std::string_view content, std::string_view finish_reason = "stop") {
    return write_json(json::object{
        {"id", "chatcmpl-1"},
        {"object", "chat.completion"},
        {"model", "small-2024"},
        {"choices",
         {json::object{{"index", 0},
                       {"message", json::object{{"role", "assistant"}, {"content", content}}},
                       {"finish_reason", finish_reason}}}},
        {"usage", json::object{{"prompt_tokens", 11}, {"completion_tokens", 3}}}});
}

/// Asks a server that answers every request alike.
struct Asked {
    Result<ChatReply> reply;
    std::vector<StubRequest> requests;
};
Asked ask(const std::string& status,
          const std::string& body,
          std::string api_version = "",
          const ChatRequest& request = greeting()) {
    StubHttpServer server([&](const StubRequest&) { return stub_reply(status, body); });
    const auto http = make_curl_http_client(quick());
    OpenAiConfig config{server.url("/v1/"), "small model", "sk-secret", std::move(api_version)};
    if (!config.api_version.empty()) config.base_url = server.url("");
    const auto llm = make_openai_llm(config, *http);
    auto reply = llm->chat(request, in_ten_seconds());
    return {std::move(reply), server.requests()};
}

TEST(OpenAiLlm, SendsTheOpenAiForm) {
    const auto asked = ask("200 OK", completion("hi"));
    ASSERT_TRUE(asked.reply) << asked.reply.error().message;
    EXPECT_EQ(asked.reply->text, "hi");
    EXPECT_EQ(asked.reply->model, "small-2024");
    EXPECT_EQ(asked.reply->prompt_tokens, 11);
    EXPECT_EQ(asked.reply->reply_tokens, 3);
    ASSERT_EQ(asked.requests.size(), 1U);
    const auto& head = asked.requests[0].head;
    EXPECT_THAT(head, testing::StartsWith("POST /v1/chat/completions HTTP/1.1\r\n"));
    EXPECT_THAT(head, HasSubstr("Authorization: Bearer sk-secret\r\n"));
    EXPECT_THAT(head, HasSubstr("Content-Type: application/json\r\n"));
    EXPECT_EQ(asked.requests[0].body,
              R"({"model":"small model","messages":[{"role":"system","content":"Be brief."},)"
              R"({"role":"user","content":"Say \"hi\"\nin é."}],"max_tokens":50,)"
              R"("temperature":0.25,"seed":7,"response_format":{"type":"json_object"}})");
}

TEST(OpenAiLlm, SendsAzuresForm) {
    const auto asked = ask("200 OK", completion("hi"), "2024-10-21");
    ASSERT_TRUE(asked.reply) << asked.reply.error().message;
    const auto& head = asked.requests[0].head;
    EXPECT_THAT(head,
                testing::StartsWith("POST /openai/deployments/small%20model/chat/completions"
                                    "?api-version=2024-10-21 HTTP/1.1\r\n"));
    EXPECT_THAT(head, HasSubstr("api-key: sk-secret\r\n"));
    EXPECT_THAT(head, Not(HasSubstr("Authorization")));
    EXPECT_THAT(asked.requests[0].body, Not(HasSubstr("\"model\"")));
}

TEST(OpenAiLlm, DoesWithoutParametersThatTheServiceRefuses) {
    // As the API answers for reasoning models.
    StubHttpServer server([](const StubRequest& request) {
        const auto refuse = [](std::string_view name) {
            return stub_reply("400 Bad Request",
                              fmt::format(R"({{"error":{{"message":"no","param":"{}",)"
                                          R"("code":"unsupported_parameter"}}}})",
                                          name));
        };
        if (request.body.find("\"max_tokens\"") != std::string::npos) return refuse("max_tokens");
        if (request.body.find("\"temperature\"") != std::string::npos) return refuse("temperature");
        return stub_reply("200 OK", completion("hi"));
    });
    const auto http = make_curl_http_client(quick());
    const auto llm = make_openai_llm({server.url("/v1"), "m", "", ""}, *http);
    ASSERT_TRUE(llm->chat(greeting(), in_ten_seconds()));
    EXPECT_EQ(server.request_count(), 3);
    EXPECT_THAT(server.requests()[2].body, HasSubstr("\"max_completion_tokens\":50"));
    EXPECT_THAT(server.requests()[0].head, Not(HasSubstr("Authorization")));
    ASSERT_TRUE(llm->chat(greeting(), in_ten_seconds()));
    EXPECT_EQ(server.request_count(), 4) << "what was learnt is remembered";
}

TEST(OpenAiLlm, GivesUpWhenTheSameParameterIsRefusedForEver) {
    const auto asked =
        ask("400 Bad Request", R"({"error":{"param":"seed","code":"unsupported_parameter"}})");
    ASSERT_FALSE(asked.reply);
    EXPECT_EQ(asked.reply.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(asked.requests.size(), 2U);
}

TEST(OpenAiLlm, MapsFailuresToOurCodes) {
    const std::vector<std::pair<std::string, ErrorCode>> expected{
        {"400 Bad Request", ErrorCode::kInvalidArgument},
        {"401 Unauthorized", ErrorCode::kPermissionDenied},
        {"403 Forbidden", ErrorCode::kPermissionDenied},
        {"404 Not Found", ErrorCode::kNotFound},
        {"413 Content Too Large", ErrorCode::kInvalidArgument},
        {"307 Temporary Redirect", ErrorCode::kInvalidArgument},
        {"429 Too Many Requests", ErrorCode::kResourceExhausted},
        {"500 Internal Server Error", ErrorCode::kUnavailable},
        {"503 Service Unavailable", ErrorCode::kUnavailable}};
    for (const auto& [status, code] : expected) {
        const auto asked = ask(
            status, R"({"error":{"message":"key sk-secret of Ada is bad","code":"some_code"}})");
        ASSERT_FALSE(asked.reply) << status;
        const auto& error = asked.reply.error();
        EXPECT_EQ(error.code, code) << status;
        EXPECT_THAT(error.message, HasSubstr("some_code")) << status;
        EXPECT_THAT(error.message, Not(HasSubstr("Ada"))) << status;
        EXPECT_EQ(error.detail, "key [KEY] of Ada is bad") << status;
    }
}

TEST(OpenAiLlm, SaysThatAContentFilterStoppedIt) {
    // The form that integrations with Azure report: HTTP 400, error.code content_filter.
    const auto prompt = ask("400 Bad Request",
                            R"({"error":{"code":"content_filter","innererror":)"
                            R"({"code":"ResponsibleAIPolicyViolation"}}})");
    ASSERT_FALSE(prompt.reply);
    EXPECT_THAT(prompt.reply.error().message, HasSubstr("blocked the prompt"));
    const auto reply = ask("200 OK", completion("half a sen", "content_filter"));
    ASSERT_FALSE(reply.reply);
    EXPECT_EQ(reply.reply.error().code, ErrorCode::kInvalidArgument);
}

TEST(OpenAiLlm, RefusesCutAndRefusedReplies) {
    const auto cut = ask("200 OK", completion("half a sen", "length"));
    ASSERT_FALSE(cut.reply);
    EXPECT_EQ(cut.reply.error().code, ErrorCode::kResourceExhausted);
    const auto refused =
        ask("200 OK", R"({"choices":[{"message":{"content":null,"refusal":"I cannot"}}]})");
    ASSERT_FALSE(refused.reply);
    EXPECT_EQ(refused.reply.error().code, ErrorCode::kInvalidArgument);
}

TEST(OpenAiLlm, SurvivesAnswersThatAreNoCompletion) {
    for (const char* body : {"",
                             "<html>",
                             "[]",
                             "{}",
                             R"({"choices":[]})",
                             R"({"choices":{}})",
                             R"({"choices":[1]})",
                             R"({"choices":[{"message":[]}]})",
                             R"({"choices":[{"message":{"content":[{"type":"text"}]}}]})",
                             R"({"choices":[{"message":{"content":""}}]})"}) {
        const auto asked = ask("200 OK", body);
        ASSERT_FALSE(asked.reply) << body;
        EXPECT_EQ(asked.reply.error().code, ErrorCode::kUnavailable) << body;
    }
    const auto odd = ask("200 OK",
                         R"({"choices":[{"message":{"content":"ok"}}],"model":1,)"
                         R"("usage":{"prompt_tokens":"many","completion_tokens":1e99}})");
    ASSERT_TRUE(odd.reply);
    EXPECT_EQ(odd.reply->prompt_tokens, 0);
    EXPECT_EQ(odd.reply->reply_tokens, 0);
}

// Set CPO_TEST_LLM_URL (and CPO_TEST_LLM_MODEL) to try any other OpenAI-compatible server.
TEST(OpenAiLlm, TalksToAnIndependentServer) {
    const char* url = std::getenv("CPO_TEST_LLM_URL");  // NOLINT(concurrency-mt-unsafe)
    if (url == nullptr) GTEST_SKIP() << "CPO_TEST_LLM_URL names no server";
    const char* model = std::getenv("CPO_TEST_LLM_MODEL");  // NOLINT(concurrency-mt-unsafe)
    const auto http = make_curl_http_client(quick());
    const auto llm =
        make_openai_llm({url, model == nullptr ? "gpt-4o-mini" : model, "sk-test", ""}, *http);
    const auto reply = llm->chat(greeting(), in_ten_seconds());
    ASSERT_TRUE(reply) << reply.error().message << " " << reply.error().detail;
    EXPECT_FALSE(reply->text.empty());
}

}  // namespace
}  // namespace cpo
