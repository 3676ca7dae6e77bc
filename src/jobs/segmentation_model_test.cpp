#include "pipeline/segmentation_model.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agents/segmentation/saved_run.h"
#include "jobs/segmentation_fixture.h"

namespace cpo::jobs {
namespace {

using testing::HasSubstr;

/// Runs that put customers into their segments later on.
class SegmentationModel : public SegmentationTest {
protected:
    /// Two groups by age and plan; some ages are missing.
    void import_pairs(int size) {
        std::string csv = "id,age,plan,since\n";
        for (int i = 0; i < 2 * size; ++i)
            csv += fmt::format("c{},{},{},2024-01-{:02}\n",
                               i,
                               i % 9 == 4 ? "" : fmt::format("{}", 30 + 30 * (i % 2) + i % 5),
                               i % 2 == 0 ? "free" : "pro",
                               i % 28 + 1);
        import_customers(csv);
    }
    std::string done(const json::object& options) {
        const auto started = start(options);
        const auto result = run(started);
        EXPECT_TRUE(result) << result.error().message;
        return started.run_id;
    }
    Result<std::vector<pipeline::AssignedCustomer>> assign(const std::string& run_id,
                                                           const std::string& request) {
        const auto body = parse_json(request);
        EXPECT_TRUE(body);
        return pipeline::assign_customers(
            store(), {workspace(), run_id}, body->as_object(), soon());
    }
    std::string refusal(const std::string& run_id, const std::string& request) {
        const auto assigned = assign(run_id, request);
        EXPECT_FALSE(assigned) << request;
        return assigned ? "" : assigned.error().message;
    }
    Result<std::string> model(const std::string& run_id) {
        return read([&](store::Session& session) {
            return store::load_segmentation_model(session, workspace(), run_id);
        });
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, SegmentationModel, kEngines, engine_name);

TEST_P(SegmentationModel, GivesItsOwnCustomersTheirSegmentsAgain) {
    import_pairs(30);
    for (const char* algorithm : {"kmeans", "gmm", "hdbscan", "auto"}) {
        const std::string id = done({{"algorithm", algorithm}, {"scaling", "standard"}});
        const auto stored = load_run(id);
        ASSERT_TRUE(stored);
        json::array ids(stored->ids.begin(), stored->ids.end());
        const auto assigned =
            assign(id, write_json(json::object{{"customer_ids", std::move(ids)}}));
        ASSERT_TRUE(assigned) << algorithm << ": " << assigned.error().message;
        for (std::size_t row = 0; row < stored->ids.size(); ++row) {
            const int segment = stored->segmentation.segment_of[row];
            EXPECT_EQ((*assigned)[row].id, stored->ids[row]);
            if (segment == kNoSegment) continue;  // Near enough, it may get one.
            EXPECT_EQ((*assigned)[row].segment, segment) << algorithm;
            EXPECT_EQ((*assigned)[row].name,
                      stored->segmentation.segments[static_cast<std::size_t>(segment)].name);
        }
    }
}

TEST_P(SegmentationModel, IsTheFileOfASavedRun) {
    import_pairs(30);
    const std::string id = done({{"algorithm", "kmeans"}, {"clusters", 2}, {"scaling", "robust"}});
    const auto text = model(id);
    ASSERT_TRUE(text) << text.error().message;
    const auto value = parse_json(*text);
    ASSERT_TRUE(value);
    const auto saved = segmentation::read_run(*value);
    ASSERT_TRUE(saved) << saved.error().message;
    EXPECT_EQ(saved->scale, "robust");
    EXPECT_EQ(saved->segments.size(), 2U);
    EXPECT_EQ(run_of(id).result.at("model").at("kept"), true);
}

TEST_P(SegmentationModel, PutsNewCustomersWhereTheyBelong) {
    import_pairs(30);
    const std::string id = done({{"algorithm", "kmeans"}, {"clusters", 2}});
    const auto segment_of = [&](const std::string& features) {
        const auto assigned =
            assign(id, R"({"customers": [{"id": "new", "features": )" + features + "}]}");
        EXPECT_TRUE(assigned) << assigned.error().message;
        return assigned ? assigned->front().segment : -2;
    };
    const int young = segment_of(R"({"age": 31, "plan": "free", "since": "2024-01-05"})");
    const int old = segment_of(R"({"age": 62.5, "plan": "pro", "since": "2024-01-05T08:00:00Z"})");
    EXPECT_NE(young, old);
    EXPECT_EQ(segment_of(R"({"plan": "pro", "age": null})"), old);
    EXPECT_EQ(segment_of(R"({"plan": "gold", "age": 29})"), young);
    // Stored since the run; what they have beside its columns does not matter.
    import_customers("id,age,plan,visits\nx,30,free,1\ny,64,pro,2\nz,61,pro,2\n");
    const auto stored = assign(id, R"({"customer_ids": ["y", "x"]})");
    ASSERT_TRUE(stored) << stored.error().message;
    EXPECT_EQ(stored->at(0).segment, old);
    EXPECT_EQ(stored->at(1).segment, young);
}

TEST_P(SegmentationModel, SaysWhereARequestIsWrong) {
    import_pairs(30);
    const std::string id = done({{"algorithm", "kmeans"}, {"clusters", 2}});
    const auto of = [&](const std::string& features) {
        return refusal(id,
                       R"({"customers": [{"id": "a", "features": {}}, {"id": "b", "features": )" +
                           features + "}]}");
    };
    EXPECT_EQ(of(R"({"age": "31"})"), "/customers/1/features/age: expected a number");
    EXPECT_EQ(of(R"({"age": 1e300})"),
              "/customers/1/features/age: the number is out of range (at most 1e12)");
    EXPECT_EQ(of(R"({"plan": true})"), "/customers/1/features/plan: expected a text");
    EXPECT_THAT(of(R"({"since": "soon"})"),
                HasSubstr("/customers/1/features/since: expected a date"));
    EXPECT_EQ(of(R"({"agee": 31})"),
              "/customers/1/features/agee: the run has no such column; it uses age, plan, since");
    EXPECT_EQ(refusal(id, R"({"customers": [{"id": "a", "features": {}},
                                            {"id": "a", "features": {}}]})"),
              "/customers/1/id: the id stands at an earlier customer as well");
    EXPECT_EQ(refusal(id, R"({"customer_ids": ["c1", "nobody"]})"),
              "/customer_ids/1: there is no customer \"nobody\"");
    const std::string none = done({{"scaling", "none"}, {"features", {"age"}}, {"clusters", 2}});
    EXPECT_THAT(refusal(none, R"({"customer_ids": ["c4"]})"),
                HasSubstr("/customer_ids/0/age: missing, and a run with scaling \"none\""));
    import_customers("id,age\nc1,old\nc2,old\nc3,old\n", "replace");
    EXPECT_EQ(refusal(id, R"({"customer_ids": ["c1"]})"), "/customer_ids/0/age: expected a number");
}

TEST_P(SegmentationModel, IsNotThereBeforeTheRunIsDoneNorOfOlderRuns) {
    import_pairs(10);
    const auto started = start({{"algorithm", "kmeans"}, {"clusters", 2}});
    const std::string request = R"({"customer_ids": ["c1"]})";
    EXPECT_EQ(model(started.run_id).error().code, ErrorCode::kFailedPrecondition);
    ASSERT_TRUE(run(started));
    const auto change_run = [&](const std::string& sql) {
        const auto changed = change([&](store::Change& made) -> Result<void> {
            TRY(made.session().execute(sql, {started.run_id}));
            return made.record({"segmentation_run.age", "segmentation_run", started.run_id, {}});
        });
        ASSERT_TRUE(changed) << changed.error().detail;
    };
    change_run(
        "UPDATE segmentation_runs SET model_id = NULL, result = replace(result, "
        "'{\"kept\":true}', '{\"kept\":false,\"reason\":\"too many members\"}') WHERE id = $1");
    EXPECT_EQ(refusal(started.run_id, request), "The run has no model: too many members");
    change_run(
        "UPDATE segmentation_runs SET result = replace(result, '\"model\"', '\"past\"') "
        "WHERE id = $1");
    EXPECT_THAT(refusal(started.run_id, request), HasSubstr("before models were kept"));
    const std::string other = make_workspace("Other");
    EXPECT_FALSE(read([&](store::Session& session) {
        return store::load_segmentation_model(session, other, started.run_id);
    }));
}

}  // namespace
}  // namespace cpo::jobs
