#include "store/document_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "store/audit.h"
#include "store_fixture.h"

namespace cpo::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class DocumentTest : public StoreTest {
public:
    const Actor maria{"user", "maria", "maria", "r"};
    const Actor tom{"user", "tom", "tom", "r"};

    static Document fact(const std::string& title, const std::string& name = "") {
        Document document;
        document.id = name;
        document.title = title;
        document.text = "Text of " + title;
        return document;
    }
    template <typename Work>
    auto change(const Actor& by, const Work& work) {
        return store().change(workspace(), by, work, soon());
    }
    Result<StoredDocument> create(const Actor& by, Document content) {
        return change(by, [&](Change& change) { return create_document(change, content); });
    }
    Result<StoredDocument> update(const Actor& by, const StoredDocument& of, Document content) {
        return change(by, [&](Change& change) {
            return update_document(change, {of.id, of.version}, content);
        });
    }
    Result<StoredDocument> approve(const Actor& by, const StoredDocument& document) {
        const auto approved = change(by, [&](Change& change) {
            return approve_documents(change, {{document.id, document.version}});
        });
        if (!approved) return approved.error();
        return approved->front();
    }
    Result<StoredDocument> revoke(const Actor& by, const StoredDocument& document) {
        return change(by, [&](Change& change) { return revoke_document(change, document.id); });
    }
    Result<StoredDocument> expire(const Actor& by, const StoredDocument& document) {
        return change(by, [&](Change& change) { return expire_document(change, document.id); });
    }
    StoredDocument find(const StoredDocument& document) {
        const Date today = std::chrono::floor<std::chrono::days>(clock().now());
        return *store().read(
            [&](Session& session) {
                return find_document(session, workspace(), document.id, today);
            },
            soon());
    }
    std::int64_t revision() {
        return *store().read(
            [&](Session& session) { return content_revision(session, workspace()); }, soon());
    }
    Page<StoredDocument> list(std::optional<DocumentState> state, const PageRequest& page = {}) {
        const Date today = std::chrono::floor<std::chrono::days>(clock().now());
        return *store().read(
            [&](Session& session) {
                return list_documents(
                    session, workspace(), {.type = {}, .state = state, .today = today}, page);
            },
            soon());
    }
    std::vector<std::string> actions() {
        const auto lines = *store().read(
            [&](Session& session) { return list_audit(session, workspace(), {}); }, soon());
        std::vector<std::string> actions;
        for (const AuditLine& line : lines) actions.push_back(line.entry.action);
        return actions;
    }
    static std::vector<std::string> names(const Page<StoredDocument>& page) {
        std::vector<std::string> names;
        for (const auto& document : page.items) names.push_back(document.content.id);
        return names;
    }
};

TEST_P(DocumentTest, GoesFromDraftToApprovedToExpiredAndBackByAnEdit) {
    const auto draft = *create(maria, fact("Returns"));
    EXPECT_EQ(draft.state, DocumentState::kDraft);
    EXPECT_EQ(draft.version, 1);
    EXPECT_EQ(draft.content.id, "returns");
    EXPECT_EQ(draft.edited_by, "maria");

    const auto approved = *approve(tom, draft);
    EXPECT_EQ(approved.state, DocumentState::kApproved);
    EXPECT_EQ(approved.approved_by, "tom");
    EXPECT_EQ(approved.approved_at, clock().now());
    EXPECT_GT(approved.version, draft.version);

    const auto expired = *expire(maria, approved);
    EXPECT_EQ(expired.state, DocumentState::kExpired);
    EXPECT_EQ(approve(tom, expired).error().code, ErrorCode::kFailedPrecondition);
    EXPECT_EQ(expire(maria, expired).error().code, ErrorCode::kFailedPrecondition);

    const auto edited = *update(tom, expired, fact("Returns in 30 days"));
    EXPECT_EQ(edited.state, DocumentState::kDraft);
    EXPECT_EQ(edited.content.id, "returns");
    EXPECT_EQ(edited.content.title, "Returns in 30 days");
    EXPECT_EQ(edited.edited_by, "tom");
    EXPECT_FALSE(edited.approved_at);
    EXPECT_FALSE(edited.expired_at);
    EXPECT_EQ(revision(), 4);
    EXPECT_THAT(
        actions(),
        ElementsAre("document.update", "document.expire", "document.approve", "document.create"));
}

TEST_P(DocumentTest, IsNotApprovedByWhoWroteItLast) {
    const auto draft = *create(maria, fact("Returns"));
    const auto refused = approve(maria, draft);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kPermissionDenied);
    EXPECT_THAT(refused.error().message, HasSubstr("yourself"));
    // A key of hers is still her.
    EXPECT_EQ(approve({"key", "key-1", "maria", "r"}, draft).error().code,
              ErrorCode::kPermissionDenied);
    const auto edited = *update(tom, draft, fact("Returns, free"));
    EXPECT_EQ(approve(tom, edited).error().code, ErrorCode::kPermissionDenied);
    EXPECT_TRUE(approve(maria, edited));
}

