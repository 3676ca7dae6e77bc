#include <cstddef>
#include <cstdint>
#include <string_view>

#include "backends/llm/openai_llm.h"

namespace {

/// Answers every request with the same status and body.
class FixedHttpClient : public cpo::HttpClient {
public:
    explicit FixedHttpClient(cpo::HttpResponse response) : response_(std::move(response)) {}
    cpo::Result<cpo::HttpResponse> send(const cpo::HttpRequest&, cpo::Deadline) override {
        return response_;
    }

private:
    cpo::HttpResponse response_;
};

}  // namespace

/// Input: one byte that chooses the status, then the body of a service's answer.
// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const int status = data[0] % 4 == 0 ? 400 : 200;
    const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
    FixedHttpClient http({status, {}, std::string(body)});
    const auto llm = cpo::make_openai_llm({"http://host/v1", "model", "secret-key", ""}, http);
    const auto reply = llm->chat({}, cpo::Deadline::never());
    if (reply && reply->text.empty()) __builtin_trap();
    if (!reply && reply.error().message.find("secret-key") != std::string::npos &&
        body.find("secret-key") == std::string_view::npos)
        __builtin_trap();
    return 0;
}
