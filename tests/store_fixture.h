#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "base/clock.h"
#include "base/id.h"
#include "store/migrate.h"
#include "store/postgres_database.h"
#include "store/sqlite_database.h"
#include "store/store.h"
#include "store/workspace_store.h"

namespace cpo {

/// Stands still until it is told otherwise. Thread-safe.
class FakeClock final : public Clock {
public:
    MilliTime now() override { return MilliTime(std::chrono::milliseconds(now_.load())); }
    void set(MilliTime time) { now_ = time.time_since_epoch().count(); }
    void advance(std::chrono::milliseconds time) { now_ += time.count(); }

private:
    std::atomic<std::int64_t> now_{1'795'694'400'000};  ///< 2026-11-26T12:00:00Z.
};

/// An empty database of one engine, removed with this object. PostgreSQL needs a connection URL of
/// a user who may create schemas in CPO_TEST_POSTGRES.
class ScratchDatabase {
public:
    explicit ScratchDatabase(store::Engine engine) : engine_(engine) {
        if (engine_ == store::Engine::kSqlite)
            make_folder();
        else
            run_outside("CREATE SCHEMA " + schema_);
        database_ = open();
    }
    ~ScratchDatabase() {
        database_.reset();
        std::error_code ignored;
        if (engine_ == store::Engine::kSqlite)
            std::filesystem::remove_all(folder_, ignored);
        else
            run_outside("DROP SCHEMA " + schema_ + " CASCADE");
    }
    ScratchDatabase(const ScratchDatabase&) = delete;
    ScratchDatabase& operator=(const ScratchDatabase&) = delete;

    store::Database& database() { return *database_; }
    /// Before a fork: SQLite's locks do not survive one.
    void close() { database_.reset(); }
    /// Another Database over the same data, as a second process has it.
    std::unique_ptr<store::Database> open(int connections = 10) const {
        return must(engine_ == store::Engine::kSqlite
                        ? store::make_sqlite_database({file(), connections})
                        : store::make_postgres_database({url(), connections}));
    }
    /// SQLite only.
    std::filesystem::path file() const { return folder_ / "cpo.db"; }
    /// PostgreSQL only.
    std::string url() const {
        const std::string server = server_url();
        return server + (server.find('?') == std::string::npos ? "?" : "&") +
               "options=-csearch_path%3D" + schema_;
    }
    /// Null when the engine can be tested here, else why not.
    static const char* missing(store::Engine engine) {
        if (engine == store::Engine::kSqlite || !server_url().empty()) return nullptr;
        return "CPO_TEST_POSTGRES is not set: tools/postgres.sh starts a server";
    }

private:
    static std::string server_url() {
        const char* url = std::getenv("CPO_TEST_POSTGRES");  // NOLINT(concurrency-mt-unsafe)
        return url == nullptr ? "" : url;
    }
    static std::unique_ptr<store::Database> must(Result<std::unique_ptr<store::Database>> made) {
        if (!made) throw std::runtime_error(made.error().message + " " + made.error().detail);
        return *std::move(made);
    }
    void make_folder() {
        std::string folder = std::filesystem::temp_directory_path() / "cpo-store-XXXXXX";
        if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder_ = folder;
    }
    static void run_outside(const std::string& sql) {
        const auto server = must(store::make_postgres_database({server_url(), 1}));
        const auto done = server->transact(
            store::Access::kWrite,
            [&](store::Session& session) -> Result<void> {
                TRY(session.execute(sql));
                return {};
            },
            Deadline::after(std::chrono::seconds(30)));
        EXPECT_TRUE(done) << done.error().message << " " << done.error().detail;
    }
    static std::string new_schema() {
        std::string name = "cpo_" + new_id(system_clock().now());
        std::replace(name.begin(), name.end(), '-', '_');
        return name;
    }

    store::Engine engine_;
    std::filesystem::path folder_;
    std::string schema_ = new_schema();
    std::unique_ptr<store::Database> database_;
};

/// A migrated store with one workspace, on each engine. Derive, write TEST_P and then
/// INSTANTIATE_TEST_SUITE_P(Engines, YourTest, kEngines, engine_name);
class StoreTest : public testing::TestWithParam<store::Engine> {
public:
    void SetUp() override {
        if (const char* reason = ScratchDatabase::missing(GetParam())) GTEST_SKIP() << reason;
        scratch_ = std::make_unique<ScratchDatabase>(GetParam());
        store_ = std::make_unique<store::Store>(database(), clock_);
        const auto migrated = store::migrate(database());
        ASSERT_TRUE(migrated) << migrated.error().message << " " << migrated.error().detail;
        workspace_ = make_workspace("Acme");
    }

    store::Store& store() { return *store_; }
    store::Database& database() { return scratch_->database(); }
    ScratchDatabase& scratch() { return *scratch_; }
    FakeClock& clock() { return clock_; }
    const std::string& workspace() const { return workspace_; }
    store::Actor actor() const { return {"user", "user-1", "user-1", "request-1"}; }
    /// Long enough for the slowest machine, short enough to notice a deadlock.
    static Deadline soon() { return Deadline::after(std::chrono::seconds(30)); }

    /// One more workspace; gives its id.
    std::string make_workspace(const std::string& name) {
        const std::string id = new_id(clock_.now());
        const auto made = store_->maintain(
            [&](store::Session& session) {
                return store::create_workspace(session, id, name, clock_.now());
            },
            soon());
        EXPECT_TRUE(made) << made.error().message << " " << made.error().detail;
        return id;
    }

private:
    FakeClock clock_;
    std::unique_ptr<ScratchDatabase> scratch_;
    std::unique_ptr<store::Store> store_;
    std::string workspace_;
};

inline const auto kEngines = testing::Values(store::Engine::kSqlite, store::Engine::kPostgres);
inline std::string engine_name(const testing::TestParamInfo<store::Engine>& info) {
    return info.param == store::Engine::kSqlite ? "Sqlite" : "Postgres";
}

}  // namespace cpo
