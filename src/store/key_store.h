#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "store/accounts.h"
#include "store/page.h"

namespace cpo::store {

/// An API key, for a program. Its secret is shown when it is made and kept as a hash only.
struct ApiKey {
    std::string id;
    std::string workspace;
    std::string name;
    std::string prefix;  ///< "cpo_1a2b3c4d", to recognise it.
    Role role = Role::kViewer;
    std::vector<std::string> scopes;  ///< Tags of operations; empty = all.
    std::string created_by;           ///< Person who answers for it.
    MilliTime created_at{};
    std::optional<MilliTime> last_used_at;  ///< To the minute.
    std::optional<MilliTime> expires_at;
    std::optional<MilliTime> revoked_at;
};
/// A key as the API and the command line show it; never its secret.
json::object to_json(const ApiKey& key);

/// "cpo_<8 hex digits>_<43 characters of base64url>": 256 random bits after a part that may be
/// shown. A fast hash is enough for them: there is nothing to guess.
struct KeySecret {
    std::string text;
    std::string prefix;
    std::string hash;  ///< SHA-256 of `text`.
};
KeySecret make_key_secret();
/// Has the shape of a key of ours.
bool is_key_text(std::string_view text);

struct NewApiKey {
    std::string name;
    Role role = Role::kViewer;
    std::vector<std::string> scopes;
    std::string created_by;
    std::optional<MilliTime> expires_at;
    KeySecret secret;
};
/// Records key.create. Errors: kInvalidArgument for an end in the past, kPermissionDenied for a
/// role above the creator's, kFailedPrecondition when the creator is deactivated, kNotFound.
Result<ApiKey> create_key(Change& change, const NewApiKey& key);

/// Errors: kNotFound.
Result<ApiKey> find_key(Session& session, const std::string& workspace, const std::string& id);
Result<Page<ApiKey>> list_keys(Session& session,
                               const std::string& workspace,
                               const PageRequest& page);
/// Records key.revoke. A revoked key stays revoked since the first time. Errors: kNotFound.
Result<ApiKey> revoke_key(Change& change, const std::string& id);

/// Who a key speaks for; nobody when it is unknown, revoked, expired, or its creator is
/// deactivated. Its role is never above what the creator has now.
Result<std::optional<Identity>> find_key_identity(Session& session,
                                                  const std::string& secret_hash,
                                                  MilliTime now);
Result<void> touch_key(Session& session,
                       const std::string& workspace,
                       const std::string& id,
                       MilliTime now);

}  // namespace cpo::store
