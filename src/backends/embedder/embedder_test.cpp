#include "backends/embedder/embedder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "backends/embedder/hashing_embedder.h"
#include "backends/embedder/minilm_embedder.h"
#include "base/cpu.h"
#include "base/json.h"

namespace cpo {
namespace {

Deadline in_one_minute() { return Deadline::after(std::chrono::minutes(1)); }

double dot(const Embedding& left, const Embedding& right) {
    double sum = 0;
    for (std::size_t i = 0; i < left.size(); ++i)
        sum += static_cast<double>(left[i]) * static_cast<double>(right[i]);
    return sum;
}

/// Every embedder must pass these.
class EmbedderContract : public testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        if (GetParam() == "hashing") {
            embedder_ = make_hashing_embedder({});
            return;
        }
        if (!std::filesystem::exists(CPO_MODEL_FILE))
            GTEST_SKIP() << "no model at " CPO_MODEL_FILE "; ./dev setup installs it";
        if (simd_level() < SimdLevel::kAvx2) GTEST_SKIP() << "this CPU has no AVX2";
        auto made = make_minilm_embedder({.model_file = CPO_MODEL_FILE, .threads = 2});
        ASSERT_TRUE(made) << made.error().message;
        embedder_ = *std::move(made);
    }
    std::vector<Embedding> embed(const std::vector<std::string>& texts) {
        auto embeddings = embedder_->embed(texts, in_one_minute());
        EXPECT_TRUE(embeddings) << embeddings.error().message;
        return embeddings ? *embeddings : std::vector<Embedding>(texts.size());
    }
    std::unique_ptr<Embedder> embedder_;
};

TEST_P(EmbedderContract, HasTheNameItWasChosenBy) { EXPECT_EQ(embedder_->name(), GetParam()); }

TEST_P(EmbedderContract, ReturnsOneUnitVectorPerTextInOrder) {
    const auto embeddings = embed({"red shoes", "blue shoes", "a tin of tea lights"});
    ASSERT_EQ(embeddings.size(), 3U);
    for (const auto& embedding : embeddings) {
        EXPECT_EQ(embedding.size(), static_cast<std::size_t>(embedder_->dimension()));
        EXPECT_NEAR(dot(embedding, embedding), 1.0, 1e-5);
    }
    EXPECT_EQ(embeddings[1], embed({"blue shoes"})[0]);
}

TEST_P(EmbedderContract, GivesTheSameTextTheSameVectorWhateverStandsBesideIt) {
    const std::string text = "Hearts for the garden, cut from tin.";
    const auto alone = embed({text})[0];
    std::vector<std::string> many(9,
                                  "Something else that is much longer than the text in question.");
    many[4] = text;
    many[8] = text;
    const auto embeddings = embed(many);
    EXPECT_EQ(embeddings[4], alone);
    EXPECT_EQ(embeddings[8], alone);
}

TEST_P(EmbedderContract, PutsRelatedTextsCloserThanUnrelatedOnes) {
    const auto embeddings = embed({"the delivery of your parcel takes three days",
                                   "delivery of a parcel: three days",
                                   "hand painted mugs with robins"});
    EXPECT_GT(dot(embeddings[0], embeddings[1]), dot(embeddings[0], embeddings[2]) + 0.2);
}

TEST_P(EmbedderContract, TakesAnyBytes) {
    const auto embeddings = embed({"",
                                   "   \n\t ",
                                   std::string("a\0b", 3),
                                   "\xFF\xFE broken \xC3",
                                   std::string(5000, 'a'),
                                   "…!?",
                                   "漢字かな交じり文 한국어 हिन्दी العربية"});
    for (const auto& embedding : embeddings) EXPECT_NEAR(dot(embedding, embedding), 1.0, 1e-5);
}

TEST_P(EmbedderContract, TakesTextsOfAnyLength) {
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += "lantern ";
    const auto embedding = embed({text})[0];
    EXPECT_NEAR(dot(embedding, embedding), 1.0, 1e-5);
}

