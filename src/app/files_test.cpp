#include "app/files.h"

#include <gmock/gmock.h>

#include <filesystem>

namespace cpo::app {
namespace {

namespace fs = std::filesystem;

class FilesTest : public testing::Test {
protected:
    FilesTest() : folder_(fs::path(testing::TempDir()) / "cpo-files") {
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    ~FilesTest() override { fs::remove_all(folder_); }
    std::string path(const char* name) const { return (folder_ / name).string(); }

private:
    fs::path folder_;
};

TEST_F(FilesTest, AFileIsThereWhenItIsFinishedAndNothingElseIs) {
    ASSERT_TRUE(write_file(path("a.csv"), "old"));
    {
        auto file = OutputFile::open(path("a.csv"));
        ASSERT_TRUE(file);
        file->write("new");
        EXPECT_EQ(*read_file(path("a.csv")), "old");
    }
    EXPECT_EQ(*read_file(path("a.csv")), "old") << "what is not finished goes";
    ASSERT_TRUE(write_file(path("a.csv"), "new"));
    EXPECT_EQ(*read_file(path("a.csv")), "new");
    const fs::directory_iterator files(path(""));
    EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST_F(FilesTest, ADeviceIsWrittenToAndStaysOne) {
    fs::create_symlink("/dev/null", path("device"));
    ASSERT_TRUE(write_file(path("device"), "gone"));
    EXPECT_TRUE(fs::is_symlink(path("device")));
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(FilesTest, AFolderIsRefused) {
    const auto refused = write_file(path(""), "words");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    EXPECT_FALSE(write_file(path("none/a.csv"), "words"));
}

}  // namespace
}  // namespace cpo::app
