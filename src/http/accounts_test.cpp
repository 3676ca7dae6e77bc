#include "http/accounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/digest.h"
#include "base/secret.h"
#include "http/authenticate.h"
#include "http/operation.h"
#include "store/audit.h"
#include "store/key_store.h"
#include "store/session_store.h"
#include "store_fixture.h"

namespace cpo::http {
namespace {

using store::Role;

constexpr const char* kPassword = "correct horse battery";

class HttpAccountsTest : public StoreTest {
public:
    void SetUp() override {
        StoreTest::SetUp();
        if (IsSkipped()) return;
        accounts_ = std::make_unique<Accounts>(store(), AccountsOptions());
    }
    Accounts& accounts() { return *accounts_; }
    static Origin origin(std::string remote = "192.0.2.1") {
        return {std::move(remote), "request-1", soon()};
    }
    SetupAttempt setup_attempt(std::string token) {
        return {std::move(token), "Ada@Example.com", "Ada", kPassword, "First"};
    }
    std::string token() {
        const auto token = accounts().setup_token(soon());
        EXPECT_TRUE(token) << token.error().message << token.error().detail;
        return token ? *token : std::string();
    }

    store::User add(const std::string& email, Role role) {
        const auto hash = hash_password(kPassword);
        const auto added = store().change(
            workspace(),
            actor(),
            [&](store::Change& change) {
                return store::create_user(change, {email, "Bob", role, *hash});
            },
            soon());
        EXPECT_TRUE(added) << added.error().message << added.error().detail;
        return added ? *added : store::User();
    }
    OpenedSession sign_in(const std::string& email) {
        const auto signed_in = accounts().sign_in(email, kPassword, origin());
        EXPECT_TRUE(signed_in) << signed_in.error().message << signed_in.error().detail;
        EXPECT_TRUE(signed_in && signed_in->session);
        return signed_in && signed_in->session ? *signed_in->session : OpenedSession();
    }
    ErrorCode refused_with(const std::string& email, const std::string& password) {
        const auto signed_in = accounts().sign_in(email, password, origin());
        EXPECT_FALSE(signed_in);
        return signed_in ? ErrorCode::kInternal : signed_in.error().code;
    }
    store::KeySecret make_key(const store::User& user, std::vector<std::string> scopes) {
        const store::KeySecret secret = store::make_key_secret();
        const auto made = store().change(
            workspace(),
            actor(),
            [&](store::Change& change) {
                return store::create_key(change,
                                         {"nightly", Role::kEditor, scopes, user.id, {}, secret});
            },
            soon());
        EXPECT_TRUE(made) << made.error().message << made.error().detail;
        return secret;
    }
    void deactivate(const std::string& id) {
        const auto done = store().change(
            workspace(),
            actor(),
            [&](store::Change& change) {
                return store::update_user(change, id, {.is_active = false});
            },
            soon());
        EXPECT_TRUE(done) << done.error().message;
    }
    bool is_open(const OpenedSession& session) {
        return accounts().identity_of_session(session.token, soon()).has_value();
    }

