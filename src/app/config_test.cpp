#include "app/server/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "app/server/open_database.h"

namespace cpo::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// A settings file in the test's own folder.
std::string file_with(const std::string& text) {
    const std::string path = testing::TempDir() + "/cpo-config-" +
                             testing::UnitTest::GetInstance()->current_test_info()->name() +
                             ".toml";
    std::ofstream(path) << text;
    return path;
}

TEST(Config, TheExampleShowsEveryDefault) {
    const auto example = read_config(std::string(CPO_SOURCE_DIR) + "/config/example.toml");
    ASSERT_TRUE(example) << example.error().message;
    const Config defaults;
    EXPECT_EQ(example->http.address, defaults.http.address);
    EXPECT_EQ(example->http.port, defaults.http.port);
    EXPECT_EQ(example->http.io_threads, defaults.http.io_threads);
    EXPECT_EQ(example->http.handler_threads, defaults.http.handler_threads);
    EXPECT_EQ(example->http.queue_max, defaults.http.queue_max);
    EXPECT_EQ(example->http.connections_max, defaults.http.connections_max);
    EXPECT_EQ(example->http.requests_per_second, defaults.http.requests_per_second);
    EXPECT_EQ(example->http.request_burst, defaults.http.request_burst);
    EXPECT_EQ(example->store.database, defaults.store.database);
    EXPECT_EQ(example->store.is_migrated_at_start, defaults.store.is_migrated_at_start);
    EXPECT_EQ(example->jobs.workers, defaults.jobs.workers);
    EXPECT_EQ(example->jobs.lease, defaults.jobs.lease);
    EXPECT_EQ(example->accounts.session, defaults.accounts.session);
    EXPECT_EQ(example->accounts.idle, defaults.accounts.idle);
    EXPECT_EQ(example->log.level, defaults.log.level);
    EXPECT_EQ(example->threads, defaults.threads);
}

TEST(Config, EveryFaultIsListedWithItsLine) {
    const auto config = read_config(file_with(
        "threads = -1\n[http]\nport = 70000\nprot = 1\naddress = 5\n[jobs]\nworkers = \"two\"\n"
        "[log]\nlevel = \"loud\"\n"));
    ASSERT_FALSE(config);
    EXPECT_THAT(config.error().message,
                AllOf(HasSubstr("line 1: threads"),
                      HasSubstr("line 3: http.port: expected a whole number from 0 to 65535"),
                      HasSubstr("line 4: http.prot: there is no such setting"),
                      HasSubstr("line 5: http.address: expected a text"),
                      HasSubstr("line 7: jobs.workers"),
                      HasSubstr("log.level loud")));
}

TEST(Config, AFileThatIsNoTomlNamesTheLine) {
    const auto config = read_config(file_with("[http]\nport = = 3\n"));
    ASSERT_FALSE(config);
    EXPECT_THAT(config.error().message, HasSubstr("line 2"));
}

TEST(Config, HalfOfATlsPairIsAFault) {
    const auto config = read_config(file_with("[http]\nkey_file = \"/nowhere/key.pem\"\n"));
    ASSERT_FALSE(config);
    EXPECT_THAT(config.error().message,
                AllOf(HasSubstr("give both or none"), HasSubstr("/nowhere/key.pem: there is no")));
}

TEST(OpenDatabase, ThePasswordOfAUrlIsNeverShown) {
    EXPECT_EQ(without_password("postgres://cpo:secret@db/cpo"), "postgres://cpo@db/cpo");
    EXPECT_EQ(without_password("postgres://cpo@db:5432/cpo"), "postgres://cpo@db:5432/cpo");
    EXPECT_EQ(without_password("sqlite:data/cpo.db"), "sqlite:data/cpo.db");
}

TEST(OpenDatabase, AnUnknownSchemeIsRefused) {
    const auto database = open_database("mysql://root:secret@db/cpo");
    ASSERT_FALSE(database);
    EXPECT_THAT(database.error().message,
                AllOf(HasSubstr("mysql"), testing::Not(HasSubstr("secret"))));
}

}  // namespace
}  // namespace cpo::app
