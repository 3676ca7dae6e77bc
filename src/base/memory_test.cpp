#include "base/memory.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace cpo {
namespace {

/// A machine of 8,000 kB, 6,000 of them available, made of files.
class MemoryRoomTest : public testing::Test {
protected:
    void SetUp() override {
        std::filesystem::remove_all(root_);
        put("/proc/meminfo", "MemTotal:   8000 kB\nMemFree:  10 kB\nMemAvailable:   6000 kB\n");
    }
    void TearDown() override { std::filesystem::remove_all(root_); }

    void put(const std::string& path, const std::string& content) const {
        const std::filesystem::path file = root_ + path;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << content;
    }

    const std::string root_ = testing::TempDir() + "cpo_memory_room_test";
};

TEST_F(MemoryRoomTest, IsThatOfTheMachine) {
    const MemoryRoom room = memory_room(root_);
    EXPECT_EQ(room.total, 8000U * 1024);
    EXPECT_EQ(room.available, 6000U * 1024);
}

TEST_F(MemoryRoomTest, IsLessInAControlGroupOfEitherVersion) {
    put("/proc/self/cgroup", "5:devices:/\n4:cpu,memory:/a/b\n");
    put("/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "2000000\n");
    put("/sys/fs/cgroup/memory/a/b/memory.usage_in_bytes", "500000\n");
    put("/sys/fs/cgroup/memory/a/b/memory.stat", "cache 7\ntotal_inactive_file 100000\n");
    EXPECT_EQ(memory_room(root_).total, 2000000U);
    EXPECT_EQ(memory_room(root_).available, 1600000U);

    put("/proc/self/cgroup", "0::/c\n");
    put("/sys/fs/cgroup/c/memory.max", "3000000\n");
    put("/sys/fs/cgroup/c/memory.current", "1000000\n");
    put("/sys/fs/cgroup/c/memory.stat", "inactive_file 250000\n");
    EXPECT_EQ(memory_room(root_).total, 3000000U);
    EXPECT_EQ(memory_room(root_).available, 2250000U);
}

TEST_F(MemoryRoomTest, IsThatOfTheTightestGroupAbove) {
    put("/proc/self/cgroup", "0::/outer/inner\n");
    put("/sys/fs/cgroup/outer/memory.max", "1000000\n");
    put("/sys/fs/cgroup/outer/memory.current", "1200000\n");
    put("/sys/fs/cgroup/outer/inner/memory.max", "max\n");
    put("/sys/fs/cgroup/outer/inner/memory.current", "10\n");
    EXPECT_EQ(memory_room(root_).total, 1000000U);
    EXPECT_EQ(memory_room(root_).available, 0U);
}

TEST(MemoryRoom, OfThisProcessIsThere) {
    const MemoryRoom room = memory_room();
    EXPECT_GT(room.available, 1U << 20);
    EXPECT_LE(room.available, room.total);
}

TEST(MemoryWords, HaveTwoDigits) {
    EXPECT_EQ(memory_words(0), "1 MB");
    EXPECT_EQ(memory_words(850'000'000), "850 MB");
    EXPECT_EQ(memory_words(999'700'000), "1.0 GB");
    EXPECT_EQ(memory_words(1'640'000'000), "1.6 GB");
    EXPECT_EQ(memory_words(37'300'000'000), "37 GB");
    EXPECT_EQ(memory_words(2'000'000'000'000), "2.0 TB");
}

}  // namespace
}  // namespace cpo
