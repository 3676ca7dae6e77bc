// A worker in a process of its own that is killed (SIGKILL) in the middle of a job. The process is
// this test program again: it finds in its environment what it is to do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "jobs/jobs_fixture.h"
#include "store/postgres_database.h"

namespace cpo::jobs {
namespace {

using testing::ElementsAre;

constexpr const char* kDatabaseVariable = "CPO_JOBS_TEST_DATABASE";

/// Two steps; the second is not repeated either when the job starts anew. `between` runs after the
/// first.
JobWork two_steps(store::Store& store, const std::function<void()>& between) {
    return [&store, between](JobContext& context) -> Result<json::object> {
        store::AuditFilter filter;
        filter.object_id = context.job().id;
        const auto lines = TRY(store.read(
            [&](store::Session& session) {
                return store::list_audit(session, context.job().workspace, filter);
            },
            StoreTest::soon()));
        const bool is_first_done =
            std::any_of(lines.begin(), lines.end(), [](const store::AuditLine& line) {
                return line.entry.action == "step.first";
            });
        if (!is_first_done) {
            const auto first = make_effect(context, "step.first");
            if (!first) return first.error();
        }
        between();
        const auto second = make_effect(context, "step.second");
        if (!second) return second.error();
        return json::object();
    };
}

class KilledWorker : public JobsTest {
protected:
    void TearDown() override {
        kill_child();
        JobsTest::TearDown();
    }
    /// A process whose worker stays in the middle of the first job that it gets.
    void start_child() {
        const bool is_sqlite = GetParam() == store::Engine::kSqlite;
        const std::string database =
            std::string(kDatabaseVariable) + "=" +
            (is_sqlite ? "sqlite:" + scratch().file().string() : scratch().url());
        std::string program = "/proc/self/exe";
        std::array<char*, 2> arguments{program.data(), nullptr};
        std::string setting = database;
        std::vector<char*> environment;
        for (char** entry = environ; *entry != nullptr; ++entry)
            if (!std::string_view(*entry).starts_with("GTEST_OUTPUT="))
                environment.push_back(*entry);
        environment.push_back(setting.data());
        environment.push_back(nullptr);
        ASSERT_EQ(
            posix_spawn(
                &child_, program.c_str(), nullptr, nullptr, arguments.data(), environment.data()),
            0);
    }
    void kill_child() {
        if (child_ <= 0) return;
        kill(child_, SIGKILL);
        waitpid(child_, nullptr, 0);
        child_ = 0;
    }

private:
    pid_t child_ = 0;
};

TEST_P(KilledWorker, LosesNothingAndRepeatsNothing) {
    const Job job = add();
    start_child();
    ASSERT_TRUE(eventually([&] { return count("step.first") == 1; }));
    kill_child();
    clock().advance(std::chrono::seconds(31));
    const std::map<std::string, JobWork> works{{"import", two_steps(store(), [] {})}};
    const auto worker = make_worker(store(), works, quick());
    worker->start();
    ASSERT_TRUE(becomes(job.id, JobState::kSucceeded));
    EXPECT_EQ(get(job.id).attempts, 2);
    EXPECT_THAT(
        actions(job.id),
        ElementsAre(
            "job.create", "job.start", "step.first", "job.start", "step.second", "job.succeed"));
    EXPECT_TRUE(is_chain_intact());
}

INSTANTIATE_TEST_SUITE_P(Engines, KilledWorker, kEngines, engine_name);

/// The process that is killed: before any test it looks whether it is the child, and then works
/// until it dies. An error of its own ends the program, which the parent sees as a missing step.
class ChildProcess : public testing::Environment {
public:
    void SetUp() override {
        const char* address = std::getenv(kDatabaseVariable);  // NOLINT(concurrency-mt-unsafe)
        if (address != nullptr) work_until_killed(address);
    }

private:
    static void work_until_killed(const std::string& address) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);  // Not left behind when the parent dies.
        const std::string_view sqlite = "sqlite:";
        auto database = address.starts_with(sqlite)
                            ? store::make_sqlite_database({address.substr(sqlite.size()), 4})
                            : store::make_postgres_database({address, 4});
        if (!database) std::abort();
        FakeClock clock;
        store::Store store(**database, clock);
        const std::map<std::string, JobWork> works{{"import", two_steps(store, [] {
                                                        for (;;) pause();
                                                    })}};
        const auto worker = make_worker(store, works, JobsTest::quick());
        worker->start();
        for (;;) pause();
    }
};
const testing::Environment* const kChildProcess =
    testing::AddGlobalTestEnvironment(new ChildProcess);

}  // namespace
}  // namespace cpo::jobs
