#include "http/handlers/keys.h"

#include <algorithm>

#include "http/page.h"
#include "http/services.h"
#include "store/key_store.h"

namespace cpo::http {
namespace {

Result<store::NewApiKey> read_key(const Request& request) {
    const auto body = TRY(JsonReader::of(request.body));
    store::NewApiKey key;
    key.name = TRY(body.string("name"));
    const auto role = store::parse_role(TRY(body.string("role")));
    if (!role) return invalid_argument("/role: expected viewer, editor, reviewer or admin");
    key.role = *role;
    key.scopes = TRY(body.strings_or_empty("scopes"));
    const std::string expires_at = TRY(body.string_or("expires_at", ""));
    if (!expires_at.empty()) {
        const auto time = parse_time(expires_at);
        if (!time) return invalid_argument("/expires_at: expected a time that exists");
        key.expires_at = *time;
    }
    key.created_by = request.caller.person;
    key.secret = store::make_key_secret();
    return key;
}

/// A key that makes keys gives away no more than it has itself: the same for its role, its scopes
/// and its end. People are bounded by their role, which the store checks.
Result<void> check_within(const store::NewApiKey& key, const Request& request, Services& services) {
    const store::Caller& caller = request.caller;
    if (caller.kind != "key") return {};
    const Error refused{
        ErrorCode::kPermissionDenied,
        "A key can only make keys with no higher role, no further scopes and no later end.",
        {}};
    const auto own = TRY(services.store.read(
        [&](store::Session& session) {
            return store::find_key(session, caller.workspace, caller.id);
        },
        request.deadline));
    if (key.role > caller.role) return refused;
    if (own.expires_at && (!key.expires_at || *key.expires_at > *own.expires_at)) return refused;
    if (own.scopes.empty()) return {};
    const bool is_within =
        !key.scopes.empty() &&
        std::all_of(key.scopes.begin(), key.scopes.end(), [&](const auto& scope) {
            return std::find(own.scopes.begin(), own.scopes.end(), scope) != own.scopes.end();
        });
    if (!is_within) return refused;
    return {};
}

}  // namespace

Result<Response> list_keys(const Request& request, Services& services) {
    const auto page = TRY(page_request(request));
    const auto keys = TRY(services.store.read(
        [&](store::Session& session) {
            return store::list_keys(session, request.workspace(), page);
        },
        request.deadline));
    return Response::ok(page_json(
        keys,
        [](const auto& key) { return store::to_json(key); },
        [](const auto& key) { return key.id; }));
}

Result<Response> create_key(const Request& request, Services& services) {
    const auto wanted = TRY(read_key(request));
    TRY(check_within(wanted, request, services));
    const auto key = TRY(services.store.change(
        request.workspace(),
        request.actor(),
        [&](store::Change& change) { return store::create_key(change, wanted); },
        request.deadline));
    const json::object answer{{"key", store::to_json(key)}, {"secret", wanted.secret.text}};
    return Response::created(answer, "/api/v1/keys/" + key.id)
        .with_header("Cache-Control", "no-store");
}

Result<Response> get_key(const Request& request, Services& services) {
    const auto key = TRY(services.store.read(
        [&](store::Session& session) {
            return store::find_key(session, request.workspace(), request.param("key"));
        },
        request.deadline));
    return Response::ok(to_json(key));
}

Result<Response> revoke_key(const Request& request, Services& services) {
    TRY(services.store.change(
        request.workspace(),
        request.actor(),
        [&](store::Change& change) { return store::revoke_key(change, request.param("key")); },
        request.deadline));
    return Response::no_content();
}

}  // namespace cpo::http
