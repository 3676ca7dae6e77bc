#include "agents/segmentation/saved_run.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "agents/segmentation/assigner.h"
#include "agents/segmentation/points_fixture.h"
#include "agents/segmentation/segmentation.h"

namespace cpo::segmentation {
namespace {

using testing::HasSubstr;

FeatureTable clouds_table(std::size_t rows, std::size_t columns) {
    FeatureTable table;
    for (std::size_t j = 0; j < columns; ++j)
        table.definitions.push_back({fmt::format("f{}", j), "", "", ""});
    table.values = random_points(rows, columns, 3).values;
    for (std::size_t i = 0; i < rows; ++i) table.ids.push_back(fmt::format("c{}", i));
    return table;
}

SavedRun run_of(const FeatureTable& table, const Segmentation& result) {
    SavedRun run{.algorithm = result.algorithm,
                 .scale = "auto",
                 .id = "",
                 .segments = {},
                 .plan = {},
                 .rule = {}};
    for (const Segment& segment : result.segments)
        run.segments.push_back({segment.name, segment.size});
    for (const FeatureDefinition& feature : table.definitions)
        run.plan.columns.emplace_back().column.name = feature.name;
    run.plan.scaling = result.scaling;
    auto rule = assignment_rule(table, result, 1);
    EXPECT_TRUE(rule) << rule.error().message;
    run.rule = *std::move(rule);
    return run;
}

/// Through the file and back.
SavedRun reread(const SavedRun& run) {
    const auto value = parse_json(write_json(to_json(run)));
    auto read = read_run(*value);
    EXPECT_TRUE(read) << read.error().message;
    return *std::move(read);
}

std::vector<int> applied(const SavedRun& run, const FeatureTable& table) {
    return Assigner(run.rule, run.plan.scaling).assign(table);
}

TEST(SavedRun, GivesTheSameCustomersTheSameSegments) {
    const auto table = clouds_table(1003, 5);
    for (const Algorithm algorithm :
         {Algorithm::kKMeans, Algorithm::kGaussianMixture, Algorithm::kAuto}) {
        for (const Scaling scaling : {Scaling::kAuto, Scaling::kQuantile, Scaling::kNone}) {
            const auto result = SegmentationAgent().segment(
                table, {.algorithm = algorithm, .starts = 2, .scaling = scaling});
            ASSERT_TRUE(result) << result.error().message;
            EXPECT_EQ(applied(reread(run_of(table, *result)), table), result->segment_of);
        }
    }
}

TEST(SavedRun, FindsTheDensePlacesAgain) {
    const auto table = clouds_table(600, 3);
    for (const Algorithm algorithm : {Algorithm::kDbscan, Algorithm::kHdbscan}) {
        const auto result = SegmentationAgent().segment(table, {.algorithm = algorithm});
        ASSERT_TRUE(result && !result->segments.empty());
        const auto run = reread(run_of(table, *result));
        const auto segments = applied(run, table);
        for (std::size_t row = 0; row < table.rows(); ++row)
            if (result->segment_of[row] != kNoSegment) {
                EXPECT_EQ(segments[row], result->segment_of[row]);
            }
        FeatureTable far = table;
        std::fill(far.values.begin(), far.values.end(), 1e9);
        EXPECT_THAT(applied(run, far), testing::Each(kNoSegment));
    }
}

TEST(SavedRun, FindsTheNearestMemberAsAComparisonWithAllDoes) {
    const NearestMember rule{random_points(500, 4, 1), std::vector<int>(500), {1e9, 1e9}};
    AssignmentRule any = rule;
    auto& numbered = std::get<NearestMember>(any);
    for (std::size_t i = 0; i < 500; ++i) numbered.segment_of[i] = static_cast<int>(i % 2);
    FeatureTable table = clouds_table(300, 4);
    table.values = random_points(300, 4, 2).values;
    for (std::size_t i = 0; i < 40; ++i) table.values[i] *= 100;
    const std::vector<FeatureScaling> scaling(4);
    const auto found = Assigner(any, scaling).assign(table);
    for (std::size_t row = 0; row < table.rows(); ++row) {
        std::size_t nearest = 0;
        for (std::size_t i = 0; i < 500; ++i)
            if (squared_distance(table.row(row), rule.members.row(i)) <
                squared_distance(table.row(row), rule.members.row(nearest)))
                nearest = i;
        EXPECT_EQ(found[row], static_cast<int>(nearest % 2));
    }
}

TEST(SavedRun, NamesWhatIsWrongWithTheFile) {
    const auto table = clouds_table(200, 2);
    const auto result =
        SegmentationAgent().segment(table, {.algorithm = Algorithm::kKMeans, .clusters = 3});
    const json::value good = to_json(run_of(table, *result));
    const auto fault_with = [&](std::string_view pointer, const json::value& value) {
        json::value changed = good;
        json::error_code failure;
        auto* place = changed.find_pointer({pointer.data(), pointer.size()}, failure);
        if (place == nullptr) place = &changed.as_object()["unknown"];
        *place = value;
        const auto run = read_run(changed);
        return run ? std::string("none") : run.error().message;
    };
    EXPECT_EQ(fault_with("/scale", "auto"), "none");
    EXPECT_THAT(fault_with("/format", "x"), HasSubstr("/format: expected"));
    EXPECT_THAT(fault_with("/version", 2), HasSubstr("reads version 1, not 2"));
    EXPECT_THAT(fault_with("/more", 1), HasSubstr("unknown"));
    EXPECT_THAT(fault_with("/segments", json::array()), HasSubstr("/segments"));
    EXPECT_THAT(fault_with("/plan/features/0/scale", 0), HasSubstr("/plan/features/0/scale"));
    EXPECT_THAT(fault_with("/plan/features/1/used", false),
                HasSubstr("/assignment/means: expected 1 numbers, not 2"));
    EXPECT_THAT(fault_with("/plan/features/1/feature", "f9"), HasSubstr("/plan/features"));
    EXPECT_THAT(fault_with("/plan/columns/0/kind", "word"), HasSubstr("/plan/columns/0/kind"));
    EXPECT_THAT(fault_with("/plan/columns/0/use", "common"), HasSubstr("/plan/columns/0/use"));
    EXPECT_THAT(fault_with("/plan/columns/1/column", "f0"), HasSubstr("stands there twice"));
    EXPECT_THAT(fault_with("/assignment/centres/2/1", "x"), HasSubstr("/assignment/centres/2/1"));
    EXPECT_THAT(fault_with("/assignment/centres/2/1", 1e300), HasSubstr("out of range"));
    EXPECT_THAT(fault_with("/assignment/rule", "x"), HasSubstr("/assignment/rule"));
    EXPECT_FALSE(read_run(json::value(json::array())));
}

TEST(SavedRun, NeedsASegment) {
    Segmentation none;
    EXPECT_THAT(assignment_rule(clouds_table(3, 1), none, 1).error().message,
                HasSubstr("no segments"));
}

// Of all that is done for a run this came after the segments and was not to be called off.
TEST(SavedRun, OfDensityIsMadeUntilItIsCalledOff) {
    const auto table = clouds_table(1003, 5);
    for (const Algorithm algorithm : {Algorithm::kDbscan, Algorithm::kHdbscan}) {
        SegmentationOptions options;
        options.algorithm = algorithm;
        const auto result = *SegmentationAgent().segment(table, options);
        const auto rule = assignment_rule(table, result, 2, Deadline::after({}));
        ASSERT_FALSE(rule);
        EXPECT_EQ(rule.error().code, ErrorCode::kDeadlineExceeded);
    }
}

}  // namespace
}  // namespace cpo::segmentation
