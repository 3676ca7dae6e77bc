#include "pipeline/pipeline.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "agents/experiments/assignment.h"
#include "backends/embedder/hashing_embedder.h"
#include "backends/lexical_index/fts5_lexical_index.h"
#include "backends/vector_index/exact_vector_index.h"
#include "base/random.h"
#include "ingest/documents.h"

namespace cpo::pipeline {
namespace {

constexpr Date kToday = std::chrono::year(2026) / 11 / 15;

/// The content of the demo shop, as `cpo run --content demo/gift-shop` reads it.
std::vector<Document> shop_documents() {
    namespace fs = std::filesystem;
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(CPO_SOURCE_DIR "/demo/gift-shop"))
        if (entry.is_regular_file() && entry.path().filename() != "README.md")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::vector<Document> documents;
    for (const auto& path : files) {
        std::ostringstream content;
        content << std::ifstream(path).rdbuf();
        auto file = ingest::read_documents(content.str(), path.filename().string(), kToday);
        EXPECT_TRUE(file) << file.error().message;
        if (file)
            std::move(
                file->documents.begin(), file->documents.end(), std::back_inserter(documents));
    }
    return documents;
}

/// Three groups that cannot be mistaken: frequent, lapsed, new.
FeatureTable three_groups(std::size_t rows) {
    FeatureTable table;
    table.definitions = {{"recency_days", "Days since last purchase", "days", ""},
                         {"frequency", "Orders", "orders", ""},
                         {"monetary", "Spent", "currency units", ""}};
    Random random(3);
    for (std::size_t i = 0; i < rows; ++i) {
        table.ids.push_back(fmt::format("c{}", i));
        const std::array<std::array<double, 3>, 3> centres{
            {{5, 30, 2000}, {300, 4, 150}, {10, 1, 25}}};
        for (const double centre : centres[i % 3])
            table.values.push_back(centre * (1 + 0.05 * random.normal()));
    }
    return table;
}

RunInput shop_input(std::size_t rows) {
    RunInput input;
    input.campaign.goal = "win back lapsed customers";
    input.campaign.as_of = kToday;
    input.customers = three_groups(rows);
    input.documents = shop_documents();
    input.segmentation.clusters = 3;
    return input;
}

class PipelineTest : public testing::Test {
protected:
    PipelineTest() {
        auto safety = safety::SafetyAgent::make();
        EXPECT_TRUE(safety) << safety.error().message;
        safety_ = *std::move(safety);
    }

    Pipeline pipeline() {
        return Pipeline(
            {.embedder = *embedder_,
             .make_vector_index =
                 [](int dimension) { return Result(make_exact_vector_index(dimension)); },
             .make_lexical_index = make_fts5_lexical_index,
             .generation = generation_,
             .safety = *safety_});
    }

    Result<CampaignRun> run(RunInput input) {
        return pipeline().run(std::move(input), {}, Deadline::never());
    }

    std::unique_ptr<Embedder> embedder_ = make_hashing_embedder({});
    generation::GenerationAgent generation_{nullptr};
    std::unique_ptr<safety::SafetyAgent> safety_;
};

TEST_F(PipelineTest, PutsOnlyScreenedAndPassedMessagesIntoExperiments) {
    // Invariant 1 of the architecture.
    const auto result = run(shop_input(300));
    ASSERT_TRUE(result) << result.error().message;
    ASSERT_EQ(result->verdicts.size(), result->variants.size());
    std::set<std::string> passed;
    for (const Verdict& verdict : result->verdicts)
        if (verdict.decision == Decision::kPass) passed.insert(verdict.id);
    EXPECT_FALSE(result->experiments.empty());
    for (const Experiment& experiment : result->experiments)
        for (const Arm& arm : experiment.arms) {
            EXPECT_TRUE(arm.message.is_intact());
            EXPECT_TRUE(arm.message.verdict().is_grounding_checked);
            EXPECT_TRUE(passed.contains(arm.variant)) << arm.variant;
        }
}

TEST_F(PipelineTest, AssignsEveryCustomerOfASegmentThatHasAnExperiment) {
    const auto result = run(shop_input(300));
    ASSERT_TRUE(result) << result.error().message;
    std::set<int> with_experiment;
    for (const Experiment& experiment : result->experiments)
        with_experiment.insert(experiment.segment);
    std::size_t expected = 0;
    for (const int segment : result->segmentation.segment_of)
        expected += with_experiment.count(segment);
    EXPECT_EQ(result->assignments.size(), expected);
    for (const UnitAssignment& assignment : result->assignments)
        EXPECT_FALSE(assignment.arm.empty());
}

TEST_F(PipelineTest, SaysWhichSegmentsHaveNoExperimentAndWhy) {
    const auto result = run(shop_input(300));
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->experiments.size() + result->skipped.size(),
              result->segmentation.segments.size());
    for (const SkippedExperiment& skipped : result->skipped) EXPECT_FALSE(skipped.reason.empty());
}

TEST_F(PipelineTest, GivesTheSameRunForTheSameInput) {
    const auto first = run(shop_input(200));
    auto input = shop_input(200);
    input.segmentation.threads = 4;
    const auto second = run(std::move(input));
    ASSERT_TRUE(first);
    ASSERT_TRUE(second);
    EXPECT_EQ(first->segmentation.segment_of, second->segmentation.segment_of);
    ASSERT_EQ(first->variants.size(), second->variants.size());
    for (std::size_t i = 0; i < first->variants.size(); ++i)
        EXPECT_EQ(hash_of(first->variants[i].message), hash_of(second->variants[i].message));
}

TEST_F(PipelineTest, NamesTheStageThatFailed) {
    auto input = shop_input(30);
    input.documents.clear();
    const auto result = run(std::move(input));
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message,
                testing::AnyOf(testing::StartsWith("content: "),
                               testing::StartsWith("context: "),
                               testing::StartsWith("variants: ")));
}

TEST_F(PipelineTest, HoldsEverythingWhenTimeRunsOut) {
    // Invariant 2: no deadline, no pass. Retrieval may give up first; then there is no run at all.
    const auto result =
        pipeline().run(shop_input(60), {}, Deadline::after(std::chrono::milliseconds(0)));
    if (!result) {
        EXPECT_EQ(result.error().code, ErrorCode::kDeadlineExceeded);
        return;
    }
    EXPECT_TRUE(result->experiments.empty());
    for (const Verdict& verdict : result->verdicts) EXPECT_NE(verdict.decision, Decision::kPass);
}

TEST_F(PipelineTest, ReportsEveryStageTwice) {
    std::map<std::string, int> calls;
    const auto result = pipeline().run(
        shop_input(60),
        [&](const std::string& stage, double) { ++calls[stage]; },
        Deadline::never());
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(calls.size(), result->timings.size());
    for (const auto& [stage, count] : calls) EXPECT_EQ(count, 2) << stage;
}

}  // namespace
}  // namespace cpo::pipeline
