#include "http/handlers/auth.h"

#include "http/accounts.h"
#include "http/authenticate.h"
#include "http/operation.h"
#include "http/problem.h"
#include "http/services.h"

namespace cpo::http {
namespace {

Origin origin_of(const Request& request) {
    return {request.remote, request.request_id, request.deadline};
}

json::object session_json(const store::Identity& identity) {
    const store::Caller& caller = identity.caller;
    json::object answer{{"kind", caller.kind},
                        {"id", caller.id},
                        {"name", identity.name},
                        {"role", store::name_of(caller.role)},
                        {"scopes", json::array(caller.scopes.begin(), caller.scopes.end())},
                        {"workspace", caller.workspace},
                        {"workspace_name", identity.workspace_name}};
    if (!identity.email.empty()) answer["email"] = identity.email;
    if (identity.expires_at) answer["expires_at"] = format_time(*identity.expires_at);
    return answer;
}

Response with_cookies(Response response, const std::string& token, const AccountsOptions& options) {
    for (std::string& cookie : session_cookies(token, options))
        response.headers.emplace_back("Set-Cookie", std::move(cookie));
    return response;
}

Response opened(const OpenedSession& session, const AccountsOptions& options) {
    json::object answer = session_json(session.identity);
    answer["xsrf_token"] = xsrf_token_of(session.token);
    Response response = Response::of(201, answer);
    response.headers.emplace_back("Cache-Control", "no-store");
    return with_cookies(std::move(response), session.token, options);
}

/// 429 that says how long to wait, in whole seconds.
Response wait_first(const Request& request, std::chrono::milliseconds wait) {
    const Error error{ErrorCode::kResourceExhausted,
                      "Too many sign-ins failed; wait as long as Retry-After says.",
                      "sign-in refused: too many failures"};
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait);
    return problem_response(
        {error, 0, {}, seconds.count()}, request.operation->path, request.request_id);
}

}  // namespace

Result<Response> get_setup(const Request& request, Services& services) {
    const bool is_open = TRY(services.accounts.is_setup_open(request.deadline));
    return Response::ok(json::object{{"is_needed", is_open}});
}

Result<Response> set_up(const Request& request, Services& services) {
    const auto body = TRY(JsonReader::of(request.body));
    const SetupAttempt attempt{TRY(body.string("token")),
                               TRY(body.string("email")),
                               TRY(body.string("name")),
                               TRY(body.string("password")),
                               TRY(body.string("workspace"))};
    const auto session = TRY(services.accounts.set_up(attempt, origin_of(request)));
    return opened(session, services.accounts.options());
}

Result<Response> sign_in(const Request& request, Services& services) {
    const auto body = TRY(JsonReader::of(request.body));
    const std::string email = TRY(body.string("email"));
    const std::string password = TRY(body.string("password"));
    const auto signed_in = TRY(services.accounts.sign_in(email, password, origin_of(request)));
    if (!signed_in.session) return wait_first(request, signed_in.wait);
    return opened(*signed_in.session, services.accounts.options());
}

Result<Response> get_session(const Request& request, Services& services) {
    const Credentials shown = TRY(read_credentials(request));
    const bool is_key = !shown.key.empty();
    const store::Identity identity =
        is_key ? *TRY(services.accounts.identity_of_key(shown.key, request.deadline))
               : TRY(services.accounts.identity_of_session(shown.session_token, request.deadline));
    json::object answer = session_json(identity);
    if (!is_key) answer["xsrf_token"] = xsrf_token_of(shown.session_token);
    return Response::ok(answer).with_header("Cache-Control", "no-store");
}

Result<Response> sign_out(const Request& request, Services& services) {
    TRY(services.accounts.sign_out(request.caller, origin_of(request)));
    return with_cookies(Response::no_content(), "", services.accounts.options());
}

Result<Response> change_password(const Request& request, Services& services) {
    const auto body = TRY(JsonReader::of(request.body));
    const Accounts::PasswordTexts texts{TRY(body.string("current")), TRY(body.string("new"))};
    const auto wait =
        TRY(services.accounts.change_password(request.caller, texts, origin_of(request)));
    if (wait.count() > 0) return wait_first(request, wait);
    return Response::no_content();
}

}  // namespace cpo::http
