#include "ingest/text_set.h"

#include <gtest/gtest.h>

#include <unordered_set>

#include "base/random.h"

namespace cpo::ingest {
namespace {

TEST(TextSet, KnowsWhatWasPutIn) {
    TextSet set;
    EXPECT_TRUE(set.insert("a"));
    EXPECT_TRUE(set.insert(""));
    EXPECT_TRUE(set.insert("ab"));
    EXPECT_FALSE(set.insert("a"));
    EXPECT_FALSE(set.insert(""));
    EXPECT_TRUE(set.insert("b"));
}

TEST(TextSet, AgreesWithASetOfStrings) {
    Random random(7);
    TextSet set;
    std::unordered_set<std::string> expected;
    for (int i = 0; i < 50'000; ++i) {
        const std::string text = std::to_string(random.below(25'000));
        ASSERT_EQ(set.insert(text), expected.insert(text).second) << text;
    }
}

}  // namespace
}  // namespace cpo::ingest
