#include "store/postgres_database.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "store/postgres_error.h"
#include "store_fixture.h"

namespace cpo::store {
namespace {

/// A port of this machine that takes connections and never answers.
class SilentPort {
public:
    SilentPort() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(bind(socket_, generic, size), 0);
        EXPECT_EQ(listen(socket_, 8), 0);
        EXPECT_EQ(getsockname(socket_, generic, &size), 0);
        port_ = ntohs(address.sin_port);
    }
    ~SilentPort() { close(); }
    SilentPort(const SilentPort&) = delete;
    SilentPort& operator=(const SilentPort&) = delete;
    void close() {
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }
    std::string url() const {
        return fmt::format("postgresql://someone:hidden-word@127.0.0.1:{}/db", port_);
    }

private:
    int socket_;
    int port_ = 0;
};

Result<std::int64_t> ask(Database& database, std::string_view sql, Deadline deadline) {
    return transact(
        database,
        Access::kRead,
        [&](Session& session) -> Result<std::int64_t> {
            return TRY(session.execute(sql)).front().integer("n");
        },
        deadline);
}

TEST(PostgresDatabase, RefusesAUrlThatCannotBeReadWithoutRepeatingIt) {
    const auto made = make_postgres_database({"postgresql://me:hidden%zzword@host/db", 1});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(made.error().message + made.error().detail,
                testing::Not(testing::HasSubstr("hidden")));
}

TEST(PostgresDatabase, TellsOfAServerThatRefusesAndHidesThePassword) {
    SilentPort port;
    const std::string url = port.url();
    port.close();
    const auto database = make_postgres_database({url, 1});
    ASSERT_TRUE(database);
    const auto answer = ask(**database, "SELECT 1 AS n", StoreTest::soon());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(answer.error().detail, testing::HasSubstr("127.0.0.1"));
    EXPECT_THAT(answer.error().message + answer.error().detail,
                testing::Not(testing::HasSubstr("hidden-word")));
}

TEST(PostgresDatabase, TellsOfAServerThatNeverAnswersWithinTheDeadline) {
    const SilentPort port;
    const auto database = make_postgres_database({port.url(), 1});
    ASSERT_TRUE(database);
    const auto answer =
        ask(**database, "SELECT 1 AS n", Deadline::after(std::chrono::milliseconds(200)));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
}

TEST(PostgresDatabase, CarriesOnAfterTheServerEndedItsConnection) {
    if (const char* reason = ScratchDatabase::missing(Engine::kPostgres)) GTEST_SKIP() << reason;
    const ScratchDatabase scratch(Engine::kPostgres);
    const auto first = scratch.open(1);
    const auto second = scratch.open(1);
    const auto backend = ask(*first, "SELECT pg_backend_pid() AS n", StoreTest::soon());
    ASSERT_TRUE(backend);
    const std::string end = fmt::format("SELECT pg_terminate_backend({}) AS n", *backend);
    ASSERT_TRUE(ask(*second, end, StoreTest::soon()));
    const auto next = ask(*first, "SELECT pg_backend_pid() AS n", StoreTest::soon());
    ASSERT_TRUE(next) << next.error().detail;
    EXPECT_NE(*next, *backend);
}

TEST(PostgresDatabase, RunsAWriteAgainWhoseConnectionWasLostBeforeItsEnd) {
    if (const char* reason = ScratchDatabase::missing(Engine::kPostgres)) GTEST_SKIP() << reason;
    const ScratchDatabase scratch(Engine::kPostgres);
    const auto first = scratch.open(1);
    int runs = 0;
    const auto done = first->transact(
        Access::kWrite,
        [&](Session& session) -> Result<void> {
            if (++runs == 1) TRY(session.execute("SELECT pg_terminate_backend(pg_backend_pid())"));
            TRY(session.execute("CREATE TABLE made (id TEXT)"));
            return {};
        },
        StoreTest::soon());
    EXPECT_TRUE(done) << done.error().detail;
    EXPECT_EQ(runs, 2);
}

/// Runs functions of tools/postgres.sh and gives what they print.
std::string shell(const std::string& commands) {
    const std::string line = fmt::format(
        "cd {} && bash -c '. tools/postgres.sh; {}' 2>/dev/null", CPO_SOURCE_DIR, commands);
    FILE* pipe = popen(line.c_str(), "r");
    if (pipe == nullptr) return "";
    std::string text;
    std::array<char, 256> buffer{};
    while (fgets(buffer.data(), buffer.size(), pipe) != nullptr) text += buffer.data();
    pclose(pipe);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

TEST(PostgresDatabase, IsUnavailableWhileTheServerIsDownAndRecoversWhenItIsBack) {
    if (const char* reason = ScratchDatabase::missing(Engine::kPostgres)) GTEST_SKIP() << reason;
    const std::string folder = shell("mktemp -d /tmp/cpo-postgres-XXXXXX");
    const std::string url = shell("start_postgres " + folder);
    ASSERT_THAT(url, testing::StartsWith("postgresql://"));
    const auto database = make_postgres_database({url, 3});
    ASSERT_TRUE(database);
    EXPECT_TRUE(ask(**database, "SELECT 1 AS n", StoreTest::soon()));
    shell("halt_postgres " + folder);
    const auto down = ask(**database, "SELECT 1 AS n", StoreTest::soon());
    ASSERT_FALSE(down);
    EXPECT_EQ(down.error().code, ErrorCode::kUnavailable);
    const std::string port = url.substr(url.rfind(':') + 1, 5);
    shell(fmt::format("start_postgres {} {}", folder, std::stoi(port)));
    const auto back = ask(**database, "SELECT 1 AS n", StoreTest::soon());
    EXPECT_TRUE(back) << back.error().detail;
    shell("stop_postgres " + folder);
}

// Codes and meanings: PostgreSQL 15 manual, appendix A.
TEST(PostgresError, HasOneOfOurCodes) {
    const std::vector<std::pair<const char*, ErrorCode>> expected{
        {"", ErrorCode::kUnavailable},
        {"08006", ErrorCode::kUnavailable},
        {"22021", ErrorCode::kInvalidArgument},
        {"23502", ErrorCode::kInternal},
        {"23503", ErrorCode::kFailedPrecondition},
        {"23505", ErrorCode::kAlreadyExists},
        {"23514", ErrorCode::kFailedPrecondition},
        {"25006", ErrorCode::kInternal},
        {"40001", ErrorCode::kUnavailable},
        {"40P01", ErrorCode::kUnavailable},
        {"42601", ErrorCode::kInternal},
        {"53100", ErrorCode::kResourceExhausted},
        {"53200", ErrorCode::kResourceExhausted},
        {"53300", ErrorCode::kUnavailable},
        {"57014", ErrorCode::kDeadlineExceeded},
        {"57P01", ErrorCode::kUnavailable},
        {"57P03", ErrorCode::kUnavailable}};
    for (const auto& [state, code] : expected) EXPECT_EQ(postgres_error_code(state), code) << state;
}

}  // namespace
}  // namespace cpo::store
