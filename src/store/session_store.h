#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "store/accounts.h"

namespace cpo::store {

/// A signed-in browser. Only the SHA-256 of its token is kept.
struct NewSession {
    std::string id;
    std::string user;
    std::string token_hash;
    MilliTime expires_at{};  ///< Absolute end.
};
/// Of one person; a new one beyond this ends the oldest.
inline constexpr std::int64_t kSessionsMax = 50;

Result<void> insert_session(Change& change, const NewSession& added);

/// Who a token belongs to; nobody when there is no such session or its person is deactivated. Does
/// not look at the times.
Result<std::optional<Identity>> find_session(Session& session, const std::string& token_hash);

Result<void> touch_session(Session& session, const std::string& token_hash, MilliTime now);

/// The id of the session that ended; empty when there was none.
Result<std::string> end_session(Session& session,
                                const std::string& workspace,
                                const std::string& token_hash);

/// Ends all of a person but `kept_hash` and gives how many.
Result<std::int64_t> end_sessions_of(Session& session,
                                     const std::string& workspace,
                                     const std::string& user,
                                     const std::string& kept_hash);

/// Deletes what is over, in every workspace.
Result<void> prune_sessions(Session& session, MilliTime now, std::chrono::milliseconds idle_max);

}  // namespace cpo::store
