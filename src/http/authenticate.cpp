#include "http/authenticate.h"

#include <cassert>

#include "base/ascii.h"
#include "base/secret.h"
#include "http/accounts.h"
#include "http/cookies.h"
#include "http/operation.h"
#include "store/key_store.h"

namespace cpo::http {
namespace {

constexpr std::size_t kTokenLength = 43;
constexpr std::string_view kBearer = "bearer ";

bool is_token(std::string_view text) {
    constexpr std::string_view kBase64Url =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return text.size() == kTokenLength &&
           text.find_first_not_of(kBase64Url) == std::string_view::npos;
}

/// RFC 9110, section 11.1: the scheme is compared without regard to case.
bool starts_with_bearer(std::string_view header) {
    return equal_but_for_case(header.substr(0, kBearer.size()), kBearer);
}

bool is_changing(const Request& request) {
    assert(request.operation != nullptr);
    const std::string& method = request.operation->method;
    return method != "GET" && method != "HEAD";
}

}  // namespace

Result<Credentials> read_credentials(const Request& request) {
    Credentials shown;
    const std::string authorization = request.header_or("authorization", "");
    if (!authorization.empty()) {
        std::string_view key = authorization;
        if (starts_with_bearer(key)) {
            key.remove_prefix(kBearer.size());
            key.remove_prefix(std::min(key.find_first_not_of(' '), key.size()));
            if (store::is_key_text(key)) {
                shown.key = key;
                return shown;
            }
        }
        return Error{ErrorCode::kUnauthenticated,
                     "The Authorization header is not \"Bearer\" with an API key of this server.",
                     {}};
    }
    auto cookies = parse_cookies(request.header_or("cookie", ""));
    const auto session = cookies.find(kSessionCookie);
    if (session != cookies.end() && is_token(session->second)) {
        shown.session_token = session->second;
        shown.xsrf_token = request.header_or("x-xsrf-token", "");
    }
    return shown;
}

std::array<std::string, 2> session_cookies(const std::string& token,
                                           const AccountsOptions& options) {
    const auto lifetime = std::chrono::floor<std::chrono::seconds>(options.session_max);
    Cookie session;
    session.name = kSessionCookie;
    session.value = token;
    session.path = options.cookie_path;
    session.max_age = token.empty() ? std::chrono::seconds(0) : lifetime;
    session.is_secure = options.is_cookie_secure;
    session.same_site = "Lax";
    Cookie xsrf = session;
    xsrf.name = kXsrfCookie;
    xsrf.value = token.empty() ? token : xsrf_token_of(token);
    xsrf.is_http_only = false;  // The page reads it.
    return {set_cookie(session), set_cookie(xsrf)};
}

Result<store::Caller> authenticate(const Request& request, Accounts& accounts) {
    const Credentials shown = TRY(read_credentials(request));
    if (!shown.key.empty())
        return TRY(accounts.identity_of_key(shown.key, request.deadline))->caller;
    if (shown.session_token.empty()) return store::Caller();
    const store::Identity identity =
        TRY(accounts.identity_of_session(shown.session_token, request.deadline));
    if (is_changing(request) &&
        !equal_in_constant_time(shown.xsrf_token, xsrf_token_of(shown.session_token)))
        return Error{ErrorCode::kPermissionDenied,
                     "Send the XSRF token of the session in the header X-XSRF-Token.",
                     "XSRF token missing or wrong"};
    return identity.caller;
}

}  // namespace cpo::http
