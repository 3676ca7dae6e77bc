// Authorization, Cookie and X-XSRF-Token as a client may send them: nothing but the shapes of our
// own tokens comes through.
#include <cstdlib>

#include "http/authenticate.h"
#include "http/operation.h"
#include "store/key_store.h"

namespace {

constexpr std::size_t kTokenLength = 43;

void check(bool is_kept) {
    if (!is_kept) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto end = std::min(input.find('\n'), input.size());
    const std::string_view cookies = input.substr(std::min(end + 1, input.size()));
    cpo::http::Request request;
    if (end > 0) request.headers["authorization"] = input.substr(0, end);
    request.headers["cookie"] = cookies;
    request.headers["x-xsrf-token"] = input;
    const auto shown = cpo::http::read_credentials(request);
    if (!shown) {
        check(shown.error().code == cpo::ErrorCode::kUnauthenticated && end > 0);
        return 0;
    }
    check(shown->key.empty() || cpo::store::is_key_text(shown->key));
    check(shown->key.empty() || shown->session_token.empty());
    check(shown->session_token.empty() || shown->session_token.size() == kTokenLength);
    check(!shown->session_token.empty() || shown->xsrf_token.empty());
    return 0;
}