    /// A request as the server makes it of the wire.
    Request request(const std::string& method, std::map<std::string, std::string> headers) {
        operation_.method = method;
        operation_.role = Role::kViewer;
        Request made;
        made.operation = &operation_;
        made.headers = std::move(headers);
        made.deadline = soon();
        return made;
    }
    Result<store::Caller> ask(const std::string& method,
                              std::map<std::string, std::string> headers) {
        return authenticate(request(method, std::move(headers)), accounts());
    }

private:
    std::unique_ptr<Accounts> accounts_;
    Operation operation_;
};

std::string cookie(const OpenedSession& session) {
    return "theme=dark; cpo_session=" + session.token;
}

TEST_P(HttpAccountsTest, SetsUpTheFirstAdministratorOnceWithTheToken) {
    EXPECT_EQ(accounts().set_up(setup_attempt(new_token()), origin()).error().code,
              ErrorCode::kPermissionDenied);
    ASSERT_THAT(token(), testing::SizeIs(43));
    const auto made = accounts().set_up(setup_attempt(token()), origin());
    ASSERT_TRUE(made) << made.error().message << made.error().detail;
    EXPECT_EQ(made->identity.caller.role, Role::kAdmin);
    EXPECT_EQ(made->identity.email, "ada@example.com");
    EXPECT_EQ(made->identity.workspace_name, "First");
    EXPECT_TRUE(is_open(*made));
    EXPECT_EQ(token(), "") << "closed";
    EXPECT_EQ(accounts().set_up(setup_attempt(""), origin()).error().code,
              ErrorCode::kFailedPrecondition);
    const auto lines = store().read(
        [&](store::Session& session) {
            return store::list_audit(session, made->identity.caller.workspace, {});
        },
        soon());
    ASSERT_TRUE(lines);
    std::vector<std::string> actions;
    for (const auto& line : *lines) actions.push_back(line.entry.action);
    EXPECT_THAT(actions,
                testing::ElementsAre("session.sign_in", "user.create", "workspace.create"));
}

TEST_P(HttpAccountsTest, LetsExactlyOneOfTwoSetupsAtOnceWin) {
    const auto other = scratch().open();
    store::Store second_store(*other, clock());
    Accounts second(second_store, {});
    std::optional<Result<OpenedSession>> one;
    std::optional<Result<OpenedSession>> two;
    const std::string first_token = token();
    const std::string second_token = *second.setup_token(soon());
    std::thread a([&] { one = accounts().set_up(setup_attempt(first_token), origin()); });
    std::thread b([&] {
        SetupAttempt attempt = setup_attempt(second_token);
        attempt.email = "bob@example.com";
        two = second.set_up(attempt, origin());
    });
    a.join();
    b.join();
    ASSERT_NE(one->has_value(), two->has_value());
    EXPECT_EQ((one->has_value() ? *two : *one).error().code, ErrorCode::kFailedPrecondition);
}

TEST_P(HttpAccountsTest, TellsNobodyWhetherAnAddressHasAnAccount) {
    const store::User bob = add("bob@example.com", Role::kEditor);
    const auto wrong = accounts().sign_in("bob@example.com", "wrong password", origin());
    const auto unknown = accounts().sign_in("eve@example.com", kPassword, origin());
    deactivate(bob.id);
    const auto gone = accounts().sign_in("bob@example.com", kPassword, origin());
    for (const auto* refused : {&wrong, &unknown, &gone}) {
        ASSERT_FALSE(*refused);
        EXPECT_EQ(refused->error().code, ErrorCode::kUnauthenticated);
        EXPECT_EQ(refused->error().message, wrong.error().message);
        EXPECT_THAT(refused->error().detail, testing::Not(testing::HasSubstr("example.com")));
    }
}

TEST_P(HttpAccountsTest, EndsASessionThatIsIdleOrOld) {
    add("bob@example.com", Role::kEditor);
    const OpenedSession idle = sign_in("BOB@example.com");
    EXPECT_EQ(idle.identity.expires_at, clock().now() + std::chrono::hours(12));
    clock().advance(std::chrono::minutes(119));
    EXPECT_TRUE(is_open(idle));
    clock().advance(std::chrono::minutes(119));
    EXPECT_TRUE(is_open(idle)) << "the use after 119 minutes counts";
    clock().advance(std::chrono::minutes(120));
    EXPECT_FALSE(is_open(idle));

    const OpenedSession busy = sign_in("bob@example.com");
    for (int hour = 0; hour < 11; ++hour) {
        clock().advance(std::chrono::hours(1));
        EXPECT_TRUE(is_open(busy));
    }
    clock().advance(std::chrono::hours(1));
    EXPECT_FALSE(is_open(busy)) << "12 hours are the end, however busy it is";
}

TEST_P(HttpAccountsTest, NotesTheUseAtMostOnceAMinute) {
    const store::User bob = add("bob@example.com", Role::kEditor);
    const OpenedSession session = sign_in("bob@example.com");
    const store::KeySecret key = make_key(bob, {});
    const auto used = [&] {
        EXPECT_TRUE(accounts().identity_of_key(key.text, soon()));
        return std::pair(accounts().identity_of_session(session.token, soon())->last_used_at,
                         (*accounts().identity_of_key(key.text, soon()))->last_used_at);
    };
    const MilliTime start = clock().now();
    EXPECT_EQ(used(), std::pair(std::optional(start), std::optional(start)));
    clock().advance(std::chrono::seconds(59));
    EXPECT_EQ(used(), std::pair(std::optional(start), std::optional(start)));
    clock().advance(std::chrono::seconds(1));
    EXPECT_TRUE(accounts().identity_of_session(session.token, soon()));
    const MilliTime later = clock().now();
    EXPECT_EQ(used(), std::pair(std::optional(later), std::optional(later)));
}

TEST_P(HttpAccountsTest, AKeyEndsAtOnceAndOneThatAnotherProcessRevokesSoon) {
    const store::User bob = add("bob@example.com", Role::kEditor);
    const auto is_known = [&](const store::KeySecret& key) {
        return accounts().identity_of_key(key.text, soon()).has_value();
    };
    const auto revoke = [&](store::Store& by, const store::KeySecret& key) {
        const auto work = [&](store::Change& change) {
            return store::revoke_key(change,
                                     (*accounts().identity_of_key(key.text, soon()))->caller.id);
        };
        EXPECT_TRUE(by.change(workspace(), actor(), work, soon()));
    };
    const store::KeySecret here = make_key(bob, {});
    const store::KeySecret there = make_key(bob, {});
    const store::KeySecret ending = make_key(bob, {});
    ASSERT_TRUE(is_known(here) && is_known(there) && is_known(ending));
    revoke(store(), here);
    EXPECT_FALSE(is_known(here));
    store::Store other(database(), clock());
    ASSERT_TRUE(is_known(there));
    revoke(other, there);
    clock().advance(store::kRecent);
    EXPECT_FALSE(is_known(there));
    EXPECT_TRUE(is_known(ending));
    deactivate(bob.id);
    EXPECT_FALSE(is_known(ending));
}

TEST_P(HttpAccountsTest, SignsOut) {
    add("bob@example.com", Role::kEditor);
    const OpenedSession session = sign_in("bob@example.com");
    const store::Caller caller = session.identity.caller;
    ASSERT_TRUE(accounts().sign_out(caller, origin()));
    EXPECT_FALSE(is_open(session));
    EXPECT_EQ(accounts().sign_out(caller, origin()).error().code, ErrorCode::kUnauthenticated);
    store::Caller key;
    key.kind = "key";
    EXPECT_EQ(accounts().sign_out(key, origin()).error().code, ErrorCode::kFailedPrecondition);
}

TEST_P(HttpAccountsTest, EndsTheOtherSessionsWhenThePasswordChanges) {
    add("bob@example.com", Role::kEditor);
    const OpenedSession here = sign_in("bob@example.com");
    const OpenedSession elsewhere = sign_in("bob@example.com");
    const store::Caller caller = here.identity.caller;
    const auto wrong =
        accounts().change_password(caller, {"wrong password", "a new good password"}, origin());
    EXPECT_EQ(wrong.error().code, ErrorCode::kPermissionDenied);
    EXPECT_TRUE(is_open(elsewhere));
    const auto changed =
        accounts().change_password(caller, {kPassword, "a new good password"}, origin());
    ASSERT_TRUE(changed) << changed.error().message << changed.error().detail;
    EXPECT_TRUE(is_open(here));
    EXPECT_FALSE(is_open(elsewhere));
    EXPECT_EQ(refused_with("bob@example.com", kPassword), ErrorCode::kUnauthenticated);
    EXPECT_TRUE(accounts().sign_in("bob@example.com", "a new good password", origin()));
}

TEST_P(HttpAccountsTest, MakesTheRightPasswordWaitTooAndTellsBothServers) {
    add("bob@example.com", Role::kEditor);
    for (int i = 0; i < 6; ++i)
        EXPECT_EQ(refused_with("bob@example.com", "wrong password"), ErrorCode::kUnauthenticated);
    const auto waiting = accounts().sign_in("Bob@example.com", kPassword, origin("198.51.100.7"));
    ASSERT_TRUE(waiting);
    EXPECT_FALSE(waiting->session);
    EXPECT_EQ(waiting->wait, std::chrono::seconds(1));

    const auto other = scratch().open();
    store::Store second_store(*other, clock());
    Accounts second(second_store, {});
    EXPECT_FALSE(second.sign_in("bob@example.com", kPassword, origin())->session);
    clock().advance(std::chrono::seconds(1));
    EXPECT_TRUE(second.sign_in("bob@example.com", kPassword, origin())->session);
    EXPECT_TRUE(accounts().sign_in("bob@example.com", kPassword, origin())->session)
        << "a success forgets the failures";
}

TEST_P(HttpAccountsTest, SlowsOneAddressDownThatTriesManyAccounts) {
    add("bob@example.com", Role::kEditor);
    for (int i = 0; i < 20; ++i) {  // As 20 failed sign-ins would, without the hashing.
        const auto counted = store().maintain(
            [&](store::Session& session) {
                return store::count_attempt(
                    session, store::remote_subject("192.0.2.1"), clock().now(), {});
            },
            soon());
        ASSERT_TRUE(counted && counted->count() == 0);
    }
    EXPECT_EQ(refused_with("eve@example.com", "wrong password"), ErrorCode::kUnauthenticated);
    EXPECT_EQ(accounts().sign_in("bob@example.com", kPassword, origin())->wait,
              std::chrono::seconds(1));
    EXPECT_TRUE(accounts().sign_in("bob@example.com", kPassword, origin("198.51.100.7"))->session)
        << "other addresses go on";
}

TEST_P(HttpAccountsTest, WantsTheXsrfTokenForEverythingButReading) {
    add("bob@example.com", Role::kEditor);
    const OpenedSession session = sign_in("bob@example.com");
    const OpenedSession other = sign_in("bob@example.com");
    const std::string right = xsrf_token_of(session.token);
    const auto read = ask("GET", {{"cookie", cookie(session)}});
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->kind, "user");
    EXPECT_EQ(read->session, sha256_hex(session.token));
    for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
        EXPECT_EQ(ask(method, {{"cookie", cookie(session)}}).error().code,
                  ErrorCode::kPermissionDenied);
        for (const std::string& wrong :
             {xsrf_token_of(other.token), session.token, right.substr(1), right + "0"})
            EXPECT_EQ(
                ask(method, {{"cookie", cookie(session)}, {"x-xsrf-token", wrong}}).error().code,
                ErrorCode::kPermissionDenied);
        EXPECT_TRUE(ask(method, {{"cookie", cookie(session)}, {"x-xsrf-token", right}}));
    }
}

