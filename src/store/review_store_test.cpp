#include "store/review_store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/generation_store.h"
#include "store/job_store.h"
#include "store/segmentation_store.h"
#include "store/verdict_store.h"
#include "store_fixture.h"

namespace cpo::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A generation run of Ann's with four variants, and what people and the safety agent do to them.
class ReviewTest : public StoreTest {
public:
    const Actor ann{"user", "ann", "ann", "r"};  // Author.
    const Actor eve{"user", "eve", "eve", "r"};  // Edits.
    const Actor rob{"user", "rob", "rob", "r"};  // Reviews.

    template <typename Work>
    auto change(const Actor& by, const Work& work) {
        return store().change(workspace(), by, work, soon());
    }
    template <typename Work>
    auto read(const Work& work) {
        return store().read(work, soon());
    }
    void SetUp() override {
        StoreTest::SetUp();
        if (IsSkipped()) return;
        const auto made = change(ann, [&](Change& change) { return insert_run_of_ann(change); });
        ASSERT_TRUE(made) << made.error().message << " " << made.error().detail;
        const auto written = change(ann, [&](Change& change) {
            return save_variants(change, run, "composer", variants());
        });
        ASSERT_TRUE(written) << written.error().message << " " << written.error().detail;
        ids = ids_of({});
        ASSERT_EQ(ids.size(), 4U);
    }

    StoredVariant get(const std::string& id) {
        return *read([&](Session& session) { return get_variant(session, workspace(), id); });
    }
    Result<StoredVariant> screen(const std::string& id, Decision decision) {
        const NewVerdict verdict{verdict_on(id, decision), get(id).text_hash};
        return change(ann, [&](Change& change) { return save_verdict(change, verdict); });
    }
    Result<StoredVariant> edit(const Actor& by, const std::string& id, const std::string& text) {
        const auto present = get(id);
        NewWords words{id, present.version, present.variant.message, {}};
        words.message.text = text;
        return change(by, [&](Change& change) { return edit_variant(change, words); });
    }
    Result<StoredVariant> review(const Actor& by,
                                 const std::string& id,
                                 bool is_approval,
                                 const std::string& reason = "") {
        const NewReview review{id, get(id).version, is_approval, reason};
        return change(by, [&](Change& change) { return review_variant(change, review); });
    }
    std::vector<std::string> ids_of(const VariantFilter& filter, PageRequest page = {}) {
        std::vector<std::string> found;
        const auto list = read(
            [&](Session& session) { return list_variants(session, workspace(), filter, page); });
        EXPECT_TRUE(list) << list.error().message << list.error().detail;
        for (const StoredVariant& variant : list->items) found.push_back(variant.variant.id);
        return found;
    }

    static Verdict verdict_on(const std::string& id, Decision decision) {
        Verdict verdict;
        verdict.id = id;
        verdict.decision = decision;
        verdict.is_grounding_checked = true;
        verdict.policy_version = "test";
        return verdict;
    }

