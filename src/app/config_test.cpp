#include "app/server/config.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <toml++/toml.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "app/server/open_database.h"
#include "app/server/service_options.h"

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

constexpr const char* kExample = CPO_SOURCE_DIR "/config/example.toml";

std::string text_of(const std::string& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

/// "table.key" of every setting that config.cpp reads: its readers are named after their tables,
/// but for that of the top level and that of read_http().
std::vector<std::string> keys_that_are_read() {
    std::vector<std::string> keys;
    std::stringstream source(text_of(CPO_SOURCE_DIR "/src/app/server/config.cpp"));
    bool is_http = false;
    for (std::string line; std::getline(source, line);) {
        if (line.starts_with("void read_")) is_http = line.starts_with("void read_http(");
        for (const auto kind : {"text", "flag", "integer", "number", "texts", "duration"}) {
            const std::string call = fmt::format(".{}(\"", kind);
            const auto dot = line.find(call);
            if (dot == std::string::npos) continue;
            const auto before = line.find_last_not_of("abcdefghijklmnopqrstuvwxyz_", dot - 1);
            const std::string reader = line.substr(before + 1, dot - before - 1);
            const auto key = dot + call.size();
            const std::string table = reader != "reader" ? reader + "." : is_http ? "http." : "";
            keys.push_back(table + line.substr(key, line.find('"', key) - key));
        }
    }
    return keys;
}

TEST(Config, TheExampleNamesEverySetting) {
    const auto example = toml::parse_file(kExample);
    const auto keys = keys_that_are_read();
    EXPECT_THAT(keys, testing::SizeIs(testing::Ge(20U)));
    EXPECT_THAT(keys, testing::IsSupersetOf({"threads", "http.port", "log.level"}));
    for (const std::string& key : keys)
        EXPECT_TRUE(example.at_path(key)) << key << " is not in config/example.toml";
}

TEST(Config, TheExampleShowsEveryDefault) {
    const auto example = read_config(kExample);
    ASSERT_TRUE(example) << example.error().message;
    const Config defaults;
    EXPECT_EQ(example->http.address, defaults.http.address);
    EXPECT_EQ(example->http.port, defaults.http.port);
    EXPECT_EQ(example->http.prefix, defaults.http.prefix);
    EXPECT_EQ(example->http.public_url, defaults.http.public_url);
    EXPECT_EQ(example->http.certificate_file, defaults.http.certificate_file);
    EXPECT_EQ(example->http.key_file, defaults.http.key_file);
    EXPECT_EQ(example->http.cors_origins, defaults.http.cors_origins);
    EXPECT_EQ(example->http.trusted_proxies, defaults.http.trusted_proxies);
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

TEST(Config, FindsWhateverWouldKeepTheServerFromStarting) {
    const std::string broken = kExample;  // A file, but no certificate.
    const auto config = read_config(file_with(
        "[http]\naddress = \"here\"\nprefix = \"cpo/\"\ncors_origins = [\"https://a/b\"]\n"
        "trusted_proxies = [\"10.0.0.0/99\"]\ncertificate_file = \"" +
        broken + "\"\nkey_file = \"" + broken +
        "\"\n[store]\ndatabase = \"mysql://u:secret@db/x\"\n"));
    ASSERT_FALSE(config);
    EXPECT_THAT(config.error().message,
                AllOf(HasSubstr("\"here\" is no address"),
                      HasSubstr("path prefix \"cpo/\""),
                      HasSubstr("CORS origin \"https://a/b\""),
                      HasSubstr("trusted proxy \"10.0.0.0/99\""),
                      HasSubstr("TLS certificate " + broken),
                      HasSubstr("store.database: mysql://u@db/x")));
    EXPECT_THAT(config.error().message, testing::Not(HasSubstr("secret")));
}

TEST(Config, FindsAHalfConfiguredLanguageModel) {
    setenv("CPO_LLM_MODEL", "m", 1);  // NOLINT(concurrency-mt-unsafe): no threads yet.
    const auto config = read_config("");
    unsetenv("CPO_LLM_MODEL");  // NOLINT(concurrency-mt-unsafe)
    ASSERT_FALSE(config);
    EXPECT_THAT(config.error().message, HasSubstr("CPO_LLM_URL and CPO_LLM_MODEL"));
}

TEST(Config, AVerbOfTheDatabaseNeedsNoServer) {
    const std::string file =
        file_with("[http]\nkey_file = \"/nowhere/key.pem\"\n[store]\ndatabase = \"sqlite:x.db\"\n");
    EXPECT_FALSE(read_config(file));
    const auto store = read_store_config(file);
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_EQ(store->database, "sqlite:x.db");
    EXPECT_FALSE(read_store_config(file_with("[store]\ndatabas = 1\n")));
}

TEST(ServiceOptions, CookiesBelongToThePathPrefix) {
    Config config;
    EXPECT_EQ(accounts_options(config).cookie_path, "/");
    config.http.prefix = "/cpo";
    EXPECT_EQ(accounts_options(config).cookie_path, "/cpo");
}

TEST(ServiceOptions, SignInsLeaveHandlersToOthers) {
    Config config;
    for (const int threads : {2, 3, 4, 64}) {
        config.http.handler_threads = threads;
        const auto options = accounts_options(config);
        EXPECT_GE(options.hashes_max, 1);
        EXPECT_LT(options.hashes_max + options.hashes_waiting_max, threads);
    }
}

TEST(OpenDatabase, ThePasswordOfAUrlIsNeverShown) {
    EXPECT_EQ(without_password("postgres://cpo:secret@db/cpo"), "postgres://cpo@db/cpo");
    EXPECT_EQ(without_password("postgres://cpo@db:5432/cpo"), "postgres://cpo@db:5432/cpo");
    EXPECT_EQ(without_password("sqlite:data/cpo.db"), "sqlite:data/cpo.db");
    EXPECT_EQ(without_password("postgres://cpo@db/cpo?password=secret"),
              "postgres://cpo@db/cpo?password=***");
    EXPECT_EQ(without_password("postgres://db/cpo?user=a&password=se@cret&sslpassword=t&x=1"),
              "postgres://db/cpo?user=a&password=***&sslpassword=***&x=1");
    EXPECT_EQ(without_password("postgres://a:b@db/cpo?password=c&x=1"),
              "postgres://a@db/cpo?password=***&x=1");
    EXPECT_EQ(without_password("host=db password=se&cret user=cpo"),
              "host=db password=*** user=cpo");
    EXPECT_EQ(without_password("password = 'it\\'s a secret' host=db"), "password = *** host=db");
    EXPECT_EQ(without_password("host=db password='open end"), "host=db password=***");
    EXPECT_EQ(without_password("host=db password="), "host=db password=***");
    EXPECT_EQ(without_password("data/passwords.db"), "data/passwords.db");
}

TEST(OpenDatabase, AnUnknownSchemeIsRefused) {
    const auto database = open_database("mysql://root:secret@db/cpo");
    ASSERT_FALSE(database);
    EXPECT_THAT(database.error().message,
                AllOf(HasSubstr("mysql"), testing::Not(HasSubstr("secret"))));
}

}  // namespace
}  // namespace cpo::app
