#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "backends/embedder/caching_embedder.h"
#include "backends/embedder/hashing_embedder.h"
#include "backends/embedder/lazy_embedder.h"

namespace cpo {
namespace {

Deadline soon() { return Deadline::after(std::chrono::seconds(30)); }

/// Passes calls on and counts the texts; fails once `left` texts are used up.
class CountingEmbedder : public Embedder {
public:
    std::string name() const override { return "counting"; }
    int dimension() const override { return inner_->dimension(); }
    Result<std::vector<Embedding>> embed(std::span<const std::string> texts,
                                         Deadline deadline) override {
        if (left < static_cast<int>(texts.size()))
            return Error{ErrorCode::kDeadlineExceeded, "too slow", {}};
        left -= static_cast<int>(texts.size());
        count += static_cast<int>(texts.size());
        return inner_->embed(texts, deadline);
    }

    std::atomic<int> count = 0;
    std::atomic<int> left = 1'000'000;

private:
    std::unique_ptr<Embedder> inner_ = make_hashing_embedder({.dimension = 16});
};

std::vector<std::string> texts_of(int first, int count) {
    std::vector<std::string> texts;
    for (int i = first; i < first + count; ++i) texts.push_back("text " + std::to_string(i));
    return texts;
}

TEST(CachingEmbedder, GivesTheVectorsOfTheEmbedderBehindAndComputesEachOnce) {
    CountingEmbedder counting;
    const auto caching = make_caching_embedder(counting, {});
    const auto texts = texts_of(0, 40);
    const auto plain = make_hashing_embedder({.dimension = 16})->embed(texts, soon());
    EXPECT_EQ(*caching->embed(texts, soon()), *plain);
    EXPECT_EQ(*caching->embed(texts, soon()), *plain);
    EXPECT_EQ(counting.count, 40);
    EXPECT_EQ(caching->name(), "counting");
    EXPECT_EQ(caching->dimension(), 16);
}

TEST(CachingEmbedder, DropsWhatWasNotUsedForLongest) {
    CountingEmbedder counting;
    const auto caching = make_caching_embedder(counting, {.entries_max = 3});
    const auto embed = [&](int i) { ASSERT_TRUE(caching->embed(texts_of(i, 1), soon())); };
    for (const int i : {1, 2, 3, 1, 4}) embed(i);  // 2 goes.
    EXPECT_EQ(counting.count, 4);
    for (const int i : {1, 3, 4}) embed(i);
    EXPECT_EQ(counting.count, 4);
    embed(2);
    EXPECT_EQ(counting.count, 5);
}

TEST(CachingEmbedder, KeepsWhatWasDoneBeforeAFailure) {
    CountingEmbedder counting;
    const auto caching = make_caching_embedder(counting, {.entries_max = 100, .batch_max = 4});
    counting.left = 10;
    EXPECT_FALSE(caching->embed(texts_of(0, 12), soon()));
    EXPECT_EQ(counting.count, 8);
    counting.left = 4;
    EXPECT_TRUE(caching->embed(texts_of(0, 12), soon()));
}

TEST(CachingEmbedder, RefusesAnEmptyCallAsTheEmbedderBehindDoes) {
    CountingEmbedder counting;
    const auto caching = make_caching_embedder(counting, {});
    EXPECT_EQ(caching->embed({}, soon()).error().code, ErrorCode::kInvalidArgument);
}

TEST(CachingEmbedder, ServesManyThreads) {
    CountingEmbedder counting;
    const auto caching = make_caching_embedder(counting, {.entries_max = 20});
    const auto expected = *make_hashing_embedder({.dimension = 16})->embed(texts_of(0, 60), soon());
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 50; ++i) {
                const int first = (7 * t + i) % 50;
                const auto embedded = caching->embed(texts_of(first, 10), soon());
                for (std::size_t k = 0; k < 10; ++k)
                    if ((*embedded)[k] != expected[static_cast<std::size_t>(first) + k]) ++wrong;
            }
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
}

TEST(LazyEmbedder, WaitsForItsModelAndThenWorks) {
    std::promise<void> loaded;
    const auto lazy = make_lazy_embedder(
        [&]() -> Result<std::unique_ptr<Embedder>> {
            loaded.get_future().wait();
            return make_hashing_embedder({.dimension = 16});
        },
        16);
    EXPECT_FALSE(lazy->is_ready());
    EXPECT_EQ(lazy->dimension(), 16);
    const auto texts = texts_of(0, 1);
    const auto too_soon = lazy->embed(texts, Deadline::after(std::chrono::milliseconds(1)));
    EXPECT_EQ(too_soon.error().code, ErrorCode::kDeadlineExceeded);
    auto waiting = std::async(std::launch::async, [&] { return lazy->embed(texts, soon()); });
    loaded.set_value();
    EXPECT_TRUE(waiting.get());
    EXPECT_TRUE(lazy->is_ready());
    EXPECT_EQ(lazy->name(), "hashing");
    EXPECT_FALSE(lazy->failure());
}

TEST(LazyEmbedder, SaysWhyItsModelCouldNotBeLoaded) {
    const auto lazy = make_lazy_embedder(
        []() -> Result<std::unique_ptr<Embedder>> {
            return Error{ErrorCode::kNotFound, "no model file", {}};
        },
        16);
    const auto answer = lazy->embed(texts_of(0, 1), soon());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(answer.error().message, testing::HasSubstr("no model file"));
    EXPECT_FALSE(lazy->is_ready());
    ASSERT_TRUE(lazy->failure());
    EXPECT_EQ(lazy->name(), "unavailable");
}

TEST(LazyEmbedder, RefusesAModelOfAnotherDimension) {
    const auto lazy = make_lazy_embedder(
        []() -> Result<std::unique_ptr<Embedder>> {
            return make_hashing_embedder({.dimension = 8});
        },
        16);
    EXPECT_EQ(lazy->embed(texts_of(0, 1), soon()).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace cpo