    std::string run;
    std::vector<std::string> ids;  ///< Newest first: segment 1 before segment 0.

private:
    Result<void> insert_run_of_ann(Change& change) {
        JobRecord job;
        job.id = new_id(change.now());
        job.workspace = change.workspace();
        job.kind = "generation";
        job.due_at = change.now();
        job.starter = ann;
        job.created_at = change.now();
        TRY(insert_job(change.session(), job));
        GenerationRun made;
        made.id = new_id(change.now());
        made.job = job.id;
        made.segmentation_run = TRY(insert_run(change, {{}, job.id, ""}));
        made.author = "ann";
        made.request = {{"goal", "win back lapsed customers"}};
        made.as_of = *parse_date("2026-11-26");
        run = made.id;
        TRY(insert_generation_run(change, made));
        FoundContent found;
        found.run = run;
        found.embedder = "hashing";
        found.contexts = {{0, "query", {}, {"lapsed"}}, {1, "query", {}, {}}};
        found.set_aside = {{"old-offer", "Old offer", "expired on 2026-01-01"}};
        return save_contexts(change, found);
    }
    static std::vector<Variant> variants() {
        std::vector<Variant> made;
        for (const int segment : {0, 1})
            for (const char* strategy : {"urgent", "control"}) {
                Variant variant;
                variant.segment = segment;
                variant.strategy = strategy;
                variant.message = {Channel::kEmail, "en", "Hello", "Come back."};
                variant.claims = {{MessageField::kText, 0, 4, ClaimKind::kNumber, "4", "doc", 1}};
                variant.confidence = 0.5;
                variant.writer = "composer";
                variant.is_control = variant.strategy == "control";
                made.push_back(variant);
            }
        return made;
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, ReviewTest, kEngines, engine_name);

TEST_P(ReviewTest, AVariantComesBackAsItWasWritten) {
    const auto variant = get(ids.back());
    EXPECT_EQ(variant.run, run);
    EXPECT_EQ(variant.variant.strategy, "urgent");
    EXPECT_EQ(variant.variant.message.text, "Come back.");
    ASSERT_EQ(variant.variant.claims.size(), 1U);
    EXPECT_EQ(variant.variant.claims[0].document, "doc");
    EXPECT_EQ(variant.text_hash, hash_of(variant.variant.message));
    EXPECT_EQ(variant.state, VariantState::kUnscreened);
    EXPECT_EQ(variant.author, "ann");
    EXPECT_EQ(variant.edited_by, "");
}

TEST_P(ReviewTest, AnEditMakesAVariantUnscreenedAndUnapproved) {
    const std::string& id = ids[0];
    ASSERT_TRUE(screen(id, Decision::kPass));
    const auto approved = review(rob, id, true);
    ASSERT_TRUE(approved) << approved.error().message << approved.error().detail;
    EXPECT_EQ(approved->state, VariantState::kApproved);
    const auto edited = edit(eve, id, "Come back soon.");
    ASSERT_TRUE(edited) << edited.error().message;
    EXPECT_EQ(edited->state, VariantState::kUnscreened);
    EXPECT_FALSE(edited->screened);
    EXPECT_FALSE(edited->reviewed);
    EXPECT_EQ(edited->edited_by, "eve");
    EXPECT_EQ(edited->version, approved->version + 1);
    // Also with the old words again: a verdict is of an edition, not of a text.
    const auto back = edit(eve, id, "Come back.");
    ASSERT_TRUE(back);
    EXPECT_EQ(back->state, VariantState::kUnscreened);
    EXPECT_EQ(
        read([&](Session& session) { return list_reviews(session, workspace(), id); })->size(), 1U);
}

TEST_P(ReviewTest, AnEditToTheSameWordsChangesNothing) {
    const std::string& id = ids[0];
    ASSERT_TRUE(edit(eve, id, "Come back soon."));
    ASSERT_TRUE(screen(id, Decision::kPass));
    const auto approved = review(rob, id, true);
    ASSERT_TRUE(approved) << approved.error().message;
    clock().advance(std::chrono::seconds(1));
    const auto same = edit(rob, id, "Come back soon.");
    ASSERT_TRUE(same) << same.error().message << same.error().detail;
    EXPECT_EQ(same->state, VariantState::kApproved);
    const auto stored = get(id);
    EXPECT_EQ(stored.version, approved->version);
    EXPECT_EQ(stored.updated_at, approved->updated_at);
    EXPECT_EQ(stored.edited_by, "eve") << "or eve could approve her own words now";
    EXPECT_EQ(stored.state, VariantState::kApproved);
    NewWords stale{id, 1, stored.variant.message, {}};
    const auto late = change(rob, [&](Change& change) { return edit_variant(change, stale); });
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::kAborted);
}

TEST_P(ReviewTest, StoredClaimsThatCannotBeReadAreOurFault) {
    const auto damaged = store().maintain(
        [&](Session& session) -> Result<void> {
            TRY(session.execute("UPDATE variants SET claims = $1", {R"([{"field":"nowhere"}])"}));
            return {};
        },
        soon());
    ASSERT_TRUE(damaged);
    const auto variant =
        read([&](Session& session) { return get_variant(session, workspace(), ids[0]); });
    ASSERT_FALSE(variant);
    EXPECT_EQ(variant.error().code, ErrorCode::kInternal);
}

TEST_P(ReviewTest, AStoredRunThatCannotBeReadIsOurFault) {
    for (const auto& [column, text] :
         {std::pair("set_aside", R"([{"title":1}])"), std::pair("notices", "[1]")}) {
        const std::string sql = fmt::format("UPDATE generation_runs SET {} = $1", column);
        const auto damaged = store().maintain(
            [&](Session& session) -> Result<void> {
                TRY(session.execute("UPDATE generation_runs SET set_aside = '[]'"));
                TRY(session.execute(sql, {text}));
                return {};
            },
            soon());
        ASSERT_TRUE(damaged);
        const auto found =
            read([&](Session& session) { return get_generation_run(session, workspace(), run); });
        ASSERT_FALSE(found) << column;
        EXPECT_EQ(found.error().code, ErrorCode::kInternal) << column;
    }
}

