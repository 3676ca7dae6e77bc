#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/password_gate.h"
#include "store/accounts.h"
#include "store/recent_reads.h"
#include "store/sign_in_store.h"
#include "store/user_store.h"

namespace cpo::http {

struct AccountsOptions {
    std::chrono::milliseconds session_max{std::chrono::hours(12)};  ///< Absolute.
    std::chrono::milliseconds idle_max{std::chrono::hours(2)};
    bool is_cookie_secure = false;  ///< True when browsers come over TLS.
    std::string cookie_path = "/";  ///< The server's path prefix; cookies go no further.
    int hashes_max = 2;             ///< Passwords hashed at once, 64 MiB each.
    int hashes_waiting_max = 4;     ///< More are refused; each holds a handler thread.
    store::SignInLimits sign_in;
};

/// Lowers hashes_max and hashes_waiting_max so that people who sign in take at most three quarters
/// of the threads that handle requests; with a single thread nobody waits.
void fit_hashes(AccountsOptions& options, int handler_threads);

/// Where a request comes from, and until when its answer is worth something.
struct Origin {
    std::string remote;
    std::string request_id;
    Deadline deadline = Deadline::never();
};

struct SetupAttempt {
    std::string token;
    std::string email;
    std::string name;
    std::string password;
    std::string workspace;
};

/// A session that just began. The token leaves in a cookie and is kept nowhere.
struct OpenedSession {
    std::string token;
    store::Identity identity;
};

struct SignIn {
    std::optional<OpenedSession> session;
    std::chrono::milliseconds wait{0};  ///< Without a session: too many failures, wait so long.
};

/// People, sessions and keys: who somebody is. Passwords are argon2id, sessions and keys 256 random
/// bits of which only a hash is kept. Thread-safe; `store` must outlive it.
class Accounts {
public:
    Accounts(store::Store& store, AccountsOptions options);

    const AccountsOptions& options() const { return options_; }

    Result<bool> is_setup_open(Deadline deadline);
    /// What the operator must type to make the first administrator: new at each start, empty when
    /// the set-up is closed.
    Result<std::string> setup_token(Deadline deadline);
    /// Makes the first workspace with its administrator and signs in. Of several at once exactly
    /// one wins. Errors: kFailedPrecondition when it is closed, kPermissionDenied for another
    /// token.
    Result<OpenedSession> set_up(const SetupAttempt& attempt, const Origin& origin);

    /// Errors: kUnauthenticated with the same message, after the same time, for an unknown address,
    /// a wrong password and a deactivated person; kUnavailable when too many sign in at once.
    Result<SignIn> sign_in(const std::string& email,
                           const std::string& password,
                           const Origin& origin);
    /// Ends the session of the caller. Errors: kFailedPrecondition for a key.
    Result<void> sign_out(const store::Caller& caller, const Origin& origin);

    /// Who a session token or an API key belongs to. Notes its use, at most once a minute. A key's
    /// identity is one of store/recent_reads.h. Errors: kUnauthenticated when it is unknown, over,
    /// revoked, or its person is deactivated.
    Result<store::Identity> identity_of_session(std::string_view token, Deadline deadline);
    Result<std::shared_ptr<const store::Identity>> identity_of_key(std::string_view key,
                                                                   Deadline deadline);

    struct PasswordTexts {
        std::string current;
        std::string wanted;
    };
    /// The caller's own password; every other session of the person ends. The time to wait when too
    /// many were wrong, else 0. Errors: kPermissionDenied for a wrong current one and for keys.
    Result<std::chrono::milliseconds> change_password(const store::Caller& caller,
                                                      const PasswordTexts& texts,
                                                      const Origin& origin);
    /// hash_password() behind the gate. Errors: kInvalidArgument as check_password(), kUnavailable.
    Result<std::string> hash(const std::string& password, Deadline deadline);

private:
    MilliTime now() { return store_.clock().now(); }
    Result<store::Identity> read_key(const std::string& secret_hash,
                                     MilliTime moment,
                                     Deadline deadline);
    Result<std::chrono::milliseconds> count(std::span<const store::SignInSubject> subjects,
                                            Deadline deadline);
    Result<OpenedSession> open_session(const store::User& user,
                                       std::span<const store::SignInSubject> subjects,
                                       const Origin& origin);

    store::Store& store_;
    const AccountsOptions options_;
    const std::string setup_token_;
    PasswordGate gate_;
    store::RecentReads<store::Identity> keys_;  ///< By the hash of the key.
};

/// The token that a page must send back in X-XSRF-Token: an HMAC of the session's token, which the
/// page cannot read. So it belongs to one session and needs no place in the store.
std::string xsrf_token_of(std::string_view session_token);

}  // namespace cpo::http
