#include "store/accounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <thread>

#include "base/digest.h"
#include "store/audit.h"
#include "store/key_store.h"
#include "store/session_store.h"
#include "store/sign_in_store.h"
#include "store/user_store.h"
#include "store_fixture.h"

namespace cpo::store {
namespace {

using std::chrono::milliseconds;

class AccountsTest : public StoreTest {
public:
    template <typename Work>
    auto change_in(const std::string& workspace, const Work& work) {
        return store().change(workspace, actor(), work, soon());
    }
    template <typename Work>
    auto change(const Work& work) {
        return change_in(workspace(), work);
    }
    template <typename Work>
    auto read(const Work& work) {
        return store().read(work, soon());
    }

    User add(const std::string& email, Role role, std::string in = "") {
        if (in.empty()) in = workspace();
        const auto added = change_in(in, [&](Change& change) {
            return create_user(change, {email, "Ada", role, "hash of " + email});
        });
        EXPECT_TRUE(added) << added.error().message << added.error().detail;
        return added ? *added : User();
    }
    Result<User> update(const std::string& id, const UserChange& wanted) {
        return change([&](Change& change) { return update_user(change, id, wanted); });
    }
    void open_session(const User& user, const std::string& token_hash) {
        const auto opened = change([&](Change& change) -> Result<void> {
            TRY(insert_session(change,
                               {new_id(change.now()),
                                user.id,
                                token_hash,
                                change.now() + std::chrono::hours(12)}));
            return change.record({"session.sign_in", "session", "s", {}});
        });
        EXPECT_TRUE(opened) << opened.error().message << opened.error().detail;
    }
    bool has_session(const std::string& token_hash) {
        const auto found = read([&](Session& s) { return find_session(s, token_hash); });
        EXPECT_TRUE(found) << found.error().message << found.error().detail;
        return found && found->has_value();
    }
    Result<ApiKey> make_key(const NewApiKey& key) {
        return change([&](Change& change) { return create_key(change, key); });
    }
    NewApiKey new_key(const User& creator, Role role) {
        return {"nightly", role, {"segmentation", "jobs"}, creator.id, {}, make_key_secret()};
    }
    std::optional<Identity> holder(const KeySecret& secret) {
        const auto found =
            read([&](Session& s) { return find_key_identity(s, secret.hash, clock().now()); });
        EXPECT_TRUE(found) << found.error().message << found.error().detail;
        return found ? *found : std::nullopt;
    }
    milliseconds attempt(const SignInSubject& subject) {
        const auto wait = store().maintain(
            [&](Session& s) { return count_attempt(s, subject, clock().now(), {}); }, soon());
        EXPECT_TRUE(wait) << wait.error().message << wait.error().detail;
        return wait ? *wait : milliseconds(-1);
    }
};

TEST_P(AccountsTest, FindsAPersonByTheAddressInAnyCase) {
    const User added = add("Ada.Lovelace@Example.com", Role::kAdmin);
    EXPECT_EQ(added.email, "ada.lovelace@example.com");
    const auto found =
        read([](Session& s) { return find_user_by_email(s, "ADA.LOVELACE@EXAMPLE.COM"); });
    ASSERT_TRUE(found);
    ASSERT_TRUE(found->has_value());
    EXPECT_EQ((*found)->id, added.id);
}

TEST_P(AccountsTest, RefusesASecondPersonWithTheSameAddressInAnyWorkspace) {
    add("ada@example.com", Role::kAdmin);
    const auto again = change_in(make_workspace("Other"), [](Change& change) {
        return create_user(change, {"ADA@example.com", "Eve", Role::kAdmin, "x"});
    });
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::kAlreadyExists);
}

TEST_P(AccountsTest, KeepsPeopleOfAnotherWorkspaceOutOfSight) {
    const std::string other = make_workspace("Other");
    const User eve = add("eve@example.com", Role::kAdmin, other);
    const auto found = read([&](Session& s) { return find_user(s, workspace(), eve.id); });
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
    EXPECT_EQ(update(eve.id, {.role = Role::kViewer}).error().code, ErrorCode::kNotFound);
}

TEST_P(AccountsTest, ClosesTheSetupForExactlyOneOfManyAtOnce) {
    const auto other = scratch().open();
    Store second(*other, clock());
    std::atomic<int> won = 0;
    std::vector<std::thread> threads;
    for (Store* one : {&store(), &second, &store(), &second})
        threads.emplace_back([&, one] {
            const auto closed =
                one->maintain([&](Session& s) { return close_setup(s, clock().now()); }, soon());
            if (closed && *closed) ++won;
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(won, 1);
    const auto is_open = read([](Session& s) { return is_setup_open(s); });
    ASSERT_TRUE(is_open);
    EXPECT_FALSE(*is_open);
}

TEST_P(AccountsTest, RefusesToLoseTheLastActiveAdministrator) {
    const User ada = add("ada@example.com", Role::kAdmin);
    const User bob = add("bob@example.com", Role::kReviewer);
    add("eve@example.com", Role::kAdmin, make_workspace("Other"));
    EXPECT_EQ(update(ada.id, {.role = Role::kEditor}).error().code, ErrorCode::kFailedPrecondition);
    EXPECT_EQ(update(ada.id, {.is_active = false}).error().code, ErrorCode::kFailedPrecondition);
    EXPECT_TRUE(update(ada.id, {.name = "Ada L."}));
    ASSERT_TRUE(update(bob.id, {.role = Role::kAdmin}));
    EXPECT_TRUE(update(ada.id, {.is_active = false}));
    EXPECT_EQ(update(bob.id, {.role = Role::kViewer}).error().code, ErrorCode::kFailedPrecondition)
        << "a deactivated administrator does not count";
}

TEST_P(AccountsTest, KeepsOneOfTwoAdministratorsWhoDemoteEachOtherAtOnce) {
    for (int round = 0; round < 5; ++round) {
        const std::string mark = std::to_string(round);
        const std::string team = make_workspace("Team " + mark);
        const User ada = add("ada" + mark + "@example.com", Role::kAdmin, team);
        const User bob = add("bob" + mark + "@example.com", Role::kAdmin, team);
        const auto demote = [&](const std::string& id) {
            return change_in(team, [&](Change& change) {
                return update_user(change, id, {.role = Role::kViewer});
            });
        };
        std::optional<Result<User>> first;
        std::optional<Result<User>> second;
        std::thread one([&] { first = demote(ada.id); });
        std::thread two([&] { second = demote(bob.id); });
        one.join();
        two.join();
        EXPECT_NE(first->has_value(), second->has_value());
    }
}

TEST_P(AccountsTest, RefusesAChangeOfAnOlderVersion) {
    const User ada = add("ada@example.com", Role::kAdmin);
    const auto changed = update(ada.id, {.name = "Ada L.", .expected_version = 1});
    ASSERT_TRUE(changed) << changed.error().message;
    EXPECT_EQ(changed->version, 2);
    const auto stale = update(ada.id, {.name = "Eve", .expected_version = 1});
    ASSERT_FALSE(stale);
    EXPECT_EQ(stale.error().code, ErrorCode::kAborted);
}

TEST_P(AccountsTest, EndsSessionsOnANewRoleOrPasswordButNotOnANewName) {
    add("ada@example.com", Role::kAdmin);
    const User bob = add("bob@example.com", Role::kViewer);
    open_session(bob, "first");
    ASSERT_TRUE(update(bob.id, {.name = "Robert"}));
    EXPECT_TRUE(has_session("first"));
    ASSERT_TRUE(update(bob.id, {.role = Role::kEditor}));
    EXPECT_FALSE(has_session("first"));
    open_session(bob, "second");
    ASSERT_TRUE(update(bob.id, {.password_hash = "another"}));
    EXPECT_FALSE(has_session("second"));
}

TEST_P(AccountsTest, RefusesSessionsAndKeysOfADeactivatedPersonAtOnce) {
    add("ada@example.com", Role::kAdmin);
    const User bob = add("bob@example.com", Role::kEditor);
    open_session(bob, "token");
    const NewApiKey key = new_key(bob, Role::kEditor);
    ASSERT_TRUE(make_key(key));
    ASSERT_TRUE(has_session("token"));
    ASSERT_TRUE(holder(key.secret));
    ASSERT_TRUE(update(bob.id, {.is_active = false}));
    EXPECT_FALSE(has_session("token"));
    EXPECT_FALSE(holder(key.secret));
    EXPECT_EQ(make_key(new_key(bob, Role::kViewer)).error().code, ErrorCode::kFailedPrecondition);
}

TEST_P(AccountsTest, EndsTheOldestSessionBeyondTheLimit) {
    const User ada = add("ada@example.com", Role::kAdmin);
    for (std::int64_t i = 0; i <= kSessionsMax; ++i) {
        open_session(ada, "token " + std::to_string(i));
        clock().advance(milliseconds(1));
    }
    EXPECT_FALSE(has_session("token 0"));
    EXPECT_TRUE(has_session("token 1"));
    EXPECT_TRUE(has_session("token " + std::to_string(kSessionsMax)));
}

TEST_P(AccountsTest, KnowsAKeyByItsSecretUntilItIsRevokedOrOver) {
    const User ada = add("ada@example.com", Role::kAdmin);
    NewApiKey key = new_key(ada, Role::kEditor);
    key.expires_at = clock().now() + milliseconds(1'000);
    const auto made = make_key(key);
    ASSERT_TRUE(made) << made.error().message;
    const auto found = holder(key.secret);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->caller.kind, "key");
    EXPECT_EQ(found->caller.id, made->id);
    EXPECT_EQ(found->caller.person, ada.id);
    EXPECT_EQ(found->caller.workspace, workspace());
    EXPECT_EQ(found->caller.role, Role::kEditor);
    EXPECT_THAT(found->caller.scopes, testing::ElementsAre("segmentation", "jobs"));
    EXPECT_FALSE(holder(make_key_secret()));
    clock().advance(milliseconds(1'000));
    EXPECT_FALSE(holder(key.secret)) << "over";

    const NewApiKey endless = new_key(ada, Role::kViewer);
    const auto second = make_key(endless);
    ASSERT_TRUE(second && holder(endless.secret));
    const auto revoke = [&] {
        return change([&](Change& change) { return revoke_key(change, second->id); });
    };
    const auto revoked = revoke();
    ASSERT_TRUE(revoked);
    EXPECT_FALSE(holder(endless.secret)) << "revoked";
    clock().advance(milliseconds(5'000));
    EXPECT_EQ(revoke()->revoked_at, revoked->revoked_at) << "since the first time";
}

TEST_P(AccountsTest, GivesAKeyNeverMoreThanItsCreatorMayDo) {
    add("ada@example.com", Role::kAdmin);
    const User bob = add("bob@example.com", Role::kReviewer);
    EXPECT_EQ(make_key(new_key(bob, Role::kAdmin)).error().code, ErrorCode::kPermissionDenied);
    const NewApiKey key = new_key(bob, Role::kReviewer);
    ASSERT_TRUE(make_key(key));
    ASSERT_TRUE(update(bob.id, {.role = Role::kViewer}));
    EXPECT_EQ(holder(key.secret)->caller.role, Role::kViewer);
}

TEST_P(AccountsTest, KeepsKeysInTheirWorkspace) {
    const User ada = add("ada@example.com", Role::kAdmin);
    const auto made = make_key(new_key(ada, Role::kViewer));
    ASSERT_TRUE(made);
    const std::string other = make_workspace("Other");
    const auto found = read([&](Session& s) { return find_key(s, other, made->id); });
    EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
    const auto revoked =
        change_in(other, [&](Change& change) { return revoke_key(change, made->id); });
    EXPECT_EQ(revoked.error().code, ErrorCode::kNotFound);
    const auto borrowed = change_in(
        other, [&](Change& change) { return create_key(change, new_key(ada, Role::kViewer)); });
    EXPECT_EQ(borrowed.error().code, ErrorCode::kNotFound) << "the creator is of another workspace";
}

TEST_P(AccountsTest, ListsPeopleNewestFirstInPages) {
    for (const char* name : {"a", "b", "c"}) add(std::string(name) + "@example.com", Role::kAdmin);
    PageRequest request;
    request.count_max = 2;
    const auto first = read([&](Session& s) { return list_users(s, workspace(), request); });
    ASSERT_TRUE(first) << first.error().message << first.error().detail;
    ASSERT_THAT(first->items, testing::SizeIs(2));
    EXPECT_EQ(first->items.front().email, "c@example.com");
    EXPECT_TRUE(first->has_older);
    request.before = first->items.back().id;
    const auto second = read([&](Session& s) { return list_users(s, workspace(), request); });
    ASSERT_TRUE(second);
    ASSERT_THAT(second->items, testing::SizeIs(1));
    EXPECT_EQ(second->items.front().email, "a@example.com");
    EXPECT_FALSE(second->has_older);
}

// Five failures are free, then 1 s that doubles to 15 min: the rule as it was decided.
TEST_P(AccountsTest, MakesPausesGrowAfterFiveFailures) {
    const SignInSubject account = account_subject("ada@example.com");
    for (int i = 0; i < 5; ++i) EXPECT_EQ(attempt(account), milliseconds(0));
    for (const int seconds : {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900}) {
        EXPECT_EQ(attempt(account), milliseconds(0));
        EXPECT_EQ(attempt(account), milliseconds(seconds * 1'000));
        clock().advance(milliseconds(seconds * 1'000 - 1));
        EXPECT_EQ(attempt(account), milliseconds(1)) << "an attempt that waits is not counted";
        clock().advance(milliseconds(1));
    }
    clock().advance(std::chrono::hours(2));
    for (int i = 0; i < 5; ++i) EXPECT_EQ(attempt(account), milliseconds(0));
    EXPECT_EQ(attempt(account), milliseconds(0)) << "an old failure is forgotten";
}

TEST_P(AccountsTest, EndsThePauseWithANewPassword) {
    const User ada = add("ada@example.com", Role::kAdmin);
    const SignInSubject account = account_subject(ada.email);
    for (int i = 0; i < 6; ++i) ASSERT_EQ(attempt(account), milliseconds(0));
    ASSERT_TRUE(update(ada.id, {.name = "Ada L."}));
    ASSERT_EQ(attempt(account), milliseconds(1'000));
    ASSERT_TRUE(update(ada.id, {.password_hash = "another"}));
    EXPECT_EQ(attempt(account), milliseconds(0));
}

TEST_P(AccountsTest, CountsFailuresOfOneAddressInAllItsSpellings) {
    EXPECT_EQ(account_subject("Ada@Example.com").key, account_subject("ada@example.com").key);
    EXPECT_NE(account_subject("ada@example.com").key, account_subject("bob@example.com").key);
    // RFC 4291: /64 is the network part of an interface's address.
    EXPECT_EQ(remote_subject("2001:db8:1:2:3:4:5:6").key, remote_subject("2001:db8:1:2::1").key);
    EXPECT_NE(remote_subject("2001:db8:1:2::1").key, remote_subject("2001:db8:1:3::1").key);
    EXPECT_NE(remote_subject("::ffff:192.0.2.1").key, remote_subject("::ffff:192.0.2.2").key);
    EXPECT_NE(remote_subject("192.0.2.1").key, remote_subject("192.0.2.2").key);
}

TEST_P(AccountsTest, ForgetsTheAccountButNotTheAddressAfterASuccess) {
    const SignInSubject account = account_subject("ada@example.com");
    const SignInSubject remote{"remote", 2};
    for (int i = 0; i < 3; ++i) ASSERT_EQ(attempt(account), milliseconds(0));
    for (int i = 0; i < 2; ++i) ASSERT_EQ(attempt(remote), milliseconds(0));
    ASSERT_EQ(attempt(remote), milliseconds(0)) << "the one that succeeds";
    const auto succeeded = store().maintain(
        [&](Session& s) -> Result<void> {
            TRY(forget_failures(s, account));
            return give_back_attempt(s, remote);
        },
        soon());
    ASSERT_TRUE(succeeded) << succeeded.error().message << succeeded.error().detail;
    EXPECT_EQ(attempt(remote), milliseconds(0)) << "no pause is left of the success";
    EXPECT_EQ(attempt(remote), milliseconds(1'000)) << "but the two failures before it count";
    for (int i = 0; i < 6; ++i) EXPECT_EQ(attempt(account), milliseconds(0));
}

TEST_P(AccountsTest, TellsTheAuditLogNoNamesAddressesOrHashes) {
    const User ada = add("ada@example.com", Role::kAdmin);
    ASSERT_TRUE(update(ada.id, {.name = "Countess", .password_hash = "argon-hash"}));
    ASSERT_TRUE(make_key(new_key(ada, Role::kViewer)));
    const auto lines = read([&](Session& s) { return list_audit(s, workspace(), {}); });
    ASSERT_TRUE(lines);
    std::vector<std::string> actions;
    for (const AuditLine& line : *lines) {
        actions.push_back(line.entry.action);
        const std::string data = write_json(line.entry.data);
        for (const char* secret : {"ada@", "Ada", "Countess", "argon", "hash of", "cpo_"})
            EXPECT_THAT(data, testing::Not(testing::HasSubstr(secret))) << line.entry.action;
    }
    EXPECT_THAT(actions, testing::ElementsAre("key.create", "user.update", "user.create"));
}

INSTANTIATE_TEST_SUITE_P(Engines, AccountsTest, kEngines, engine_name);

TEST(KeySecret, HasTheShapeThatIsReadBack) {
    const KeySecret secret = make_key_secret();
    EXPECT_TRUE(is_key_text(secret.text));
    EXPECT_EQ(secret.text.substr(0, 12), secret.prefix);
    EXPECT_EQ(secret.hash, sha256_hex(secret.text));
    EXPECT_NE(make_key_secret().text, secret.text);
}

RC_GTEST_PROP(KeySecret, IsNotReadWithAnyOtherByte, ()) {
    std::string text = make_key_secret().text;
    const auto place = *rc::gen::inRange<std::size_t>(0, text.size());
    const auto byte = *rc::gen::arbitrary<char>();
    constexpr std::string_view kAllowed =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    RC_PRE(kAllowed.find(byte) == std::string_view::npos);
    text[place] = byte;
    RC_ASSERT(!is_key_text(text));
    text.pop_back();
    RC_ASSERT(!is_key_text(text));
}

TEST(Password, NeedsTwelveCharactersNotBytes) {
    EXPECT_FALSE(check_password("elevenchars"));
    EXPECT_TRUE(check_password("twelve chars"));
    EXPECT_FALSE(check_password("äöüäöüäöüäö")) << "11 characters in 22 bytes";
    EXPECT_TRUE(check_password("äöüäöüäöüäöü"));
    EXPECT_FALSE(check_password(std::string(201, 'x')));
}

TEST(Email, MustLookLikeAnAddress) {
    for (const char* good : {"a@b", "ada.l+x@example.com", "\xC3\xA4@example.com"})
        EXPECT_TRUE(check_email(good)) << good;
    for (const char* bad : {"", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\n", "a@b\t"})
        EXPECT_FALSE(check_email(bad)) << bad;
    EXPECT_FALSE(check_email(std::string(250, 'a') + "@b.de"));
}

}  // namespace
}  // namespace cpo::store