TEST_P(HttpAccountsTest, LetsAKeyInWithItsScopesAndWithoutXsrf) {
    const store::User bob = add("bob@example.com", Role::kEditor);
    const store::KeySecret key = make_key(bob, {"jobs", "audit"});
    const auto caller = ask("POST", {{"authorization", "Bearer " + key.text}});
    ASSERT_TRUE(caller) << caller.error().message;
    EXPECT_EQ(caller->kind, "key");
    EXPECT_EQ(caller->person, bob.id);
    EXPECT_EQ(caller->role, Role::kEditor);
    EXPECT_THAT(caller->scopes, testing::ElementsAre("jobs", "audit"));
    EXPECT_EQ(caller->session, "");
    EXPECT_TRUE(ask("GET", {{"authorization", "bearer  " + key.text}})) << "RFC 9110: any case";
}

TEST_P(HttpAccountsTest, LetsNobodyInWhoShowsSomethingElse) {
    const store::User bob = add("bob@example.com", Role::kEditor);
    const store::KeySecret key = make_key(bob, {});
    const OpenedSession session = sign_in("bob@example.com");
    const auto nobody = ask("GET", {});
    ASSERT_TRUE(nobody);
    EXPECT_FALSE(nobody->is_signed_in());
    EXPECT_FALSE(ask("GET", {{"cookie", "cpo_session=" + session.token.substr(1)}})->is_signed_in())
        << "not the shape of a token";
    const std::vector<std::map<std::string, std::string>> wrong{
        {{"cookie", "cpo_session=" + new_token()}},
        {{"authorization", key.text}},
        {{"authorization", "Basic " + key.text}},
        {{"authorization", "Bearer"}},
        {{"authorization", "Bearer " + session.token}},
        {{"authorization", "Bearer " + store::make_key_secret().text}},
        {{"authorization", "Bearer x"}, {"cookie", cookie(session)}}};
    for (const auto& headers : wrong)
        EXPECT_EQ(ask("GET", headers).error().code, ErrorCode::kUnauthenticated);
    deactivate(bob.id);
    EXPECT_EQ(ask("GET", {{"authorization", "Bearer " + key.text}}).error().code,
              ErrorCode::kUnauthenticated);
    EXPECT_EQ(ask("GET", {{"cookie", cookie(session)}}).error().code, ErrorCode::kUnauthenticated);
}