TEST_P(DocumentTest, IsNotTouchedByAnEditThatChangesNothing) {
    const auto draft = *create(maria, fact("Returns"));
    clock().advance(std::chrono::seconds(1));
    ASSERT_TRUE(update(tom, draft, fact("Returns")));
    EXPECT_EQ(find(draft).edited_by, "maria");
    EXPECT_EQ(find(draft).version, draft.version);
    EXPECT_EQ(find(draft).updated_at, draft.updated_at);
    EXPECT_EQ(approve(maria, draft).error().code, ErrorCode::kPermissionDenied)
        << "tom's save made maria no second person";
    const auto approved = *approve(tom, draft);
    const auto before = revision();
    const auto same = update(tom, approved, fact("Returns"));
    ASSERT_TRUE(same) << same.error().message;
    EXPECT_EQ(same->state, DocumentState::kApproved);
    EXPECT_EQ(find(draft).approved_by, "tom");
    EXPECT_EQ(revision(), before);
    EXPECT_EQ(update(tom, draft, fact("Returns")).error().code, ErrorCode::kAborted);
}

TEST_P(DocumentTest, IsApprovedAndEditedOnlyInTheVersionThatWasSeen) {
    const auto seen = *create(maria, fact("Returns"));
    const auto edited = *update(maria, seen, fact("Returns, other"));
    const auto stale = approve(tom, seen);
    ASSERT_FALSE(stale);
    EXPECT_EQ(stale.error().code, ErrorCode::kAborted);
    EXPECT_THAT(stale.error().message, HasSubstr("version 2 now, not 1"));
    EXPECT_EQ(update(maria, seen, fact("Mine")).error().code, ErrorCode::kAborted);
    EXPECT_EQ(find(seen).content.title, "Returns, other");
    EXPECT_TRUE(approve(tom, edited));
}

TEST_P(DocumentTest, LosesItsApprovalByRevocationAtOnce) {
    const auto draft = *create(maria, fact("Returns"));
    EXPECT_EQ(revoke(tom, draft).error().code, ErrorCode::kFailedPrecondition);
    const auto approved = *approve(tom, draft);
    const auto revoked = *revoke(maria, approved);
    EXPECT_EQ(revoked.state, DocumentState::kDraft);
    EXPECT_TRUE(approve(tom, revoked));
}

TEST_P(DocumentTest, IsScheduledUntilItsFirstDayAndExpiredAfterItsLast) {
    Document content = fact("Easter");
    content.valid_from = parse_date("2026-11-28");  // The clock stands on 2026-11-26.
    content.valid_until = parse_date("2026-11-30");
    const auto document = *approve(tom, *create(maria, content));
    EXPECT_EQ(document.state, DocumentState::kScheduled);
    const auto state_on = [&](const char* day) {
        clock().set(*parse_date(day) + std::chrono::hours(23));
        return find(document).state;
    };
    EXPECT_EQ(state_on("2026-11-27"), DocumentState::kScheduled);
    EXPECT_EQ(state_on("2026-11-28"), DocumentState::kApproved);
    EXPECT_EQ(state_on("2026-11-30"), DocumentState::kApproved);
    EXPECT_EQ(state_on("2026-12-01"), DocumentState::kExpired);
    EXPECT_EQ(find(document).version, document.version);
}

TEST_P(DocumentTest, GetsANumberedNameWhereItsTitleIsTakenAndIsRefusedAGivenOne) {
    EXPECT_EQ(create(maria, fact("Returns"))->content.id, "returns");
    EXPECT_EQ(create(maria, fact("Returns!"))->content.id, "returns-2");
    EXPECT_EQ(create(maria, fact("returns"))->content.id, "returns-3");
    EXPECT_EQ(create(maria, fact("Other", "returns-2")).error().code, ErrorCode::kAlreadyExists);
    const auto document = *create(maria, fact("Other", "other"));
    EXPECT_EQ(update(maria, document, fact("Other", "another")).error().code,
              ErrorCode::kInvalidArgument);
    EXPECT_TRUE(update(maria, document, fact("Other", "other")));
}

