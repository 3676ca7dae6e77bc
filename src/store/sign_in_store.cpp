#include "store/sign_in_store.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "store/stored_values.h"

namespace cpo::store {
namespace {

constexpr std::int64_t kAccountFreeFailures = 5;
constexpr std::int64_t kRemoteFreeFailures = 20;
constexpr std::size_t kNetworkBytes = 8;
constexpr int kDoublingsMax = 30;

constexpr std::string_view kBlockedUntil =
    "SELECT blocked_until FROM sign_in_attempts WHERE subject = $1";
constexpr std::string_view kCount =
    "INSERT INTO sign_in_attempts (subject, failures, failed_at, blocked_until) "
    "VALUES ($1, 1, $2, 0) ON CONFLICT (subject) DO UPDATE SET "
    "failures = CASE WHEN sign_in_attempts.failed_at < $3 THEN 1 "
    "ELSE sign_in_attempts.failures + 1 END, failed_at = $2 "
    "WHERE sign_in_attempts.blocked_until <= $2 RETURNING failures";
constexpr std::string_view kBlock =
    "UPDATE sign_in_attempts SET blocked_until = $2 WHERE subject = $1";
constexpr std::string_view kForget = "DELETE FROM sign_in_attempts WHERE subject = $1";
/// Everybody else's attempts have been counted by now as well, and each set the pause anew.
constexpr std::string_view kGiveBack =
    "UPDATE sign_in_attempts SET failures = failures - 1, blocked_until = 0 "
    "WHERE subject = $1 AND failures > 0";
constexpr std::string_view kPrune = "DELETE FROM sign_in_attempts WHERE failed_at < $1";

/// The network of an IPv6 address, any other text unchanged.
std::string network_of(std::string_view address) {
    std::string text(address);
    std::array<unsigned char, 16> bytes{};
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
    const bool is_mapped = std::all_of(
        bytes.begin(), bytes.begin() + 10, [](unsigned char byte) { return byte == 0; });
    if (is_mapped) return text;  // IPv4 in IPv6, or the machine itself.
    std::fill(bytes.begin() + kNetworkBytes, bytes.end(), static_cast<unsigned char>(0));
    std::array<char, INET6_ADDRSTRLEN> network{};
    inet_ntop(AF_INET6, bytes.data(), network.data(), network.size());
    return network.data();
}

/// Pause after this many failures beyond the free ones.
std::chrono::milliseconds pause_after(std::int64_t failures, const SignInLimits& limits) {
    if (failures <= 0) return std::chrono::milliseconds(0);
    const auto doublings = std::min<std::int64_t>(failures - 1, kDoublingsMax);
    return std::min(limits.pause_first * (std::int64_t{1} << doublings), limits.pause_max);
}

}  // namespace

SignInSubject account_subject(std::string_view email) {
    return {sha256_hex("account:" + normal_email(email)), kAccountFreeFailures};
}

SignInSubject remote_subject(std::string_view address) {
    return {sha256_hex("remote:" + network_of(address)), kRemoteFreeFailures};
}

Result<std::chrono::milliseconds> sign_in_wait(Session& session,
                                               std::span<const SignInSubject> subjects,
                                               MilliTime now) {
    std::int64_t wait = 0;
    for (const SignInSubject& subject : subjects) {
        const Rows rows = TRY(session.execute(kBlockedUntil, {subject.key}));
        if (rows.empty()) continue;
        wait = std::max(wait, rows.front().integer("blocked_until") - milliseconds_of(now));
    }
    return std::chrono::milliseconds(wait);
}

Result<std::chrono::milliseconds> count_attempt(Session& session,
                                                const SignInSubject& subject,
                                                MilliTime now,
                                                const SignInLimits& limits) {
    const std::int64_t remembered = milliseconds_of(now - limits.forget_after);
    const Rows rows = TRY(session.execute(kCount, {subject.key, milliseconds_of(now), remembered}));
    if (rows.empty()) return sign_in_wait(session, std::span(&subject, 1), now);
    const auto pause =
        pause_after(rows.front().integer("failures") - subject.free_failures, limits);
    TRY(session.execute(kBlock, {subject.key, milliseconds_of(now + pause)}));
    return std::chrono::milliseconds(0);
}

Result<void> forget_failures(Session& session, const SignInSubject& account) {
    TRY(session.execute(kForget, {account.key}));
    return {};
}

Result<void> give_back_attempt(Session& session, const SignInSubject& remote) {
    TRY(session.execute(kGiveBack, {remote.key}));
    return {};
}

Result<void> prune_attempts(Session& session, MilliTime now, const SignInLimits& limits) {
    TRY(session.execute(kPrune, {milliseconds_of(now - limits.forget_after)}));
    return {};
}

}  // namespace cpo::store