TEST_P(ReviewTest, OnlySomebodyElseDecides) {
    const std::string& id = ids[0];
    ASSERT_TRUE(edit(eve, id, "Come back soon."));
    ASSERT_TRUE(screen(id, Decision::kPass));
    for (const Actor& own : {ann, eve})
        for (const bool is_approval : {true, false}) {
            const auto refused = review(own, id, is_approval, "because");
            ASSERT_FALSE(refused);
            EXPECT_EQ(refused.error().code, ErrorCode::kPermissionDenied);
            EXPECT_THAT(refused.error().message, HasSubstr("somebody else"));
        }
    // A key of the author is the author.
    EXPECT_FALSE(review({"key", "some-key", "ann", "r"}, id, true));
    EXPECT_TRUE(review(rob, id, true));
}

TEST_P(ReviewTest, DecisionsFollowTheVerdict) {
    struct Case {
        std::optional<Decision> verdict;
        bool is_approval;
        std::string reason;
        std::optional<ErrorCode> refused;
        VariantState after;
    };
    const std::vector<Case> cases{
        {std::nullopt, true, "fine", ErrorCode::kFailedPrecondition, VariantState::kUnscreened},
        {std::nullopt, false, "dull", std::nullopt, VariantState::kRejected},
        {Decision::kPass, true, "", std::nullopt, VariantState::kApproved},
        {Decision::kPass, false, "", ErrorCode::kInvalidArgument, VariantState::kPass},
        {Decision::kPass, false, "dull", std::nullopt, VariantState::kRejected},
        {Decision::kReview, true, "", ErrorCode::kInvalidArgument, VariantState::kReview},
        {Decision::kReview, true, " \n", ErrorCode::kInvalidArgument, VariantState::kReview},
        {Decision::kReview, true, "agreed", std::nullopt, VariantState::kApproved},
        {Decision::kBlock, true, "agreed", ErrorCode::kFailedPrecondition, VariantState::kBlock},
        {Decision::kBlock, false, "no", std::nullopt, VariantState::kRejected},
    };
    int number = 0;
    for (const Case& line : cases) {
        SCOPED_TRACE(number);
        const std::string& id = ids[0];
        ASSERT_TRUE(edit(eve, id, fmt::format("Words number {}.", ++number)));
        if (line.verdict) {
            ASSERT_TRUE(screen(id, *line.verdict));
        }
        const auto decided = review(rob, id, line.is_approval, line.reason);
        ASSERT_EQ(decided.has_value(), !line.refused);
        if (line.refused) {
            EXPECT_EQ(decided.error().code, *line.refused);
        }
        EXPECT_EQ(get(id).state, line.after);
        if (decided && line.is_approval) {
            EXPECT_EQ(get(id).reviewed->is_override, line.verdict == Decision::kReview);
        }
    }
}

TEST_P(ReviewTest, ALaterVerdictWinsOverAnOlderApproval) {
    ASSERT_TRUE(screen(ids[0], Decision::kPass));
    ASSERT_TRUE(review(rob, ids[0], true));
    EXPECT_EQ(screen(ids[0], Decision::kReview)->state, VariantState::kReview);
    EXPECT_EQ(screen(ids[0], Decision::kPass)->state, VariantState::kApproved);
    EXPECT_EQ(screen(ids[0], Decision::kBlock)->state, VariantState::kBlock);
    ASSERT_TRUE(screen(ids[1], Decision::kReview));
    ASSERT_TRUE(review(rob, ids[1], true, "agreed"));
    EXPECT_EQ(screen(ids[1], Decision::kReview)->state, VariantState::kApproved);
    EXPECT_EQ(screen(ids[1], Decision::kBlock)->state, VariantState::kBlock);
}

TEST_P(ReviewTest, NobodyDecidesAboutAnotherVersion) {
    const std::string& id = ids[0];
    const auto seen = screen(id, Decision::kPass);
    ASSERT_TRUE(screen(id, Decision::kBlock));
    const NewReview stale{id, seen->version, true, ""};
    const auto decided = change(rob, [&](Change& change) { return review_variant(change, stale); });
    ASSERT_FALSE(decided);
    EXPECT_EQ(decided.error().code, ErrorCode::kAborted);
    const NewWords words{id, seen->version, seen->variant.message, {}};
    const auto edited = change(eve, [&](Change& change) { return edit_variant(change, words); });
    ASSERT_FALSE(edited);
    EXPECT_EQ(edited.error().code, ErrorCode::kAborted);
    EXPECT_EQ(get(id).state, VariantState::kBlock);
}

