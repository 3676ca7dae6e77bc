#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <atomic>
#include <thread>

#include "backends/lexical_index/fts5_lexical_index.h"

namespace cpo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::unique_ptr<LexicalIndex> shop_index() {
    auto index = make_fts5_lexical_index();
    EXPECT_TRUE(index);
    EXPECT_TRUE((*index)->add(10, "Gift wrap", "We wrap every present in recycled paper."));
    EXPECT_TRUE((*index)->add(11, "Delivery", "Parcels arrive within three working days."));
    EXPECT_TRUE((*index)->add(12, "Café candles", "Candles poured by hand in our own workshop."));
    EXPECT_TRUE((*index)->add(13, "Returns", "Send gifts back within thirty days."));
    return std::move(*index);
}

std::vector<std::uint32_t> ids(const Result<std::vector<LexicalMatch>>& matches) {
    std::vector<std::uint32_t> result;
    EXPECT_TRUE(matches) << (matches ? "" : matches.error().detail);
    if (matches)
        for (const auto& match : *matches) result.push_back(match.id);
    return result;
}

TEST(Fts5LexicalIndex, FindsTextsThatShareAnyWord) {
    const auto index = shop_index();
    EXPECT_THAT(ids(index->search("parcels or candles", 10, {})),
                testing::UnorderedElementsAre(11, 12));
    EXPECT_THAT(ids(index->search("bicycle", 10, {})), IsEmpty());
}

TEST(Fts5LexicalIndex, FindsOtherFormsOfAWordAndIgnoresAccents) {
    const auto index = shop_index();
    EXPECT_THAT(ids(index->search("wrapping", 10, {})), ElementsAre(10));
    EXPECT_THAT(ids(index->search("cafe", 10, {})), ElementsAre(12));
    EXPECT_THAT(ids(index->search("CAFÉS", 10, {})), ElementsAre(12));
}

TEST(Fts5LexicalIndex, CountsAWordOfTheTitleMore) {
    auto index = make_fts5_lexical_index();
    ASSERT_TRUE(index);
    ASSERT_TRUE((*index)->add(1, "Paper", "One lantern for the garden."));
    ASSERT_TRUE((*index)->add(2, "Lantern", "One paper for the garden."));
    ASSERT_TRUE((*index)->add(3, "Mugs", "Two mugs for the kitchen."));
    ASSERT_TRUE((*index)->add(4, "Tins", "Two tins for the kitchen."));
    EXPECT_THAT(ids((*index)->search("lantern", 10, {})), ElementsAre(2, 1));
}

TEST(Fts5LexicalIndex, GivesHigherScoresFirstAndTiesById) {
    auto index = make_fts5_lexical_index();
    ASSERT_TRUE(index);
    for (const std::uint32_t id : {8U, 3U, 5U})
        ASSERT_TRUE((*index)->add(id, "Tin", "A tin of tea lights."));
    ASSERT_TRUE((*index)->add(1, "Tin tin", "A tin tin tin."));
    const auto matches = (*index)->search("tin", 10, {});
    EXPECT_THAT(ids(matches), ElementsAre(1, 3, 5, 8));
    EXPECT_GT((*matches)[0].score, (*matches)[1].score);
    EXPECT_EQ((*matches)[1].score, (*matches)[2].score);
}

TEST(Fts5LexicalIndex, HonoursTheFilterAndTheCount) {
    const auto index = shop_index();
    const auto is_even = [](std::uint32_t id) { return id % 2 == 0; };
    EXPECT_THAT(ids(index->search("gifts wrap days parcels candles", 10, is_even)),
                testing::UnorderedElementsAre(10, 12));
    EXPECT_THAT(ids(index->search("gifts wrap days", 1, {})), testing::SizeIs(1));
    EXPECT_THAT(ids(index->search("gifts", 0, {})), IsEmpty());
}

TEST(Fts5LexicalIndex, GivesOperatorsNoMeaning) {
    const auto index = shop_index();
    for (const char* query : {"\"wrap",
                              "wrap*",
                              "NOT wrap",
                              "title:wrap",
                              "wrap NEAR/2 zebra",
                              "(wrap",
                              "wrap AND",
                              "^wrap",
                              "-wrap",
                              "{wrap}",
                              "'; DROP TABLE x;wrap"})
        EXPECT_THAT(ids(index->search(query, 10, {})), ElementsAre(10)) << query;
    for (const char* query : {"", "  ", "\"\"", "…", "()*:^"})
        EXPECT_THAT(ids(index->search(query, 10, {})), IsEmpty()) << query;
}

RC_GTEST_PROP(Fts5LexicalIndex, AnswersAnyBytes, (const std::string& query)) {
    static const auto index = shop_index();
    RC_ASSERT(index->search(query, 10, {}).has_value());
}

TEST(Fts5LexicalIndex, CutsEndlessQueries) {
    std::string query;
    for (int i = 0; i < 5000; ++i) query += fmt::format("word{} ", i);
    query += std::string(100'000, 'x');
    EXPECT_THAT(ids(shop_index()->search(query, 10, {})), IsEmpty());
}

TEST(Fts5LexicalIndex, RefusesAnIdTwice) {
    const auto index = shop_index();
    EXPECT_EQ(index->add(10, "Again", "Again.").error().code, ErrorCode::kAlreadyExists);
}

TEST(Fts5LexicalIndex, AnswersManyThreadsAtOnce) {
    const auto index = shop_index();
    const auto expected = ids(index->search("gifts wrap days", 10, {}));
    std::atomic<int> faults{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 50; ++i)
                if (ids(index->search("gifts wrap days", 10, {})) != expected) ++faults;
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(faults, 0);
}

}  // namespace
}  // namespace cpo
