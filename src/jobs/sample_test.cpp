#include "jobs/sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "jobs/customers_fixture.h"
#include "jobs/sample_files.h"
#include "store/document_store.h"

namespace cpo::jobs {
namespace {

class SampleTest : public CustomersTest {
protected:
    std::vector<std::string> bring() {
        const auto ids = import_sample_content(store(), workspace(), actor(), soon());
        EXPECT_TRUE(ids) << ids.error().message;
        return ids ? *ids : std::vector<std::string>{};
    }
    Result<std::vector<store::StoredDocument>> approve(const std::vector<std::string>& ids) {
        std::vector<store::DocumentVersion> versions;
        for (const std::string& id : ids) versions.push_back({id, 1});
        return change(
            [&](store::Change& made) { return store::approve_documents(made, versions); });
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, SampleTest, kEngines, engine_name);

TEST(SampleFiles, AreThoseOfTheDemoShop) {
    std::vector<std::string_view> names;
    for (const SampleFile& file : sample_files()) names.push_back(file.name);
    EXPECT_EQ(names.size(), 36U);  // `ls demo/gift-shop/*/* | wc -l`; one of them holds five.
    EXPECT_THAT(names, testing::Contains("come-back.md"));
    EXPECT_TRUE(std::is_sorted(sample_files().begin(),
                               sample_files().begin() + 5,
                               [](const auto& a, const auto& b) { return a.name < b.name; }));
}

TEST_P(SampleTest, MayBeApprovedByOnePersonAlone) {
    const auto ids = bring();
    EXPECT_EQ(ids.size(), 40U);
    const auto approved = approve(ids);
    ASSERT_TRUE(approved) << approved.error().message;
    for (const auto& document : *approved) EXPECT_EQ(document.edited_by, "");
}

TEST_P(SampleTest, ReplacesNothingThatSomebodyWrote) {
    Document own;
    own.id = "come-back";
    own.title = "Come back";
    own.text = "We miss you.";
    ASSERT_TRUE(change([&](store::Change& made) { return store::create_document(made, own); }));
    const auto refused = import_sample_content(store(), workspace(), actor(), soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kFailedPrecondition);
}

TEST_P(SampleTest, KeepsItsApprovalWhenItComesAgain) {
    const auto ids = bring();
    ASSERT_TRUE(approve(ids));
    EXPECT_EQ(bring(), ids);
    const auto document = read([&](store::Session& session) {
        return store::find_document(session, workspace(), ids.front(), Date());
    });
    ASSERT_TRUE(document);
    EXPECT_TRUE(document->approved_at.has_value());
}

TEST_P(SampleTest, BringsTheOrdersOfTheDemoShop) {
    const auto start = [](store::Change& made) { return start_sample_import(made, "once"); };
    const auto started = change(start);
    ASSERT_TRUE(started) << started.error().message;
    EXPECT_EQ(change(start)->job_id, started->job_id);
    ASSERT_TRUE(run(*started));
    const auto import = import_of(started->import_id);
    EXPECT_GT(import.customers, 500);
    // As `cpo features rfm --transactions demo/orders.csv` counts them.
    EXPECT_EQ(import.summary.at("rejected_count"), 2);
}

}  // namespace
}  // namespace cpo::jobs
