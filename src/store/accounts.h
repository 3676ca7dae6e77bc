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

/// A caller with what a person wants to read about it.
struct Identity {
    Caller caller;
    std::string name;   ///< Of the person or of the key.
    std::string email;  ///< Empty for keys.
    std::string workspace_name;
    std::optional<MilliTime> expires_at;    ///< Absolute end of the session or of the key.
    std::optional<MilliTime> last_used_at;  ///< To the minute.
};

inline constexpr std::size_t kEmailBytesMax = 254;  ///< RFC 5321, errata 1690.
inline constexpr std::size_t kPasswordCharactersMin = 12;
inline constexpr std::size_t kPasswordCharactersMax = 200;

/// The address as it is stored and compared: ASCII letters in lower case.
std::string normal_email(std::string_view email);
/// Errors: kInvalidArgument for a text that can be no address. Whether mail arrives is not checked.
Result<void> check_email(std::string_view email);
/// Errors: kInvalidArgument for a password that is too short or too long. There are no other rules
/// (NIST SP 800-63B, section 5.1.1.2).
Result<void> check_password(std::string_view password);

/// True until the first person exists.
Result<bool> is_setup_open(Session& session);
/// Closes it: true for exactly one transaction of all that try, on every engine.
Result<bool> close_setup(Session& session, MilliTime now);

}  // namespace cpo::store
