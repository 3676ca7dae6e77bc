#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace cpo::store {

/// What somebody may do; each role may do everything that the ones before it may. Deny by default:
/// an operation names the least role that it needs.
enum class Role { kViewer, kEditor, kReviewer, kAdmin };
const char* name_of(Role role);
std::optional<Role> parse_role(std::string_view name);

/// Who sends a request.
struct Caller {
    std::string kind;       ///< "user", "key"; empty = nobody.
    std::string id;         ///< Of the user or the key.
    std::string person;     ///< User who answers: the user, or the creator of the key.
    std::string workspace;  ///< Everything the caller can see.
    Role role = Role::kViewer;
    std::vector<std::string> scopes;  ///< Tags a key is limited to; empty = all.
    std::string session;              ///< Hash of the session token; empty for keys.

    bool is_signed_in() const { return !kind.empty(); }
};

}  // namespace cpo::store
