#include "jobs/generation_job.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campaign_fixture.h"
#include "jobs/campaign_drafts.h"
#include "jobs/campaign_input.h"
#include "pipeline/variant_words.h"
#include "store/review_store.h"
#include "store/segmentation_store.h"

namespace cpo::jobs {
namespace {

using testing::HasSubstr;

class GenerationJobTest : public CampaignTest {
public:
    /// A segmentation run that waits for its job.
    std::string make_segmentation() {
        const auto made = change(ann, [&](store::Change& change) -> Result<std::string> {
            const auto job = TRY(
                enqueue(change, {.kind = kSegmentationJob, .subject_type = "segmentation_run"}));
            return store::insert_run(change, {{{"clusters", 3}}, job.job.id, ""});
        });
        EXPECT_TRUE(made) << made.error().message << " " << made.error().detail;
        return made ? *made : "";
    }
    Result<void> segment(const std::string& run) {
        FakeJobContext context(store(), get(newest_job()));
        return segment_customers(context, {store(), 2}, run);
    }
    std::string newest_job() {
        return read(
                   [&](store::Session& session) { return list_jobs(session, workspace(), {}, {}); })
            ->items.front()
            .id;
    }
    Result<StartedRun> start_generating(const json::object& body, const std::string& key = "") {
        return change(ann, [&](store::Change& change) {
            return start_generation(change, {body, key});
        });
    }
    static json::object request(const std::string& segmentation) {
        return {{"segmentation_run", segmentation},
                {"goal", "win back lapsed customers"},
                {"as_of", "2026-11-15"},
                {"variants", 2}};
    }
    Result<json::object> run(const StartedRun& started) {
        FakeJobContext context(store(), get(started.job));
        auto result = make_generation_work(generation_work())(context);
        stages = context.stages();
        return result;
    }
    /// A finished run's first variant that passed.
    store::StoredVariant passed_variant() {
        const auto segmentation = make_segmentation();
        EXPECT_TRUE(segment(segmentation));
        const auto started = start_generating(request(segmentation));
        EXPECT_TRUE(run(*started));
        for (const auto& variant : variants_of(started->run))
            if (variant.state == store::VariantState::kPass) return variant;
        ADD_FAILURE() << "no variant passed";
        return {};
    }
    store::ChangeOwner owner(const store::Actor& by) const { return {workspace(), by}; }

    std::vector<std::string> stages;
};
INSTANTIATE_TEST_SUITE_P(Engines, GenerationJobTest, kEngines, engine_name);

TEST_P(GenerationJobTest, WritesAndScreensVariantsForEverySegment) {
    const auto segmentation = make_segmentation();
    ASSERT_TRUE(segment(segmentation));
    const auto started = start_generating(request(segmentation), "key");
    ASSERT_TRUE(started) << started.error().message << " " << started.error().detail;
    const auto result = run(*started);
    ASSERT_TRUE(result) << result.error().message << " " << result.error().detail;
    EXPECT_EQ(result->at("variants"), 9);
    const auto stored = read([&](store::Session& session) {
        return store::get_generation_run(session, workspace(), started->run);
    });
    ASSERT_TRUE(stored);
    EXPECT_EQ(stored->state, "succeeded");
    EXPECT_EQ(stored->embedder, "hashing");
    EXPECT_EQ(stored->writer, "composer");
    EXPECT_FALSE(stored->set_aside.empty());  // The demo has returns-old.md.
    for (const auto& variant : variants_of(started->run)) EXPECT_TRUE(variant.screened);
    stages.erase(std::unique(stages.begin(), stages.end()), stages.end());
    EXPECT_EQ(stages, (std::vector<std::string>{"context", "variants", "verdicts"}));
    // Again with the same key: the same run, and nothing left to do.
    EXPECT_EQ(start_generating(request(segmentation), "key")->run, started->run);
    ASSERT_TRUE(run(*started));
    EXPECT_EQ(variants_of(started->run).size(), 9U);
}

TEST_P(GenerationJobTest, FailsWhileTheSegmentationIsNotDone) {
    const auto segmentation = make_segmentation();
    const auto started = start_generating(request(segmentation));
    ASSERT_TRUE(started) << started.error().message;
    const auto result = run(*started);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kFailedPrecondition);
    EXPECT_EQ(result.error().message, fmt::format("segmentation run {} is not done", segmentation));
    const auto unknown = start_generating(request(new_id(clock().now())));
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, ErrorCode::kNotFound);
}

