#include "store/session_store.h"

#include <cassert>

#include "store/stored_values.h"

namespace cpo::store {
namespace {

constexpr std::string_view kInsert =
    "INSERT INTO sessions (id, workspace_id, user_id, token_hash, created_at, last_used_at, "
    "expires_at) VALUES ($1, $2, $3, $4, $5, $5, $6)";
constexpr std::string_view kEndOldest =
    "DELETE FROM sessions WHERE workspace_id = $1 AND user_id = $2 AND id NOT IN "
    "(SELECT id FROM sessions WHERE workspace_id = $1 AND user_id = $2 ORDER BY id DESC LIMIT $3)";
/// The token names the workspace, so nothing else can narrow this one.
constexpr std::string_view kFind =
    "SELECT s.user_id, s.workspace_id, s.last_used_at, s.expires_at, u.email, u.name, u.role, "
    "w.name AS workspace_name FROM sessions s "
    "JOIN users u ON u.id = s.user_id AND u.workspace_id = s.workspace_id "
    "JOIN workspaces w ON w.id = s.workspace_id "
    "WHERE s.token_hash = $1 AND u.is_active = 1";
constexpr std::string_view kTouch =
    "UPDATE sessions SET last_used_at = $2 WHERE token_hash = $1 AND last_used_at < $2";
constexpr std::string_view kEnd =
    "DELETE FROM sessions WHERE workspace_id = $1 AND token_hash = $2 RETURNING id";
constexpr std::string_view kEndAll =
    "DELETE FROM sessions WHERE workspace_id = $1 AND user_id = $2 AND token_hash <> $3";
constexpr std::string_view kPrune =
    "DELETE FROM sessions WHERE expires_at <= $1 OR last_used_at <= $2";

}  // namespace

Result<void> insert_session(Change& change, const NewSession& added) {
    Session& session = change.session();
    TRY(session.execute(kInsert,
                        {added.id,
                         change.workspace(),
                         added.user,
                         added.token_hash,
                         milliseconds_of(change.now()),
                         milliseconds_of(added.expires_at)}));
    TRY(session.execute(kEndOldest, {change.workspace(), added.user, kSessionsMax}));
    return {};
}

Result<std::optional<Identity>> find_session(Session& session, const std::string& token_hash) {
    const Rows rows = TRY(session.execute(kFind, {token_hash}));
    if (rows.empty()) return std::optional<Identity>();
    const Row& row = rows.front();
    const auto role = parse_role(row.text("role"));
    assert(role && "the table has a CHECK");
    Identity found;
    found.caller.kind = "user";
    found.caller.id = row.text("user_id");
    found.caller.person = found.caller.id;
    found.caller.workspace = row.text("workspace_id");
    found.caller.role = role.value_or(Role::kViewer);
    found.caller.session = token_hash;
    found.name = row.text("name");
    found.email = row.text("email");
    found.workspace_name = row.text("workspace_name");
    found.expires_at = time_in(row, "expires_at");
    found.last_used_at = time_in(row, "last_used_at");
    return std::optional(std::move(found));
}

Result<void> touch_session(Session& session, const std::string& token_hash, MilliTime now) {
    TRY(session.execute(kTouch, {token_hash, milliseconds_of(now)}));
    return {};
}

Result<std::string> end_session(Session& session,
                                const std::string& workspace,
                                const std::string& token_hash) {
    const Rows rows = TRY(session.execute(kEnd, {workspace, token_hash}));
    return rows.empty() ? std::string() : rows.front().text("id");
}

Result<std::int64_t> end_sessions_of(Session& session,
                                     const std::string& workspace,
                                     const std::string& user,
                                     const std::string& kept_hash) {
    const Rows rows = TRY(session.execute(kEndAll, {workspace, user, kept_hash}));
    return rows.affected;
}

Result<void> prune_sessions(Session& session, MilliTime now, std::chrono::milliseconds idle_max) {
    TRY(session.execute(kPrune, {milliseconds_of(now), milliseconds_of(now - idle_max)}));
    return {};
}

}  // namespace cpo::store
