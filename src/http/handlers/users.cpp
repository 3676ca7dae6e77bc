#include "http/handlers/users.h"

#include "http/accounts.h"
#include "http/page.h"
#include "http/services.h"
#include "store/user_store.h"

namespace cpo::http {
namespace {

json::object user_json(const store::User& user) {
    json::object answer{{"id", user.id},
                        {"email", user.email},
                        {"name", user.name},
                        {"role", store::name_of(user.role)},
                        {"is_active", user.is_active},
                        {"created_at", format_time(user.created_at)},
                        {"last_sign_in_at", nullptr},
                        {"version", user.version}};
    if (user.last_sign_in_at) answer["last_sign_in_at"] = format_time(*user.last_sign_in_at);
    return answer;
}

/// The schema has checked the name already.
Result<store::Role> role_in(const JsonReader& body) {
    const auto role = store::parse_role(TRY(body.string("role")));
    if (!role) return invalid_argument("/role: expected viewer, editor, reviewer or admin");
    return *role;
}

Result<store::UserChange> read_change(const Request& request, Accounts& accounts) {
    const auto body = TRY(JsonReader::of(request.body));
    store::UserChange wanted;
    wanted.expected_version = TRY(request.expected_version());
    if (body.has("name")) wanted.name = TRY(body.string("name"));
    if (body.has("role")) wanted.role = TRY(role_in(body));
    if (body.has("is_active")) wanted.is_active = TRY(body.boolean("is_active"));
    if (body.has("password")) {
        const std::string password = TRY(body.string("password"));
        wanted.password_hash = TRY(accounts.hash(password, request.deadline));
    }
    return wanted;
}

}  // namespace

Result<Response> list_users(const Request& request, Services& services) {
    const auto page = TRY(page_request(request));
    const auto users = TRY(services.store.read(
        [&](store::Session& session) {
            return store::list_users(session, request.workspace(), page);
        },
        request.deadline));
    return Response::ok(page_json(users, user_json, [](const auto& user) { return user.id; }));
}

Result<Response> list_people(const Request& request, Services& services) {
    const auto page = TRY(page_request(request));
    const auto users = TRY(services.store.read(
        [&](store::Session& session) {
            return store::list_users(session, request.workspace(), page);
        },
        request.deadline));
    const auto person = [](const store::User& user) {
        return json::object{{"id", user.id}, {"name", user.name}};
    };
    return Response::ok(page_json(users, person, [](const auto& user) { return user.id; }));
}

Result<Response> create_user(const Request& request, Services& services) {
    const auto body = TRY(JsonReader::of(request.body));
    store::NewUser wanted{TRY(body.string("email")), TRY(body.string("name")), {}, {}};
    wanted.role = TRY(role_in(body));
    const std::string password = TRY(body.string("password"));
    TRY(store::check_email(wanted.email));
    wanted.password_hash = TRY(services.accounts.hash(password, request.deadline));
    const auto user = TRY(services.store.change(
        request.workspace(),
        request.actor(),
        [&](store::Change& change) { return store::create_user(change, wanted); },
        request.deadline));
    return Response::created(user_json(user), "/api/v1/users/" + user.id)
        .with_version(user.version);
}

Result<Response> get_user(const Request& request, Services& services) {
    const auto user = TRY(services.store.read(
        [&](store::Session& session) {
            return store::find_user(session, request.workspace(), request.param("user"));
        },
        request.deadline));
    return Response::ok(user_json(user)).with_version(user.version);
}

Result<Response> update_user(const Request& request, Services& services) {
    const auto wanted = TRY(read_change(request, services.accounts));
    const auto user = TRY(services.store.change(
        request.workspace(),
        request.actor(),
        [&](store::Change& change) {
            return store::update_user(change, request.param("user"), wanted);
        },
        request.deadline));
    return Response::ok(user_json(user)).with_version(user.version);
}

}  // namespace cpo::http
