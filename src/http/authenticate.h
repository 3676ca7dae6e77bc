#pragma once

#include <array>
#include <string>

#include "http/message.h"

namespace cpo::http {

class Accounts;
struct AccountsOptions;

inline constexpr const char* kSessionCookie = "cpo_session";
inline constexpr const char* kXsrfCookie = "XSRF-TOKEN";  ///< The name that Axios looks for.

/// What a request shows to be let in, before anybody looks whether it is true.
struct Credentials {
    std::string session_token;  ///< Of the cookie.
    std::string xsrf_token;     ///< Of X-XSRF-Token.
    std::string key;            ///< Of Authorization: Bearer; then the cookie does not count.
};
/// Reads the headers; what does not have the shape of ours is not looked up. Nothing shown gives
/// empty texts. Errors: kUnauthenticated for an Authorization header that is no API key of ours.
Result<Credentials> read_credentials(const Request& request);

/// The Set-Cookie values of a session: its token, and the XSRF token for the page to read. An empty
/// token removes both.
std::array<std::string, 2> session_cookies(const std::string& token,
                                           const AccountsOptions& options);

/// Who sends the request; nobody (is_signed_in() is false) when it shows nothing. Errors:
/// kUnauthenticated when what it shows is not or no longer true; kPermissionDenied when a method
/// other than GET comes with a session but without its X-XSRF-Token. Whether the role and scopes
/// allow the operation is for the dispatcher. Thread-safe, blocks for the store.
Result<store::Caller> authenticate(const Request& request, Accounts& accounts);

}  // namespace cpo::http
