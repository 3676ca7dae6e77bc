#include "store/user_store.h"

#include <algorithm>
#include <cassert>

#include "base/id.h"
#include "store/session_store.h"
#include "store/sign_in_store.h"
#include "store/stored_values.h"

namespace cpo::store {
namespace {

constexpr std::string_view kInsert =
    "INSERT INTO users (id, workspace_id, email, name, role, is_active, password_hash, "
    "created_at, version) VALUES ($1, $2, $3, $4, $5, 1, $6, $7, 1) "
    "ON CONFLICT (email) DO NOTHING RETURNING *";
constexpr std::string_view kFind = "SELECT * FROM users WHERE workspace_id = $1 AND id = $2";
constexpr std::string_view kFindByEmail = "SELECT * FROM users WHERE email = $1";
constexpr std::string_view kList = "SELECT * FROM users WHERE workspace_id = $1";
/// Changes nothing but locks the rows until commit, so of two administrators who demote each other
/// at once the second sees what the first did.
constexpr std::string_view kLockAdmins =
    "UPDATE users SET version = version "
    "WHERE workspace_id = $1 AND role = 'admin' AND is_active = 1 RETURNING id";
constexpr std::string_view kUpdate =
    "UPDATE users SET name = $4, role = $5, is_active = $6, password_hash = $7, "
    "version = version + 1 WHERE id = $1 AND workspace_id = $2 AND version = $3 RETURNING *";
constexpr std::string_view kSetPassword =
    "UPDATE users SET password_hash = $4, version = version + 1 "
    "WHERE id = $1 AND workspace_id = $2 AND password_hash = $3 AND is_active = 1";
constexpr std::string_view kNoteSignIn =
    "UPDATE users SET last_sign_in_at = $4 "
    "WHERE id = $1 AND workspace_id = $2 AND password_hash = $3 AND is_active = 1";

User user_of(const Row& row) {
    const auto role = parse_role(row.text("role"));
    assert(role && "the table has a CHECK");
    User user;
    user.id = row.text("id");
    user.workspace = row.text("workspace_id");
    user.email = row.text("email");
    user.name = row.text("name");
    user.role = role.value_or(Role::kViewer);
    user.is_active = row.boolean("is_active");
    user.password_hash = row.text("password_hash");
    user.created_at = time_in(row, "created_at");
    user.last_sign_in_at = optional_time_in(row, "last_sign_in_at");
    user.version = row.integer("version");
    return user;
}

/// Errors: kFailedPrecondition when nobody else could administer the workspace afterwards.
Result<void> check_admin_stays(Change& change, const std::string& id, const UserChange& wanted) {
    const bool is_less =
        (wanted.role && *wanted.role != Role::kAdmin) || (wanted.is_active && !*wanted.is_active);
    if (!is_less) return {};
    const Rows admins = TRY(change.session().execute(kLockAdmins, {change.workspace()}));
    if (admins.size() == 1 && admins.front().text("id") == id)
        return Error{ErrorCode::kFailedPrecondition,
                     "This is the last active administrator of the workspace. Make somebody else "
                     "an administrator first.",
                     {}};
    return {};
}

/// What the audit log may tell: never names, addresses or hashes.
json::object difference(const User& before, const User& after, std::int64_t ended) {
    json::object data{{"version", after.version}, {"ended_sessions", ended}};
    if (before.role != after.role)
        data["role"] = {{"before", name_of(before.role)}, {"after", name_of(after.role)}};
    if (before.is_active != after.is_active)
        data["is_active"] = {{"before", before.is_active}, {"after", after.is_active}};
    if (before.name != after.name) data["is_name_changed"] = true;
    if (before.password_hash != after.password_hash) data["is_password_changed"] = true;
    return data;
}

}  // namespace

Result<User> create_user(Change& change, const NewUser& user) {
    TRY(check_email(user.email));
    const Rows rows = TRY(change.session().execute(kInsert,
                                                   {new_id(change.now()),
                                                    change.workspace(),
                                                    normal_email(user.email),
                                                    user.name,
                                                    std::string(name_of(user.role)),
                                                    user.password_hash,
                                                    milliseconds_of(change.now())}));
    if (rows.empty())
        return Error{
            ErrorCode::kAlreadyExists, "There is already a person with this e-mail address.", {}};
    TRY(close_setup(change.session(), change.now()));
    const User added = user_of(rows.front());
    TRY(change.record({"user.create", "user", added.id, {{"role", name_of(added.role)}}}));
    return added;
}

Result<User> find_user(Session& session, const std::string& workspace, const std::string& id) {
    const Rows rows = TRY(session.execute(kFind, {workspace, id}));
    if (rows.empty()) return not_found("person");
    return user_of(rows.front());
}

Result<std::optional<User>> find_user_by_email(Session& session, std::string_view email) {
    const Rows rows = TRY(session.execute(kFindByEmail, {normal_email(email)}));
    if (rows.empty()) return std::optional<User>();
    return std::optional(user_of(rows.front()));
}

Result<Page<User>> list_users(Session& session,
                              const std::string& workspace,
                              const PageRequest& page) {
    const std::string sql = std::string(kList) + page.clause("id", 2);
    const Rows rows = TRY(session.execute(sql, {workspace, page.bound(), page.row_count()}));
    std::vector<User> users;
    for (const Row& row : rows) users.push_back(user_of(row));
    return page_of(page, std::move(users));
}

Result<User> update_user(Change& change, const std::string& id, const UserChange& wanted) {
    TRY(check_admin_stays(change, id, wanted));
    Session& session = change.session();
    const User before = TRY(find_user(session, change.workspace(), id));
    const std::int64_t expected = wanted.expected_version.value_or(before.version);
    if (before.version != expected) return changed_meanwhile(before.version, expected);
    const Role role = wanted.role.value_or(before.role);
    const bool is_active = wanted.is_active.value_or(before.is_active);
    const Rows rows = TRY(session.execute(kUpdate,
                                          {id,
                                           change.workspace(),
                                           expected,
                                           wanted.name.value_or(before.name),
                                           std::string(name_of(role)),
                                           std::int64_t{is_active ? 1 : 0},
                                           wanted.password_hash.value_or(before.password_hash)}));
    if (rows.empty()) return changed_meanwhile(expected + 1, expected);
    const User after = user_of(rows.front());
    const bool is_ending = before.role != after.role || !after.is_active ||
                           before.password_hash != after.password_hash;
    const std::int64_t ended =
        is_ending ? TRY(end_sessions_of(session, change.workspace(), id, "")) : 0;
    // Who gets a new password shall be able to use it at once.
    if (wanted.password_hash) TRY(forget_failures(session, account_subject(after.email)));
    TRY(change.record({"user.update", "user", id, difference(before, after, ended)}));
    return after;
}

Result<void> change_password(Change& change, const PasswordChange& wanted) {
    Session& session = change.session();
    const Rows rows = TRY(session.execute(
        kSetPassword, {wanted.user, change.workspace(), wanted.known_hash, wanted.new_hash}));
    if (rows.affected != 1)
        return Error{ErrorCode::kAborted, "The password was changed meanwhile. Sign in again.", {}};
    const std::int64_t ended =
        TRY(end_sessions_of(session, change.workspace(), wanted.user, wanted.kept_session));
    return change.record({"user.password", "user", wanted.user, {{"ended_sessions", ended}}});
}

Result<bool> note_sign_in(Session& session, const User& user, MilliTime now) {
    const Rows rows = TRY(session.execute(
        kNoteSignIn, {user.id, user.workspace, user.password_hash, milliseconds_of(now)}));
    return rows.affected == 1;
}

}  // namespace cpo::store
