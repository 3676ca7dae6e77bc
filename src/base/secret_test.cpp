#include "base/secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace cpo {
namespace {

TEST(Secret, GivesTokensOf43UrlSafeCharactersThatNeverRepeat) {
    std::set<std::string> tokens;
    for (int i = 0; i < 1'000; ++i) {
        const std::string token = new_token();
        EXPECT_THAT(token, testing::MatchesRegex("[A-Za-z0-9_-]{43}"));
        tokens.insert(token);
    }
    EXPECT_EQ(tokens.size(), 1'000U);
}

TEST(Secret, ComparesWholeTexts) {
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
    EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
    EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
    EXPECT_FALSE(equal_in_constant_time(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

TEST(Secret, VerifiesWhatItHashed) {
    const auto hash = hash_password("hunter2 \xE2\x9C\x93");
    ASSERT_TRUE(hash);
    EXPECT_THAT(*hash, testing::StartsWith("$argon2id$v=19$m=65536,t=3,p=1$"));
    EXPECT_TRUE(verify_password("hunter2 \xE2\x9C\x93", *hash));
    EXPECT_FALSE(verify_password("hunter3 \xE2\x9C\x93", *hash));
    EXPECT_FALSE(verify_password("", *hash));
}

TEST(Secret, SaltsEveryHash) {
    const auto first = hash_password("same");
    const auto second = hash_password("same");
    ASSERT_TRUE(first && second);
    EXPECT_NE(*first, *second);
}

// Made by argon2-cffi 23.1.0 (PyPI), hash_secret(..., time_cost=3, memory_cost=65536,
// parallelism=1, hash_len=32, type=ID).
TEST(Secret, VerifiesHashesOfTheReferenceImplementation) {
    EXPECT_TRUE(verify_password("correct horse battery staple",
                                "$argon2id$v=19$m=65536,t=3,p=1$c2l4dGVlbiBieXRlIHNhbA$"
                                "CsDnEdKUxJ7D5R8qbrGK/b+0oXpkb0kK4wU0MV29Bbk"));
    EXPECT_TRUE(verify_password("p\xC3\xA4ssw\xC3\xB6rd \xE2\x9C\x93",
                                "$argon2id$v=19$m=65536,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg$"
                                "OQO5qA4n665gHzERlSbw4cRGPzjckIvmjaLmbjzxMQw"));
}

TEST(Secret, RefusesTextsThatAreNoHash) {
    const auto hash = hash_password("x");
    ASSERT_TRUE(hash);
    EXPECT_FALSE(verify_password("x", ""));
    EXPECT_FALSE(verify_password("x", "x"));
    EXPECT_FALSE(verify_password("x", hash->substr(0, hash->size() - 4)));
    EXPECT_FALSE(verify_password("x", *hash + std::string(1, '\0') + "more"));
    EXPECT_FALSE(verify_password("x", std::string(4'000, '$')));
}

}  // namespace
}  // namespace cpo