TEST_P(EmbedderContract, RefusesNoTexts) {
    const auto embeddings = embedder_->embed({}, in_one_minute());
    ASSERT_FALSE(embeddings);
    EXPECT_EQ(embeddings.error().code, ErrorCode::kInvalidArgument);
}

TEST_P(EmbedderContract, StopsAtTheDeadline) {
    const std::vector<std::string> texts{"one", "two"};
    const auto embeddings = embedder_->embed(texts, Deadline::after(std::chrono::milliseconds(0)));
    ASSERT_FALSE(embeddings);
    EXPECT_EQ(embeddings.error().code, ErrorCode::kDeadlineExceeded);
}

TEST_P(EmbedderContract, AnswersManyThreadsAtOnce) {
    const std::vector<std::string> texts{"first text", "a second one", "and the third"};
    const auto expected = embed(texts);
    std::vector<std::vector<Embedding>> found(4);
    std::vector<std::thread> threads;
    for (auto& place : found) threads.emplace_back([&, this] { place = embed(texts); });
    for (auto& thread : threads) thread.join();
    for (const auto& embeddings : found) EXPECT_EQ(embeddings, expected);
}

INSTANTIATE_TEST_SUITE_P(All,
                         EmbedderContract,
                         testing::Values("hashing", "minilm"),
                         [](const auto& value) { return value.param; });

TEST(HashingEmbedder, SeesCaseAndAccentsAsTheSameWord) {
    const auto embedder = make_hashing_embedder({});
    const std::vector<std::string> texts{"Café CANDLES!", "cafe candles"};
    const auto embeddings = embedder->embed(texts, in_one_minute());
    ASSERT_TRUE(embeddings);
    EXPECT_EQ((*embeddings)[0], (*embeddings)[1]);
}

// Expected vectors: the published weights through a numpy forward pass,
// tests/minilm_reference.py. Ours are computed from 16-bit weights.
TEST(MiniLmEmbedder, AgreesWithTheOriginalWeights) {
    if (!std::filesystem::exists(CPO_MODEL_FILE))
        GTEST_SKIP() << "no model at " CPO_MODEL_FILE "; ./dev setup installs it";
    if (simd_level() < SimdLevel::kAvx2) GTEST_SKIP() << "this CPU has no AVX2";
    const auto embedder = make_minilm_embedder({.model_file = CPO_MODEL_FILE, .threads = 1});
    ASSERT_TRUE(embedder) << embedder.error().message;
    std::ifstream file(CPO_SOURCE_DIR "/tests/data/minilm_vectors.jsonl");
    std::size_t compared = 0;
    for (std::string line; std::getline(file, line); ++compared) {
        const auto entry = parse_json(line);
        ASSERT_TRUE(entry) << entry.error().message;
        const std::vector<std::string> texts{std::string(entry->at("text").as_string())};
        const auto found = (*embedder)->embed(texts, in_one_minute());
        ASSERT_TRUE(found) << found.error().message;
        const auto expected = json::value_to<Embedding>(entry->at("vector"));
        ASSERT_EQ(found->front().size(), expected.size());
        EXPECT_GE(dot(found->front(), expected), 0.9999) << texts.front();
    }
    EXPECT_EQ(compared, 8U);
}

TEST(MiniLmEmbedder, SaysThatTheModelIsMissing) {
    if (simd_level() < SimdLevel::kAvx2) GTEST_SKIP() << "this CPU has no AVX2";
    const auto made = make_minilm_embedder({.model_file = "/nowhere/model.gguf"});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::kNotFound);
    EXPECT_THAT(made.error().message, testing::HasSubstr("/nowhere/model.gguf"));
}

TEST(MiniLmEmbedder, RefusesAFileThatIsNoModel) {
    if (simd_level() < SimdLevel::kAvx2) GTEST_SKIP() << "this CPU has no AVX2";
    const auto made = make_minilm_embedder({.model_file = CPO_SOURCE_DIR "/README.md"});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::kFailedPrecondition);
}

}  // namespace
}  // namespace cpo