INSTANTIATE_TEST_SUITE_P(Engines, HttpAccountsTest, kEngines, engine_name);

TEST(SessionCookies, BelongToThePathOfTheServer) {
    AccountsOptions options;
    options.cookie_path = "/cpo";
    options.is_cookie_secure = true;
    const std::string token(43, 'A');
    EXPECT_THAT(
        session_cookies(token, options),
        testing::ElementsAre(
            "cpo_session=" + token + "; Path=/cpo; Max-Age=43200; HttpOnly; Secure; SameSite=Lax",
            "XSRF-TOKEN=" + xsrf_token_of(token) +
                "; Path=/cpo; Max-Age=43200; Secure; SameSite=Lax"));
    EXPECT_THAT(
        session_cookies("", options),
        testing::ElementsAre("cpo_session=; Path=/cpo; Max-Age=0; HttpOnly; Secure; SameSite=Lax",
                             "XSRF-TOKEN=; Path=/cpo; Max-Age=0; Secure; SameSite=Lax"));
}

TEST(XsrfToken, IsTheHmacOfTheSession) {
    // Python: hmac.new(b"A" * 43, b"cpo xsrf 1", hashlib.sha256).hexdigest()
    EXPECT_EQ(xsrf_token_of(std::string(43, 'A')),
              "bc751fa68fac3359eabac68770b6fe1bc81cab7b88d5999d67c977b2f9faa83b");
}

