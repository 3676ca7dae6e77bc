#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "agents/segmentation/segmentation.h"
#include "base/random.h"
#include "ingest/customers.h"
#include "jobs/segmentation_fixture.h"
#include "pipeline/segment_contrast.h"

namespace cpo::jobs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SegmentationColumns : public SegmentationTest {};
INSTANTIATE_TEST_SUITE_P(Engines, SegmentationColumns, kEngines, engine_name);

/// Three groups by age, city and membership, with gaps; the mail says who somebody is.
std::string mixed_customers(int size) {
    Random random(7);
    std::string csv = "id,age,city,member,since,number,mail\n";
    for (int i = 0; i < 3 * size; ++i)
        csv += fmt::format("c{},{},{},{},{},{},c{}@example.org\n",
                           i,
                           i % 10 == 4 ? "" : fmt::format("{}", 20 * (i % 3) + random.uniform()),
                           i % 11 == 5 ? "NA" : (i % 3 == 0 ? "Rome" : "Bern"),
                           i % 3 == 1 ? "yes" : "no",
                           fmt::format("2024-{:02}-{:02}", 4 * (i % 3) + 1, i % 28 + 1),
                           1000 + i,
                           i);
    return csv;
}

TEST_P(SegmentationColumns, MakesTheFeaturesThatTheFileMakes) {
    const std::string csv = mixed_customers(40);
    import_customers(csv);
    std::istringstream input(csv);
    auto file = ingest::read_mixed_customers(input, "customers.csv", {}, {});
    ASSERT_TRUE(file) << file.error().message;
    const auto prepared = pipeline::prepare_customers(std::move(file->table), false);
    ASSERT_TRUE(prepared);
    EXPECT_EQ(features().values, prepared->customers.values);
    const auto direct = segmentation::SegmentationAgent().segment(prepared->customers, {});
    ASSERT_TRUE(direct);

    const auto started = start({});
    ASSERT_TRUE(run(started));
    const auto stored = load_run(started.run_id);
    ASSERT_TRUE(stored) << stored.error().message;
    EXPECT_EQ(stored->ids, prepared->customers.ids);
    expect_equal(stored->segmentation, *direct);
    // The file's plan, but for the mail, which is not in the store.
    json::array columns = pipeline::columns_json(prepared->plan);
    columns.pop_back();
    EXPECT_EQ(write_json(stored->columns), write_json(columns));
    EXPECT_EQ(stored->columns[0].at("use"), "number");
    EXPECT_EQ(stored->columns[1].at("use"), "categories");
    EXPECT_EQ(stored->columns[4].at("use"), "left_out");
    EXPECT_THAT(stored->notices, ElementsAre(HasSubstr("\"number\" is left out")));
    EXPECT_EQ(write_json(run_of(started.run_id).result.at("columns")), write_json(columns));
}

TEST_P(SegmentationColumns, AreWhatContrastsSpeakOf) {
    import_customers(mixed_customers(40));
    const auto started = start({{"algorithm", "kmeans"}, {"clusters", 3}});
    ASSERT_TRUE(run(started));
    std::string sentences;
    for (const int other : {1, 2}) {
        const auto found = read([&](store::Session& session) {
            return pipeline::segment_contrast(session, workspace(), {started.run_id, 0}, other);
        });
        ASSERT_TRUE(found) << found.error().message << found.error().detail;
        for (const auto& each : *found) sentences += each.sentence + "\n";
    }
    EXPECT_THAT(sentences, HasSubstr("More often city is "));
    EXPECT_THAT(sentences, HasSubstr("More often member is yes: 100 % against 0 %."));
    EXPECT_THAT(sentences, HasSubstr("since (days before 2024-09-28) is higher: "));
}

TEST_P(SegmentationColumns, TakesTheNamedColumnsAndNoOthers) {
    import_customers(mixed_customers(20));
    const auto started = start({{"features", {"number", "city"}}});
    ASSERT_TRUE(run(started));
    const auto stored = load_run(started.run_id);
    ASSERT_TRUE(stored) << stored.error().message;
    ASSERT_EQ(stored->columns.size(), 2U);
    EXPECT_EQ(stored->columns[0].at("use"), "number");
    EXPECT_EQ(stored->columns[0].at("column"), "number");
    EXPECT_EQ(stored->columns[1].at("column"), "city");
    const auto unknown = run(start({{"features", {"mail"}}}));
    ASSERT_FALSE(unknown);
    EXPECT_THAT(unknown.error().message, HasSubstr("no customer has the feature \"mail\""));
}

TEST_P(SegmentationColumns, MakesNothingOfAnythingWithScalingNone) {
    import_customers(mixed_customers(20));
    const auto started = start({{"scaling", "none"}, {"clusters", 3}});
    ASSERT_TRUE(run(started));
    const auto stored = load_run(started.run_id);
    ASSERT_TRUE(stored) << stored.error().message;
    EXPECT_THAT(stored->notices,
                ElementsAre(HasSubstr("no numbers: city, member, since"),
                            HasSubstr("6 of 60 customers were left out")));
    EXPECT_EQ(stored->ids.size(), 54U);
    ASSERT_EQ(stored->columns.size(), 2U);
    EXPECT_EQ(stored->columns[1].at("reason"), "as it is");
    const auto refused = run(start({{"scaling", "none"}, {"features", {"age", "since"}}}));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("numbers only, and \"since\" holds dates"));
    import_customers("id,city,age\na,Rome,\nb,Rome,\nc,Rome,\n", "replace");
    EXPECT_THAT(run(start({{"scaling", "none"}})).error().message, HasSubstr("have none"));
}

}  // namespace
}  // namespace cpo::jobs
