#include "store/migrate.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "store_fixture.h"

namespace cpo::store {
namespace {

const std::vector<Migration> kTwo{
    {1,
     "one",
     "-- It's a comment; with a semicolon.\nCREATE TABLE one (id TEXT);\n"
     "INSERT INTO one (id) VALUES ('a;b -- c');"},
    {2, "two", "CREATE TABLE two (id TEXT);"}};

class MigrateTest : public testing::TestWithParam<Engine> {
public:
    void SetUp() override {
        if (const char* reason = ScratchDatabase::missing(GetParam())) GTEST_SKIP() << reason;
        scratch_ = std::make_unique<ScratchDatabase>(GetParam());
    }
    Database& database() { return scratch_->database(); }
    ScratchDatabase& scratch() { return *scratch_; }
    static Deadline soon() { return StoreTest::soon(); }
    std::int64_t count(std::string_view table) {
        std::int64_t found = -1;
        const auto done = database().transact(
            Access::kRead,
            [&](Session& session) -> Result<void> {
                const auto rows =
                    TRY(session.execute(fmt::format("SELECT COUNT(*) AS c FROM {}", table)));
                found = rows.front().integer("c");
                return {};
            },
            soon());
        return done ? found : -1;
    }

private:
    std::unique_ptr<ScratchDatabase> scratch_;
};

TEST_P(MigrateTest, AppliesWhatIsMissingInOrderAndOnce) {
    EXPECT_EQ(*pending(database(), soon(), kTwo), 2);
    EXPECT_EQ(*migrate(database(), std::span(kTwo).first(1)), 1);
    EXPECT_EQ(*pending(database(), soon(), kTwo), 1);
    EXPECT_EQ(*migrate(database(), kTwo), 1);
    EXPECT_EQ(*migrate(database(), kTwo), 0);
    EXPECT_EQ(*pending(database(), soon(), kTwo), 0);
    EXPECT_EQ(count("one WHERE id = 'a;b -- c'"), 1);
    EXPECT_EQ(count("two"), 0);
}

TEST_P(MigrateTest, RefusesADatabaseWhoseMigrationIsAnotherText) {
    ASSERT_TRUE(migrate(database(), kTwo));
    auto changed = kTwo;
    changed[0].sql += "\n";
    for (const auto& refused :
         {migrate(database(), changed), pending(database(), soon(), changed)}) {
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::kFailedPrecondition);
        EXPECT_THAT(refused.error().message, testing::HasSubstr("Migration 1 (one)"));
    }
}

TEST_P(MigrateTest, RefusesADatabaseThatIsNewerThanTheProgram) {
    ASSERT_TRUE(migrate(database(), kTwo));
    const auto older = std::span(kTwo).first(1);
    for (const auto& refused : {migrate(database(), older), pending(database(), soon(), older)}) {
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::kFailedPrecondition);
        EXPECT_THAT(refused.error().message, testing::HasSubstr("migration 2 (two)"));
    }
}

TEST_P(MigrateTest, LeavesNothingOfAMigrationThatFails) {
    auto broken = kTwo;
    broken[1].sql += "CREATE TABLE three (id TEXT); INSERT INTO nowhere VALUES (1);";
    const auto failed = migrate(database(), broken);
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().detail, testing::HasSubstr("migration 2 (two)"));
    EXPECT_EQ(count("one"), 1);
    EXPECT_EQ(count("three"), -1);
    EXPECT_EQ(*pending(database(), soon(), kTwo), 1);
    EXPECT_EQ(*migrate(database(), kTwo), 1);
}

TEST_P(MigrateTest, LetsTwoProcessesMigrateAtOnce) {
    std::vector<std::unique_ptr<Database>> databases;
    for (int i = 0; i < 4; ++i) databases.push_back(scratch().open());
    std::atomic<int> applied = 0;
    std::vector<std::thread> threads;
    for (const auto& each : databases)
        threads.emplace_back([&applied, &each] {
            const auto done = migrate(*each, kTwo);
            EXPECT_TRUE(done) << done.error().message << done.error().detail;
            if (done) applied += *done;
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(applied, 2);
    EXPECT_EQ(count("one"), 1);
}

TEST_P(MigrateTest, HasEveryFileOfTheMigrationsFolderInOrder) {
    std::vector<int> numbers;
    for (const Migration& migration : migrations()) numbers.push_back(migration.number);
    ASSERT_FALSE(numbers.empty());
    EXPECT_EQ(numbers.front(), 1);
    EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
    EXPECT_EQ(std::adjacent_find(numbers.begin(), numbers.end()), numbers.end());
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& file :
         std::filesystem::directory_iterator(CPO_SOURCE_DIR "/migrations"))
        ++files;
    EXPECT_EQ(numbers.size(), files);
    const auto done = migrate(database());
    ASSERT_TRUE(done) << done.error().message << done.error().detail;
    EXPECT_EQ(*done, static_cast<int>(files));
}

INSTANTIATE_TEST_SUITE_P(Engines, MigrateTest, kEngines, engine_name);

}  // namespace
}  // namespace cpo::store
