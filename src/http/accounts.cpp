#include "http/accounts.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/digest.h"
#include "base/id.h"
#include "base/secret.h"
#include "store/key_store.h"
#include "store/session_store.h"
#include "store/workspace_store.h"

namespace cpo::http {
namespace {

constexpr std::chrono::minutes kUseNoted{1};
constexpr std::string_view kXsrfContext = "cpo xsrf 1";

Error setup_closed() {
    return {ErrorCode::kFailedPrecondition, "The first administrator exists already: sign in.", {}};
}

Error not_signed_in(std::string detail) {
    return {ErrorCode::kUnauthenticated, "Sign in, or send an API key.", std::move(detail)};
}

/// One message for all, so that nobody learns which addresses have accounts; the detail is for the
/// log and names no address either.
Error wrong_sign_in(const std::optional<store::User>& user, bool is_right) {
    std::string detail = "sign-in failed: unknown address";
    if (user && !is_right) detail = fmt::format("sign-in failed: wrong password of {}", user->id);
    if (user && is_right) detail = fmt::format("sign-in failed: {} is deactivated", user->id);
    return {ErrorCode::kUnauthenticated,
            "The e-mail address or the password is wrong.",
            std::move(detail)};
}

store::Actor actor_of(const std::string& user, const Origin& origin) {
    return {"user", user, user, origin.request_id};
}

bool is_use_to_note(const std::optional<MilliTime>& last, MilliTime now) {
    return !last || now - *last >= kUseNoted;
}

}  // namespace

std::string xsrf_token_of(std::string_view session_token) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
    unsigned int length = 0;
    const auto* text = reinterpret_cast<const unsigned char*>(kXsrfContext.data());
    if (HMAC(EVP_sha256(),
             session_token.data(),
             static_cast<int>(session_token.size()),
             text,
             kXsrfContext.size(),
             code.data(),
             &length) == nullptr)
        std::abort();  // Without SHA-256 there is no safe way on.
    std::string token;
    for (unsigned int i = 0; i < length; ++i) token += fmt::format("{:02x}", code[i]);
    return token;
}

void fit_hashes(AccountsOptions& options, int handler_threads) {
    const int places = std::max(1, handler_threads * 3 / 4);
    options.hashes_max = std::min(options.hashes_max, places);
    options.hashes_waiting_max = std::min(options.hashes_waiting_max, places - options.hashes_max);
}

Accounts::Accounts(store::Store& store, AccountsOptions options)
    : store_(store),
      options_(std::move(options)),
      setup_token_(new_token()),
      gate_(options_.hashes_max, options_.hashes_waiting_max),
      keys_(store) {}

Result<bool> Accounts::is_setup_open(Deadline deadline) {
    return store_.read([](store::Session& session) { return store::is_setup_open(session); },
                       deadline);
}

Result<std::string> Accounts::setup_token(Deadline deadline) {
    return TRY(is_setup_open(deadline)) ? setup_token_ : std::string();
}

Result<std::string> Accounts::hash(const std::string& password, Deadline deadline) {
    TRY(store::check_password(password));
    const auto pass = TRY(gate_.enter(deadline));
    return hash_password(password);
}

Result<OpenedSession> Accounts::set_up(const SetupAttempt& attempt, const Origin& origin) {
    if (!TRY(is_setup_open(origin.deadline))) return setup_closed();
    if (!equal_in_constant_time(attempt.token, setup_token_))
        return Error{ErrorCode::kPermissionDenied,
                     "The set-up token is not the one that the server printed when it started.",
                     "set-up refused: wrong token"};
    const std::string password_hash = TRY(hash(attempt.password, origin.deadline));
    const std::string workspace = new_id(now());
    const auto work = [&](store::Change& change) -> Result<store::User> {
        if (!TRY(store::close_setup(change.session(), change.now()))) return setup_closed();
        TRY(store::create_workspace(change.session(), workspace, attempt.workspace, change.now()));
        TRY(change.record({"workspace.create", "workspace", workspace, {}}));
        return store::create_user(
            change, {attempt.email, attempt.name, store::Role::kAdmin, password_hash});
    };
    const store::Actor actor{"system", "cpo", "", origin.request_id};
    const store::User admin = TRY(store_.change(workspace, actor, work, origin.deadline));
    return open_session(admin, {}, origin);
}

Result<std::chrono::milliseconds> Accounts::count(std::span<const store::SignInSubject> subjects,
                                                  Deadline deadline) {
    std::chrono::milliseconds wait{0};
    const auto counted = store_.maintain(
        [&](store::Session& session) -> Result<void> {
            for (const store::SignInSubject& subject : subjects) {
                wait = TRY(store::count_attempt(session, subject, now(), options_.sign_in));
                // Rolls back what was counted for the subjects before it.
                if (wait.count() > 0) return Error{ErrorCode::kResourceExhausted, "", {}};
            }
            return {};
        },
        deadline);
    if (!counted && wait.count() <= 0) return counted.error();
    return wait;
}

Result<SignIn> Accounts::sign_in(const std::string& email,
                                 const std::string& password,
                                 const Origin& origin) {
    const std::array subjects{store::account_subject(email), store::remote_subject(origin.remote)};
    // Who has to wait anyway shall not take a place at the gate.
    auto wait = TRY(store_.read(
        [&](store::Session& session) { return store::sign_in_wait(session, subjects, now()); },
        origin.deadline));
    if (wait.count() > 0) return SignIn{std::nullopt, wait};
    auto pass = TRY(gate_.enter(origin.deadline));
    wait = TRY(count(subjects, origin.deadline));
    if (wait.count() > 0) return SignIn{std::nullopt, wait};
    const auto user = TRY(store_.read(
        [&](store::Session& session) { return store::find_user_by_email(session, email); },
        origin.deadline));
    // Without an account a password is hashed all the same: the time must not tell.
    const bool is_right = verify_password(password, user ? user->password_hash : std::string());
    pass.reset();
    if (!is_right || !user || !user->is_active) return wrong_sign_in(user, is_right);
    return SignIn{TRY(open_session(*user, subjects, origin)), {}};
}