TEST_P(DocumentTest, AreApprovedAllOrNone) {
    const auto one = *create(maria, fact("One"));
    const auto own = *create(tom, fact("Two"));
    const auto approve_both = [&](const Actor& by) {
        return change(by, [&](Change& change) {
            return approve_documents(change, {{one.id, one.version}, {own.id, own.version}});
        });
    };
    EXPECT_EQ(approve_both(tom).error().code, ErrorCode::kPermissionDenied);
    EXPECT_EQ(find(one).state, DocumentState::kDraft);
    const Actor imogen{"user", "imogen", "imogen", "r"};
    ASSERT_TRUE(approve_both(imogen));
    EXPECT_EQ(find(one).state, DocumentState::kApproved);
    EXPECT_EQ(find(own).state, DocumentState::kApproved);
    EXPECT_EQ(change(imogen,
                     [&](Change& change) {
                         return approve_documents(change, {{one.id, 2}, {one.id, 3}});
                     })
                  .error()
                  .code,
              ErrorCode::kInvalidArgument);
}

TEST_P(DocumentTest, AreListedNewestFirstByStateAndPage) {
    for (const char* title : {"A", "B", "C", "D"}) ASSERT_TRUE(create(maria, fact(title)));
    const auto c = list(DocumentState::kDraft).items[1];
    ASSERT_TRUE(approve(tom, c));
    EXPECT_THAT(names(list({})), ElementsAre("d", "c", "b", "a"));
    EXPECT_THAT(names(list(DocumentState::kApproved)), ElementsAre("c"));
    const auto first = list(DocumentState::kDraft, {.before = {}, .after = {}, .count_max = 2});
    EXPECT_THAT(names(first), ElementsAre("d", "b"));
    EXPECT_TRUE(first.has_older);
    const auto second =
        list(DocumentState::kDraft, {.before = first.items.back().id, .after = {}, .count_max = 2});
    EXPECT_THAT(names(second), ElementsAre("a"));
    EXPECT_FALSE(second.has_older);
    EXPECT_THAT(names(list({}, {.before = {}, .after = c.id, .count_max = 2})), ElementsAre("d"));
}

TEST_P(DocumentTest, AreImportedOnceAndReplacedWhereTheyDiffer) {
    const auto import = [&](std::vector<Document> documents) {
        return change(maria, [&](Change& change) { return import_documents(change, documents); });
    };
    const auto first = *import({fact("Returns", "returns"), fact("Delivery"), fact("Delivery")});
    EXPECT_EQ(first.created, 3);
    EXPECT_EQ(first.ids.size(), 3U);
    EXPECT_THAT(names(list({})), ElementsAre("delivery-2", "delivery", "returns"));
    const auto approved = *approve(tom, list({}).items.back());
    EXPECT_EQ(approved.content.id, "returns");
    const auto before = revision();

    const auto again = *import({fact("Returns", "returns"), fact("Delivery"), fact("Delivery")});
    EXPECT_EQ(again.unchanged, 3);
    EXPECT_EQ(again.ids, first.ids);
    EXPECT_EQ(revision(), before);
    EXPECT_EQ(find(approved).state, DocumentState::kApproved);

    const auto changed = *import({fact("Returns, free", "returns"), fact("Delivery")});
    EXPECT_EQ(changed.replaced, 1);
    EXPECT_EQ(changed.unchanged, 1);
    EXPECT_EQ(find(approved).state, DocumentState::kDraft);
    EXPECT_EQ(find(approved).content.title, "Returns, free");
    EXPECT_EQ(actions().front(), "document.import");
    EXPECT_EQ(import({fact("A", "a"), fact("B", "a")}).error().code, ErrorCode::kInvalidArgument);
}

TEST_P(DocumentTest, AreInvisibleToOtherWorkspaces) {
    const auto ours = *create(maria, fact("Returns"));
    const std::string other = make_workspace("Other");
    const auto by_other = [&](const auto& work) {
        return store().change(other, tom, work, soon());
    };
    EXPECT_EQ(by_other([&](Change& change) {
                  return approve_documents(change, {{ours.id, ours.version}});
              })
                  .error()
                  .code,
              ErrorCode::kNotFound);
    EXPECT_EQ(
        by_other([&](Change& change) { return expire_document(change, ours.id); }).error().code,
        ErrorCode::kNotFound);
    EXPECT_EQ(by_other([&](Change& change) {
                  return create_document(change, fact("Returns"));
              })->content.id,
              "returns");
    EXPECT_EQ(find(ours).version, 1);
}

TEST_P(DocumentTest, KeepEveryChangeWhenManyWriteAtOnce) {
    constexpr int kThreads = 4;
    constexpr int kEach = 5;
    std::vector<std::thread> threads;
    std::atomic<int> failed = 0;
    for (int t = 0; t < kThreads; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < kEach; ++i)
                if (!create(maria, fact("Same"))) ++failed;
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(list({}).items.size(), std::size_t{kThreads * kEach});
    EXPECT_EQ(revision(), kThreads * kEach);
}

INSTANTIATE_TEST_SUITE_P(Engines, DocumentTest, kEngines, engine_name);

}  // namespace
}  // namespace cpo::store
