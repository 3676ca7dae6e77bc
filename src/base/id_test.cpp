#include "base/id.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <thread>

namespace cpo {
namespace {

MilliTime milli_time(std::int64_t milliseconds) {
    return MilliTime(std::chrono::milliseconds(milliseconds));
}

/// RFC 9562 section 5.7: the first 48 bits are milliseconds since 1970.
std::int64_t time_of(const std::string& id) {
    const std::string digits = id.substr(0, 8) + id.substr(9, 4);
    std::int64_t time = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), time, 16);
    return time;
}

// Ids of one process never go back in time, so these moments lie beyond any other test's.
constexpr std::int64_t kLate = 4'000'000'000'000;

TEST(Id, HasTheFormOfAVersion7Uuid) {
    for (int i = 0; i < 1000; ++i) {
        const std::string id = new_id(milli_time(kLate));
        EXPECT_TRUE(is_id(id)) << id;
        EXPECT_EQ(id[14], '7') << id;
        EXPECT_THAT(std::string("89ab"), testing::HasSubstr(std::string(1, id[19]))) << id;
    }
}

TEST(Id, BeginsWithTheTime) {
    EXPECT_EQ(time_of(new_id(milli_time(kLate + 12'345))), kLate + 12'345);
}

TEST(Id, IsLargerThanEveryEarlierOneEvenWhenTheClockStandsOrGoesBack) {
    std::string last = new_id(milli_time(kLate + 50'000));
    for (int i = 0; i < 100'000; ++i) {
        const std::string id = new_id(milli_time(kLate + 50'000 - i % 3));
        ASSERT_GT(id, last);
        last = id;
    }
}

TEST(Id, IsUniqueAcrossThreads) {
    std::vector<std::vector<std::string>> made(8);
    std::vector<std::thread> threads;
    for (auto& ids : made)
        threads.emplace_back([&ids] {
            for (int i = 0; i < 5'000; ++i) ids.push_back(new_id(milli_time(kLate + 60'000)));
        });
    for (auto& thread : threads) thread.join();
    std::set<std::string> all;
    for (const auto& ids : made) {
        EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
        all.insert(ids.begin(), ids.end());
    }
    EXPECT_EQ(all.size(), 40'000U);
}

TEST(Id, IsRecognisedInItsOneSpellingOnly) {
    EXPECT_TRUE(is_id("019ac0f2-7b3c-7def-8123-456789abcdef"));
    for (const char* text : {"",
                             "019AC0F2-7B3C-7DEF-8123-456789ABCDEF",
                             "019ac0f27b3c7def8123456789abcdef",
                             "019ac0f2-7b3c-7def-8123-456789abcdeg",
                             "019ac0f2-7b3c-7def-8123-456789abcde",
                             "019ac0f2-7b3c-7def-81234-56789abcdef",
                             "{19ac0f2-7b3c-7def-8123-456789abcde}"})
        EXPECT_FALSE(is_id(text)) << text;
}

}  // namespace
}  // namespace cpo