Result<OpenedSession> Accounts::open_session(const store::User& user,
                                             std::span<const store::SignInSubject> subjects,
                                             const Origin& origin) {
    const std::string token = new_token();
    const std::string token_hash = sha256_hex(token);
    const auto work = [&](store::Change& change) -> Result<store::Identity> {
        store::Session& session = change.session();
        if (!TRY(store::note_sign_in(session, user, change.now())))
            return wrong_sign_in(user, false);
        if (!subjects.empty()) {
            TRY(store::forget_failures(session, subjects.front()));
            TRY(store::give_back_attempt(session, subjects.back()));
        }
        TRY(store::prune_sessions(session, change.now(), options_.idle_max));
        TRY(store::prune_attempts(session, change.now(), options_.sign_in));
        const std::string id = new_id(change.now());
        TRY(store::insert_session(change,
                                  {id, user.id, token_hash, change.now() + options_.session_max}));
        TRY(change.record({"session.sign_in", "session", id, {}}));
        const auto identity = TRY(store::find_session(session, token_hash));
        if (!identity) return wrong_sign_in(user, false);
        return *identity;
    };
    const store::Identity identity =
        TRY(store_.change(user.workspace, actor_of(user.id, origin), work, origin.deadline));
    return OpenedSession{token, identity};
}

Result<void> Accounts::sign_out(const store::Caller& caller, const Origin& origin) {
    if (caller.session.empty())
        return Error{ErrorCode::kFailedPrecondition, "An API key has no session to end.", {}};
    return store_.change(
        caller.workspace,
        actor_of(caller.id, origin),
        [&](store::Change& change) -> Result<void> {
            const std::string id =
                TRY(store::end_session(change.session(), caller.workspace, caller.session));
            if (id.empty()) return not_signed_in("the session ended meanwhile");
            return change.record({"session.sign_out", "session", id, {}});
        },
        origin.deadline);
}

Result<store::Identity> Accounts::identity_of_session(std::string_view token, Deadline deadline) {
    const std::string token_hash = sha256_hex(token);
    const auto found = TRY(store_.read_one(
        [&](store::Session& session) { return store::find_session(session, token_hash); },
        deadline));
    if (!found) return not_signed_in("no such session, or its person is deactivated");
    const MilliTime moment = now();
    if (*found->expires_at <= moment) return not_signed_in("the session is over");
    if (moment - *found->last_used_at >= options_.idle_max)
        return not_signed_in("the session was idle too long");
    if (is_use_to_note(found->last_used_at, moment)) {
        // Failing to note it costs a minute of idle time, not the request.
        const auto noted = store_.maintain(
            [&](store::Session& session) {
                return store::touch_session(session, token_hash, moment);
            },
            deadline);
        static_cast<void>(noted);
    }
    return *found;
}

Result<std::shared_ptr<const store::Identity>> Accounts::identity_of_key(std::string_view key,
                                                                         Deadline deadline) {
    const std::string secret_hash = sha256_hex(key);
    const MilliTime moment = now();
    auto identity =
        TRY(keys_.get(secret_hash, [&] { return read_key(secret_hash, moment, deadline); }));
    if (identity->expires_at && *identity->expires_at <= moment)
        return not_signed_in("the key is over");
    return identity;
}

Result<store::Identity> Accounts::read_key(const std::string& secret_hash,
                                           MilliTime moment,
                                           Deadline deadline) {
    auto found = TRY(store_.read_one(
        [&](store::Session& session) {
            return store::find_key_identity(session, secret_hash, moment);
        },
        deadline));
    if (!found)
        return not_signed_in("the key is unknown, revoked or over, or its person is deactivated");
    if (is_use_to_note(found->last_used_at, moment)) {
        const store::Caller& caller = found->caller;
        const auto noted = store_.maintain(
            [&](store::Session& session) {
                return store::touch_key(session, caller.workspace, caller.id, moment);
            },
            deadline);
        if (noted) found->last_used_at = moment;
    }
    return *std::move(found);
}

Result<std::chrono::milliseconds> Accounts::change_password(const store::Caller& caller,
                                                            const PasswordTexts& texts,
                                                            const Origin& origin) {
    if (caller.session.empty())
        return Error{ErrorCode::kPermissionDenied, "An API key has no password to change.", {}};
    const store::User user = TRY(store_.read(
        [&](store::Session& session) {
            return store::find_user(session, caller.workspace, caller.id);
        },
        origin.deadline));
    const std::array subjects{store::account_subject(user.email)};
    auto pass = TRY(gate_.enter(origin.deadline));
    const auto wait = TRY(count(subjects, origin.deadline));
    if (wait.count() > 0) return wait;
    if (!verify_password(texts.current, user.password_hash))
        return Error{ErrorCode::kPermissionDenied,
                     "The current password is wrong.",
                     fmt::format("password change of {} refused", user.id)};
    pass.reset();
    const std::string wanted = TRY(hash(texts.wanted, origin.deadline));
    const auto work = [&](store::Change& change) -> Result<void> {
        TRY(store::forget_failures(change.session(), subjects.front()));
        return store::change_password(change,
                                      {user.id, user.password_hash, wanted, caller.session});
    };
    TRY(store_.change(caller.workspace, actor_of(caller.id, origin), work, origin.deadline));
    return std::chrono::milliseconds(0);
}

}  // namespace cpo::http
