#include "store/sqlite_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "store/sqlite_error.h"
#include "store_fixture.h"

namespace cpo::store {
namespace {

TEST(SqliteDatabase, KeepsItsFilesFromOtherUsers) {
    const auto old_mask = umask(0);  // The widest one: nothing but our own mode protects.
    {
        ScratchDatabase scratch(Engine::kSqlite);
        ASSERT_TRUE(migrate(scratch.database()));
        int files = 0;
        for (const char* suffix : {"", "-wal", "-shm"}) {
            struct stat status {};
            ASSERT_EQ(stat((scratch.file().string() + suffix).c_str(), &status), 0) << suffix;
            EXPECT_EQ(status.st_mode & 0777U, 0600U) << suffix;
            ++files;
        }
        EXPECT_EQ(files, 3);
    }
    umask(old_mask);
}

TEST(SqliteDatabase, RefusesAFolderThatIsNotThereAndAFileThatIsNoDatabase) {
    const auto nowhere = make_sqlite_database({"/no/such/folder/cpo.db", 1});
    ASSERT_FALSE(nowhere);
    EXPECT_EQ(nowhere.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(nowhere.error().message, testing::HasSubstr("/no/such/folder/cpo.db"));

    const ScratchDatabase scratch(Engine::kSqlite);
    const auto path = scratch.file().parent_path() / "letter.txt";
    std::ofstream(path) << std::string(4'096, 'x');
    const auto letter = make_sqlite_database({path, 1});
    ASSERT_FALSE(letter);
    EXPECT_EQ(letter.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(letter.error().message, testing::HasSubstr("letter.txt"));
}

TEST(SqliteDatabase, MovesALongLogIntoTheFileBesideTheWork) {
    const ScratchDatabase scratch(Engine::kSqlite);
    const auto database = scratch.open(1);
    const auto write = [&](std::string_view sql) {
        return transact(
            *database,
            Access::kWrite,
            [&](Session& session) { return session.execute(sql); },
            Deadline::never());
    };
    ASSERT_TRUE(write("CREATE TABLE t (bytes BLOB)"));
    constexpr std::uintmax_t kBytes = 40'000'000;
    ASSERT_TRUE(write("INSERT INTO t VALUES (zeroblob(40000000))"));
    const auto until = Deadline::after(std::chrono::seconds(30));
    while (std::filesystem::file_size(scratch.file()) < kBytes && !until.has_passed())
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_GE(std::filesystem::file_size(scratch.file()), kBytes);
    // What is moved is written over, so the log does not grow with every change.
    for (int i = 0; i < 5; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        ASSERT_TRUE(write("UPDATE t SET bytes = zeroblob(40000000)"));
    }
    EXPECT_LT(std::filesystem::file_size(scratch.file().string() + "-wal"), 5 * kBytes);
}

TEST(SqliteDatabase, NamesColumnsAsTheyAreAfterAnotherProcessChangedTheTable) {
    const ScratchDatabase scratch(Engine::kSqlite);
    const auto reader = scratch.open(1);
    const auto other = scratch.open(1);
    const auto run = [](Database& database, std::string_view sql) {
        return transact(
            database,
            Access::kWrite,
            [&](Session& session) { return session.execute(sql); },
            Deadline::never());
    };
    ASSERT_TRUE(run(*reader, "CREATE TABLE t (a TEXT, b TEXT)"));
    ASSERT_TRUE(run(*reader, "INSERT INTO t VALUES ('one', 'two')"));
    EXPECT_EQ(run(*reader, "SELECT * FROM t")->front().text("a"), "one");
    ASSERT_TRUE(run(*other, "ALTER TABLE t RENAME COLUMN a TO c"));
    EXPECT_EQ(run(*reader, "SELECT * FROM t")->front().text("c"), "one");
    ASSERT_TRUE(run(*other, "ALTER TABLE t ADD COLUMN d TEXT DEFAULT 'three'"));
    EXPECT_EQ(run(*reader, "SELECT * FROM t")->front().text("d"), "three");
}

// Codes and meanings: https://www.sqlite.org/rescode.html
TEST(SqliteError, HasOneOfOurCodes) {
    EXPECT_EQ(sqlite_error_code(SQLITE_CONSTRAINT_UNIQUE), ErrorCode::kAlreadyExists);
    EXPECT_EQ(sqlite_error_code(SQLITE_CONSTRAINT_PRIMARYKEY), ErrorCode::kAlreadyExists);
    EXPECT_EQ(sqlite_error_code(SQLITE_CONSTRAINT_FOREIGNKEY), ErrorCode::kFailedPrecondition);
    EXPECT_EQ(sqlite_error_code(SQLITE_CONSTRAINT_NOTNULL), ErrorCode::kInternal);
    EXPECT_EQ(sqlite_error_code(SQLITE_BUSY), ErrorCode::kUnavailable);
    EXPECT_EQ(sqlite_error_code(SQLITE_BUSY_SNAPSHOT), ErrorCode::kUnavailable);
    EXPECT_EQ(sqlite_error_code(SQLITE_INTERRUPT), ErrorCode::kDeadlineExceeded);
    EXPECT_EQ(sqlite_error_code(SQLITE_FULL), ErrorCode::kResourceExhausted);
    EXPECT_EQ(sqlite_error_code(SQLITE_IOERR_WRITE), ErrorCode::kInternal);
    EXPECT_EQ(sqlite_error_code(SQLITE_CORRUPT), ErrorCode::kInternal);
}

}  // namespace
}  // namespace cpo::store
