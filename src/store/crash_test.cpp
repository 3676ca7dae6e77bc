// What is left when a process dies in the middle (kill -9).
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "store/audit.h"
#include "store_fixture.h"

namespace cpo::store {
namespace {

constexpr int kCommitted = 7;

class CrashTest : public testing::TestWithParam<Engine> {
public:
    void SetUp() override {
        if (const char* reason = ScratchDatabase::missing(GetParam())) GTEST_SKIP() << reason;
    }
};

Result<void> rename_and_record(Change& change, const std::string& name) {
    TRY(change.session().execute("UPDATE workspaces SET name = $2 WHERE id = $1",
                                 {change.workspace(), name}));
    return change.record({"workspace.rename", "workspace", change.workspace(), {{"name", name}}});
}

/// Commits a few changes, begins another, says so through `pipe` and waits for its death.
[[noreturn]] void live_and_wait(Database& database, const std::string& workspace, int pipe) {
    FakeClock clock;
    Store store(database, clock);
    const Actor actor{"system", "cpo", "", ""};
    for (int i = 1; i <= kCommitted; ++i)
        if (!store.change(
                workspace,
                actor,
                [&](Change& change) { return rename_and_record(change, std::to_string(i)); },
                StoreTest::soon()))
            _exit(1);
    const auto done = store.change(
        workspace,
        actor,
        [&](Change& change) -> Result<void> {
            for (int i = 0; i < 1'000; ++i) TRY(rename_and_record(change, "lost"));
            if (write(pipe, "x", 1) == 1) pause();
            return {};
        },
        StoreTest::soon());
    _exit(done ? 2 : 3);
}

TEST_P(CrashTest, KeepsWhatWasCommittedAndNothingElse) {
    ScratchDatabase scratch(GetParam());
    const std::string workspace = new_id(system_clock().now());
    ASSERT_TRUE(migrate(scratch.database()));
    ASSERT_TRUE(scratch.database().transact(
        Access::kWrite,
        [&](Session& session) { return create_workspace(session, workspace, "0", {}); },
        StoreTest::soon()));
    scratch.close();
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) live_and_wait(*scratch.open(), workspace, pipe[1]);
    char byte = 0;
    close(pipe[1]);
    EXPECT_EQ(read(pipe[0], &byte, 1), 1);
    close(pipe[0]);
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);

    const auto reopened = scratch.open();
    FakeClock clock;
    Store store(*reopened, clock);
    const auto workspaces =
        store.read([](Session& session) { return list_workspaces(session); }, StoreTest::soon());
    ASSERT_TRUE(workspaces) << workspaces.error().detail;
    EXPECT_EQ(workspaces->front().name, std::to_string(kCommitted));
    // The lock of the dead is gone too.
    ASSERT_TRUE(store.change(
        workspace,
        {"system", "cpo", "", ""},
        [&](Change& change) { return rename_and_record(change, "next"); },
        StoreTest::soon()));
    const auto check = store.read(
        [&](Session& session) { return verify_audit(session, workspace); }, StoreTest::soon());
    ASSERT_TRUE(check) << check.error().detail;
    EXPECT_TRUE(check->is_intact) << check->reason;
    EXPECT_EQ(check->lines, kCommitted + 1);
}

INSTANTIATE_TEST_SUITE_P(Engines, CrashTest, kEngines, engine_name);

}  // namespace
}  // namespace cpo::store