TEST(FitHashes, LeavesAQuarterOfTheThreadsToOthers) {
    const auto fitted = [](int threads) {
        AccountsOptions options;
        fit_hashes(options, threads);
        return std::pair(options.hashes_max, options.hashes_waiting_max);
    };
    EXPECT_EQ(fitted(1), std::pair(1, 0));
    EXPECT_EQ(fitted(2), std::pair(1, 0));
    EXPECT_EQ(fitted(4), std::pair(2, 1)) << "the default of a small machine";
    EXPECT_EQ(fitted(8), std::pair(2, 4));
    EXPECT_EQ(fitted(256), std::pair(2, 4));
}

TEST(PasswordGate, LetsNoMoreInThanItMay) {
    PasswordGate gate(2, 100);
    std::atomic<int> inside = 0;
    std::atomic<int> most = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 16; ++i)
        threads.emplace_back([&] {
            const auto pass = gate.enter(Deadline::after(std::chrono::seconds(30)));
            EXPECT_TRUE(pass);
            const int now = ++inside;
            int seen = most;
            while (seen < now && !most.compare_exchange_weak(seen, now)) {
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            --inside;
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(most, 2);
}

TEST(PasswordGate, RefusesAtTheDeadlineAndWhenTooManyWait) {
    PasswordGate gate(1, 0);
    auto pass = gate.enter(Deadline::never());
    ASSERT_TRUE(pass);
    EXPECT_EQ(gate.enter(Deadline::never()).error().code, ErrorCode::kUnavailable)
        << "nobody may wait";
    pass->reset();
    EXPECT_TRUE(gate.enter(Deadline::never()));

    PasswordGate patient(1, 1);
    const auto held = patient.enter(Deadline::never());
    const auto late = patient.enter(Deadline::after(std::chrono::milliseconds(5)));
    EXPECT_EQ(late.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace cpo::http
