#pragma once

#include <optional>
#include <string>

#include "store/accounts.h"
#include "store/page.h"

namespace cpo::store {

/// A person who may sign in. Belongs to one workspace.
struct User {
    std::string id;
    std::string workspace;
    std::string email;  ///< As normal_email() gives it; no two people share one.
    std::string name;
    Role role = Role::kViewer;
    bool is_active = true;
    std::string password_hash;
    MilliTime created_at{};
    std::optional<MilliTime> last_sign_in_at;
    std::int64_t version = 1;
};

struct NewUser {
    std::string email;  ///< In any case.
    std::string name;
    Role role = Role::kViewer;
    std::string password_hash;  ///< Of hash_password().
};
/// Adds a person and closes the set-up; records user.create. Errors: kInvalidArgument for a text
/// that is no address, kAlreadyExists.
Result<User> create_user(Change& change, const NewUser& user);

/// Errors: kNotFound.
Result<User> find_user(Session& session, const std::string& workspace, const std::string& id);
/// Over all workspaces: whoever signs in has none yet.
Result<std::optional<User>> find_user_by_email(Session& session, std::string_view email);
Result<Page<User>> list_users(Session& session,
                              const std::string& workspace,
                              const PageRequest& page);

/// What is empty stays.
struct UserChange {
    std::optional<std::string> name = {};
    std::optional<Role> role = {};
    std::optional<bool> is_active = {};
    std::optional<std::string> password_hash = {};
    std::optional<std::int64_t> expected_version = {};  ///< Empty = whatever it is now.
};
/// Records user.update. A new role, a new password and deactivation end every session of the
/// person; a new password also ends the pause after failed sign-ins. Errors: kNotFound, kAborted
/// for another version, kFailedPrecondition when the workspace would be left without an active
/// administrator.
Result<User> update_user(Change& change, const std::string& id, const UserChange& wanted);

/// A person's own new password: ends the person's sessions but `kept_session` (its hash); records
/// user.password. Errors: kAborted when the password is no longer `known_hash`.
struct PasswordChange {
    std::string user;
    std::string known_hash;
    std::string new_hash;
    std::string kept_session;
};
Result<void> change_password(Change& change, const PasswordChange& wanted);

/// Notes the sign-in. False when the person was deactivated or got another password meanwhile.
Result<bool> note_sign_in(Session& session, const User& user, MilliTime now);

}  // namespace cpo::store