TEST_P(GenerationJobTest, AnEditIsScreenedAgainWithItsClaims) {
    const auto variant = passed_variant();
    pipeline::VariantWords words(store(), screener());
    const pipeline::VariantEdit edit{
        variant.variant.id,
        variant.version,
        std::nullopt,
        "Everything is 93% off today.\n\n" + variant.variant.message.text};
    const auto edited = words.edit(owner(rob), edit, soon());
    ASSERT_TRUE(edited) << edited.error().message << " " << edited.error().detail;
    EXPECT_EQ(edited->state, store::VariantState::kUnscreened);
    EXPECT_EQ(edited->edited_by, "rob");
    EXPECT_EQ(edited->variant.message.subject, variant.variant.message.subject);
    const auto& claims = edited->variant.claims;
    const auto invented = std::find_if(
        claims.begin(), claims.end(), [](const Claim& claim) { return claim.value == "93"; });
    ASSERT_NE(invented, claims.end());
    EXPECT_EQ(invented->document, "");
    EXPECT_GT(claims.size(), variant.variant.claims.size());
    const auto screened = words.screen(owner(ann), variant.variant.id, soon());
    ASSERT_TRUE(screened) << screened.error().message << " " << screened.error().detail;
    EXPECT_EQ(screened->state, store::VariantState::kBlock);
    EXPECT_TRUE(screened->screened->verdict.is_grounding_checked);
    EXPECT_EQ(words.edit(owner(rob), edit, soon()).error().code, ErrorCode::kAborted);
}

TEST_P(GenerationJobTest, AnEditBackToApprovedClaimsPasses) {
    const auto variant = passed_variant();
    pipeline::VariantWords words(store(), screener());
    const auto edited = words.edit(
        owner(rob),
        {variant.variant.id, variant.version, std::nullopt, variant.variant.message.text + "\n"},
        soon());
    ASSERT_TRUE(edited) << edited.error().message;
    EXPECT_EQ(edited->state, store::VariantState::kUnscreened);
    for (const Claim& claim : edited->variant.claims) EXPECT_NE(claim.document, "") << claim.value;
    const auto screened = words.screen(owner(ann), variant.variant.id, soon());
    ASSERT_TRUE(screened) << screened.error().message;
    EXPECT_EQ(screened->state, store::VariantState::kPass);
    EXPECT_EQ(words.edit(owner(rob), {variant.variant.id, screened->version, "", " "}, soon())
                  .error()
                  .code,
              ErrorCode::kInvalidArgument);
}

TEST_P(GenerationJobTest, ATextIsScreenedAgainstTheWorkspacesContent) {
    pipeline::TextToScreen text;
    text.workspace = workspace();
    text.message.text = "Everything is 93% off today.";
    text.is_channel_checked = false;
    const auto verdict = screener().screen(text, soon());
    ASSERT_TRUE(verdict) << verdict.error().message << " " << verdict.error().detail;
    EXPECT_TRUE(verdict->is_grounding_checked);
    EXPECT_EQ(verdict->decision, Decision::kBlock);
    text.message.text = "We would love to see you again.";
    EXPECT_EQ(screener().screen(text, soon())->decision, Decision::kPass);
}

TEST_P(GenerationJobTest, DraftsHoldOnlyWhatMayBeSent) {
    auto control = passed_variant();
    control.variant.is_control = true;
    control.variant.segment = 0;
    auto urgent = control;
    urgent.variant.is_control = false;
    urgent.variant.strategy = "urgent";
    store::StoredCampaignRun run;
    run.content = configuration();
    run.as_of = *parse_date("2026-11-15");
    Segment segment;
    segment.size = 100;
    segment.share = 1;
    const auto drafts = [&] { return *design_drafts(run, {segment}, {urgent, control}); };
    ASSERT_EQ(drafts().front().skipped_reason, "");
    EXPECT_EQ(drafts().front().row.arms.front().key, "control");
    urgent.state = store::VariantState::kRejected;
    EXPECT_THAT(drafts().front().skipped_reason, HasSubstr("no message beside control"));
    urgent.state = store::VariantState::kReview;
    urgent.screened->verdict.decision = Decision::kReview;
    EXPECT_THAT(drafts().front().skipped_reason, HasSubstr("no message beside control"));
    urgent.state = store::VariantState::kApproved;
    urgent.reviewed = store::ReviewedBy{"review", true, true, "agreed", "rob"};
    EXPECT_EQ(drafts().front().skipped_reason, "");
    control.state = store::VariantState::kBlock;
    control.screened->verdict.decision = Decision::kBlock;
    EXPECT_THAT(drafts().front().skipped_reason, HasSubstr("control"));
    urgent.variant.message.text += " Now.";
    const auto forged = design_drafts(run, {segment}, {urgent});
    ASSERT_FALSE(forged);
    EXPECT_EQ(forged.error().code, ErrorCode::kInternal);
}

TEST(CampaignInput, SaysWhereAPlanIsImpossible) {
    const Date today = *parse_date("2026-11-26");
    json::object content{{"goal", "win back"}};
    const auto campaign = read_campaign(content, today);
    ASSERT_TRUE(campaign);
    EXPECT_EQ(campaign->variants, 3);
    EXPECT_EQ(campaign->as_of, today);
    EXPECT_EQ(*read_as_of(content, today), today);
    content["as_of"] = "2026-02-30";
    EXPECT_FALSE(read_as_of(content, today));
    content["plan"] = {{"baseline", 0.6}, {"minimum_lift", 1}};
    const auto impossible = read_campaign(content, today);
    ASSERT_FALSE(impossible);
    EXPECT_EQ(impossible.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(impossible.error().message, HasSubstr("plan"));
}

}  // namespace
}  // namespace cpo::jobs