TEST_P(ReviewTest, AVerdictOnOldWordsIsRefused) {
    const NewVerdict verdict{verdict_on(ids[0], Decision::kPass), get(ids[0]).text_hash};
    ASSERT_TRUE(edit(eve, ids[0], "Other words."));
    const auto saved = change(ann, [&](Change& change) { return save_verdict(change, verdict); });
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().code, ErrorCode::kFailedPrecondition);
    // In a run it just does not count.
    const NewVerdict other{verdict_on(ids[1], Decision::kPass), get(ids[1]).text_hash};
    const auto all = change(ann, [&](Change& change) {
        return save_verdicts(change, run, {verdict, other});
    });
    ASSERT_TRUE(all) << all.error().message << all.error().detail;
    EXPECT_EQ(get(ids[0]).state, VariantState::kUnscreened);
    EXPECT_EQ(get(ids[1]).state, VariantState::kPass);
}

TEST_P(ReviewTest, EachStageIsSavedOnce) {
    const auto again =
        change(ann, [&](Change& change) { return save_variants(change, run, "composer", {}); });
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::kAborted);
    const auto stored =
        read([&](Session& session) { return get_generation_run(session, workspace(), run); });
    ASSERT_TRUE(stored);
    EXPECT_EQ(stored->stage, GenerationStage::kVariants);
    EXPECT_EQ(stored->variants, 4);
    EXPECT_EQ(stored->state, "queued");
    ASSERT_EQ(stored->set_aside.size(), 1U);
    EXPECT_EQ(stored->set_aside[0].document, "old-offer");
    ASSERT_TRUE(change(ann, [&](Change& change) { return save_verdicts(change, run, {}); }));
    EXPECT_EQ(read([&](Session& session) {
                  return get_generation_run(session, workspace(), run);
              })->state,
              "succeeded");
    EXPECT_EQ(read([&](Session& session) { return list_contexts(session, workspace(), run); })
                  ->at(0)
                  .audience,
              std::vector<std::string>{"lapsed"});
}

TEST_P(ReviewTest, ListsAreFilteredAndPaged) {
    ASSERT_TRUE(screen(ids[1], Decision::kPass));
    VariantFilter filter;
    filter.state = "pass";
    EXPECT_THAT(ids_of(filter), ElementsAre(ids[1]));
    filter.state = "unscreened";
    EXPECT_THAT(ids_of(filter), ElementsAre(ids[0], ids[2], ids[3]));
    EXPECT_THAT(ids_of(filter, {.before = "", .after = "", .count_max = 2}),
                ElementsAre(ids[0], ids[2]));
    EXPECT_THAT(ids_of({}, {.before = ids[1], .after = "", .count_max = 50}),
                ElementsAre(ids[2], ids[3]));
    EXPECT_THAT(ids_of({}, {.before = "", .after = ids[2], .count_max = 50}),
                ElementsAre(ids[0], ids[1]));
    filter.state = "";
    filter.segment = 0;
    EXPECT_THAT(ids_of(filter), ElementsAre(ids[2], ids[3]));
    const auto verdicts = read([&](Session& session) {
        return list_verdicts(session, workspace(), {"pass", ""}, {});
    });
    ASSERT_TRUE(verdicts);
    ASSERT_EQ(verdicts->items.size(), 1U);
    EXPECT_EQ(verdicts->items[0].variant, ids[1]);
    EXPECT_TRUE(verdicts->items[0].verdict.is_grounding_checked);
}

TEST_P(ReviewTest, AnotherWorkspaceSeesNothing) {
    const std::string other = make_workspace("Other");
    EXPECT_EQ(
        read([&](Session& session) { return get_variant(session, other, ids[0]); }).error().code,
        ErrorCode::kNotFound);
    EXPECT_TRUE(read([&](Session& session) {
                    return list_variants(session, other, {}, {});
                })->items.empty());
    EXPECT_EQ(
        read([&](Session& session) { return list_reviews(session, other, ids[0]); }).error().code,
        ErrorCode::kNotFound);
    const auto decided = store().change(
        other,
        rob,
        [&](Change& change) {
            return review_variant(change, {ids[0], 1, false, "no"});
        },
        soon());
    EXPECT_EQ(decided.error().code, ErrorCode::kNotFound);
    EXPECT_EQ(get(ids[0]).state, VariantState::kUnscreened);
}

TEST_P(ReviewTest, StoredWordsThatDoNotFitTheirHashAreNotGivenOut) {
    const auto forged = store().maintain(
        [&](Session& session) {
            return session.execute("UPDATE variants SET text = 'Buy now' WHERE id = $1", {ids[0]});
        },
        soon());
    ASSERT_TRUE(forged);
    const auto found =
        read([&](Session& session) { return get_variant(session, workspace(), ids[0]); });
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::kInternal);
}

}  // namespace
}  // namespace cpo::store
