#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "store/accounts.h"

namespace cpo::store {

/// Growing pauses after failed sign-ins. They lie in the store, so servers that share it count
/// together and a restart forgets nothing.
struct SignInLimits {
    std::chrono::milliseconds pause_first{1'000};  ///< After the first failure that is not free.
    std::chrono::milliseconds pause_max{15 * 60 * 1'000};     ///< It doubles up to this.
    std::chrono::milliseconds forget_after{60 * 60 * 1'000};  ///< Without a further failure.
};

/// What failures are counted for: an account or a network address.
struct SignInSubject {
    std::string key;  ///< Hash, see account_subject() and remote_subject().
    std::int64_t free_failures = 5;
};
SignInSubject account_subject(std::string_view email);
/// Of an IPv6 address the network of 64 bits counts: that is what one customer of a provider gets.
/// More failures are free than for an account, since an office shares one address.
SignInSubject remote_subject(std::string_view address);

/// How long the subjects have to wait still; 0 = none of them has to.
Result<std::chrono::milliseconds> sign_in_wait(Session& session,
                                               std::span<const SignInSubject> subjects,
                                               MilliTime now);

/// Counts an attempt as failed before it is checked, so that many at once gain nothing. Gives 0, or
/// the time to wait: then nothing was counted, and the caller rolls back what it did before.
Result<std::chrono::milliseconds> count_attempt(Session& session,
                                                const SignInSubject& subject,
                                                MilliTime now,
                                                const SignInLimits& limits);

/// After a sign-in that succeeded: forgets all failures of the account.
Result<void> forget_failures(Session& session, const SignInSubject& account);
/// And the one attempt of the address; its earlier failures stay, else an attacker would sign in
/// with an account of his own now and then.
Result<void> give_back_attempt(Session& session, const SignInSubject& remote);

Result<void> prune_attempts(Session& session, MilliTime now, const SignInLimits& limits);

}  // namespace cpo::store
