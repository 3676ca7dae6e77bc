#include "store/key_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "base/digest.h"
#include "base/id.h"
#include "base/json_or_null.h"
#include "base/secret.h"
#include "store/stored_values.h"
#include "store/user_store.h"

namespace cpo::store {
namespace {

constexpr std::string_view kStart = "cpo_";
constexpr std::size_t kPrefixDigits = 8;
constexpr std::size_t kPrefixLength = kStart.size() + kPrefixDigits;
constexpr std::size_t kTokenLength = 43;

constexpr std::string_view kInsert =
    "INSERT INTO api_keys (id, workspace_id, name, prefix, secret_hash, role, scopes, created_by, "
    "created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING *";
constexpr std::string_view kFind = "SELECT * FROM api_keys WHERE workspace_id = $1 AND id = $2";
constexpr std::string_view kList = "SELECT * FROM api_keys WHERE workspace_id = $1";
constexpr std::string_view kRevoke =
    "UPDATE api_keys SET revoked_at = COALESCE(revoked_at, $3) "
    "WHERE workspace_id = $1 AND id = $2 RETURNING *";
/// The secret names the workspace, so nothing else can narrow this one.
constexpr std::string_view kFindIdentity =
    "SELECT k.id, k.workspace_id, k.name, k.role, k.scopes, k.created_by, k.last_used_at, "
    "k.expires_at, u.role AS creator_role, w.name AS workspace_name FROM api_keys k "
    "JOIN users u ON u.id = k.created_by AND u.workspace_id = k.workspace_id "
    "JOIN workspaces w ON w.id = k.workspace_id "
    "WHERE k.secret_hash = $1 AND k.revoked_at IS NULL AND u.is_active = 1 "
    "AND (k.expires_at IS NULL OR k.expires_at > $2)";
constexpr std::string_view kTouch =
    "UPDATE api_keys SET last_used_at = $3 WHERE workspace_id = $1 AND id = $2";

Role role_of(const Row& row, std::string_view column) {
    const auto role = parse_role(row.text(column));
    assert(role && "the table has a CHECK");
    return role.value_or(Role::kViewer);
}

Result<std::vector<std::string>> scopes_of(const Row& row) {
    // An empty list would mean "all": what cannot be read must not open anything.
    std::vector<std::string> scopes;
    for (const json::value& scope : TRY(array_in(row, "scopes"))) {
        if (!scope.is_string())
            return damaged(fmt::format("a scope of API key {} is no text", row.text("id")));
        scopes.emplace_back(scope.get_string());
    }
    return scopes;
}

Result<ApiKey> key_of(const Row& row) {
    ApiKey key;
    key.id = row.text("id");
    key.workspace = row.text("workspace_id");
    key.name = row.text("name");
    key.prefix = row.text("prefix");
    key.role = role_of(row, "role");
    key.scopes = TRY(scopes_of(row));
    key.created_by = row.text("created_by");
    key.created_at = time_in(row, "created_at");
    key.last_used_at = optional_time_in(row, "last_used_at");
    key.expires_at = optional_time_in(row, "expires_at");
    key.revoked_at = optional_time_in(row, "revoked_at");
    return key;
}

Result<void> check_new(Change& change, const NewApiKey& key) {
    if (key.expires_at && *key.expires_at <= change.now())
        return invalid_argument("expires_at: expected a time in the future");
    const User creator = TRY(find_user(change.session(), change.workspace(), key.created_by));
    if (!creator.is_active)
        return Error{ErrorCode::kFailedPrecondition,
                     "The person who would answer for the key is deactivated.",
                     {}};
    if (key.role > creator.role)
        return Error{ErrorCode::kPermissionDenied,
                     fmt::format("A key of a person with the role {} cannot have the role {}.",
                                 name_of(creator.role),
                                 name_of(key.role)),
                     {}};
    return {};
}

}  // namespace

json::object to_json(const ApiKey& key) {
    return {{"id", key.id},
            {"name", key.name},
            {"prefix", key.prefix},
            {"role", name_of(key.role)},
            {"scopes", json::array(key.scopes.begin(), key.scopes.end())},
            {"created_by", key.created_by},
            {"created_at", format_time(key.created_at)},
            {"last_used_at", or_null(key.last_used_at)},
            {"expires_at", or_null(key.expires_at)},
            {"revoked_at", or_null(key.revoked_at)}};
}

KeySecret make_key_secret() {
    KeySecret secret;
    secret.prefix = std::string(kStart) + sha256_hex(new_token()).substr(0, kPrefixDigits);
    secret.text = secret.prefix + "_" + new_token();
    secret.hash = sha256_hex(secret.text);
    return secret;
}

bool is_key_text(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    constexpr std::string_view kBase64Url =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    if (text.size() != kPrefixLength + 1 + kTokenLength || !text.starts_with(kStart) ||
        text[kPrefixLength] != '_')
        return false;
    const auto digits = text.substr(kStart.size(), kPrefixDigits);
    return digits.find_first_not_of(kHex) == std::string_view::npos &&
           text.substr(kPrefixLength + 1).find_first_not_of(kBase64Url) == std::string_view::npos;
}

Result<ApiKey> create_key(Change& change, const NewApiKey& key) {
    TRY(check_new(change, key));
    const json::array scopes(key.scopes.begin(), key.scopes.end());
    const Rows rows = TRY(change.session().execute(kInsert,
                                                   {new_id(change.now()),
                                                    change.workspace(),
                                                    key.name,
                                                    key.secret.prefix,
                                                    key.secret.hash,
                                                    std::string(name_of(key.role)),
                                                    write_json(scopes),
                                                    key.created_by,
                                                    milliseconds_of(change.now()),
                                                    time_or_null(key.expires_at)}));
    ApiKey added = TRY(key_of(rows.front()));
    json::object data{{"role", name_of(added.role)}, {"scopes", scopes}};
    if (added.expires_at) data["expires_at"] = format_time(*added.expires_at);
    TRY(change.record({"key.create", "key", added.id, data}));
    return added;
}

Result<ApiKey> find_key(Session& session, const std::string& workspace, const std::string& id) {
    const Rows rows = TRY(session.execute(kFind, {workspace, id}));
    if (rows.empty()) return not_found("API key");
    return key_of(rows.front());
}

Result<Page<ApiKey>> list_keys(Session& session,
                               const std::string& workspace,
                               const PageRequest& page) {
    const std::string sql = std::string(kList) + page.clause("id", 2);
    const Rows rows = TRY(session.execute(sql, {workspace, page.bound(), page.row_count()}));
    std::vector<ApiKey> keys;
    for (const Row& row : rows) keys.push_back(TRY(key_of(row)));
    return page_of(page, std::move(keys));
}

Result<ApiKey> revoke_key(Change& change, const std::string& id) {
    const std::int64_t now = milliseconds_of(change.now());
    const Rows rows = TRY(change.session().execute(kRevoke, {change.workspace(), id, now}));
    if (rows.empty()) return not_found("API key");
    ApiKey revoked = TRY(key_of(rows.front()));
    TRY(change.record({"key.revoke", "key", id, {}}));
    return revoked;
}

Result<std::optional<Identity>> find_key_identity(Session& session,
                                                  const std::string& secret_hash,
                                                  MilliTime now) {
    const Rows rows = TRY(session.execute(kFindIdentity, {secret_hash, milliseconds_of(now)}));
    if (rows.empty()) return std::optional<Identity>();
    const Row& row = rows.front();
    Identity found;
    found.caller.kind = "key";
    found.caller.id = row.text("id");
    found.caller.person = row.text("created_by");
    found.caller.workspace = row.text("workspace_id");
    found.caller.role = std::min(role_of(row, "role"), role_of(row, "creator_role"));
    found.caller.scopes = TRY(scopes_of(row));
    found.name = row.text("name");
    found.workspace_name = row.text("workspace_name");
    found.expires_at = optional_time_in(row, "expires_at");
    found.last_used_at = optional_time_in(row, "last_used_at");
    return std::optional(std::move(found));
}

Result<void> touch_key(Session& session,
                       const std::string& workspace,
                       const std::string& id,
                       MilliTime now) {
    TRY(session.execute(kTouch, {workspace, id, milliseconds_of(now)}));
    return {};
}

}  // namespace cpo::store
