#include "pipeline/content.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "agents/retrieval/library.h"
#include "backends/embedder/caching_embedder.h"
#include "backends/embedder/hashing_embedder.h"
#include "backends/lexical_index/fts5_lexical_index.h"
#include "backends/vector_index/exact_vector_index.h"
#include "ingest/documents.h"
#include "pipeline/content_import.h"
#include "store/document_store.h"
#include "store_fixture.h"

namespace cpo::pipeline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// The hashing embedder, counted; it can fail and it can be held up.
class WatchedEmbedder : public Embedder {
public:
    std::string name() const override { return inner_->name(); }
    int dimension() const override { return inner_->dimension(); }
    Result<std::vector<Embedding>> embed(std::span<const std::string> texts,
                                         Deadline deadline) override {
        while (is_held && !deadline.has_passed())
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        if (is_broken) return Error{ErrorCode::kUnavailable, "the model is away", {}};
        texts_embedded += texts.size();
        return inner_->embed(texts, deadline);
    }
    std::atomic<bool> is_held = false;
    std::atomic<bool> is_broken = false;
    std::atomic<std::size_t> texts_embedded = 0;

private:
    std::unique_ptr<Embedder> inner_ = make_hashing_embedder({});
};

class ContentTest : public StoreTest {
public:
    const store::Actor maria{"user", "maria", "maria", "r"};
    const store::Actor tom{"user", "tom", "tom", "r"};

    Content::Parts parts(store::Store& of, Embedder& with) {
        return {.store = of,
                .embedder = with,
                .make_vector_index = [this](int dimension) -> Result<std::unique_ptr<VectorIndex>> {
                    ++indexes_made;
                    return make_exact_vector_index(dimension);
                },
                .make_lexical_index = make_fts5_lexical_index};
    }
    Content make_content(ContentOptions options = {}) {
        return Content(parts(store(), embedder), options);
    }
    static Document fact(const std::string& name, const std::string& text) {
        Document document;
        document.id = name;
        document.title = name;
        document.text = text;
        return document;
    }
    store::StoredDocument create(const Document& document) { return create(document, workspace()); }
    store::StoredDocument create(const Document& document, const std::string& in) {
        return *store().change(
            in,
            maria,
            [&](store::Change& change) { return store::create_document(change, document); },
            soon());
    }
    store::StoredDocument approve(const store::StoredDocument& document) {
        return approve(document, workspace());
    }
    store::StoredDocument approve(const store::StoredDocument& document, const std::string& in) {
        return store()
            .change(
                in,
                tom,
                [&](store::Change& change) {
                    return store::approve_documents(change, {{document.id, document.version}});
                },
                soon())
            ->front();
    }
    store::StoredDocument expire(const store::StoredDocument& document) {
        return *store().change(
            workspace(),
            tom,
            [&](store::Change& change) { return store::expire_document(change, document.id); },
            soon());
    }
    store::StoredDocument update(const store::StoredDocument& document, const Document& content) {
        return *store().change(
            workspace(),
            maria,
            [&](store::Change& change) {
                return store::update_document(change, {document.id, document.version}, content);
            },
            soon());
    }
    /// Names of the documents found, or the error.
    static std::vector<std::string> found(Content& content,
                                          const std::string& in,
                                          const std::string& text) {
        const auto hits = content.search(in, {.text = text}, soon());
        if (!hits) return {"error: " + hits.error().message};
        std::vector<std::string> names;
        for (const Hit& hit : hits->hits) names.push_back(hit.document);
        return names;
    }
    std::vector<std::string> found(Content& content, const std::string& text) {
        return found(content, workspace(), text);
    }

    WatchedEmbedder embedder;
    std::atomic<int> indexes_made = 0;
};

TEST_P(ContentTest, FindsADocumentFromItsApprovalUntilItsEditOrExpiry) {
    Content content = make_content();
    EXPECT_THAT(found(content, "gift wrap"), IsEmpty());
    const auto draft = create(fact("wrap", "Gift wrap costs £2."));
    EXPECT_THAT(found(content, "gift wrap"), IsEmpty());
    const auto approved = approve(draft);
    EXPECT_THAT(found(content, "gift wrap"), ElementsAre("wrap"));
    const auto edited = update(approved, fact("wrap", "Gift wrap costs £3."));
    EXPECT_THAT(found(content, "gift wrap"), IsEmpty());
    const auto again = approve(edited);
    EXPECT_THAT(found(content, "gift wrap"), ElementsAre("wrap"));
    expire(again);
    EXPECT_THAT(found(content, "gift wrap"), IsEmpty());
    const auto library = *content.library(workspace(), content.today(), soon());
    ASSERT_EQ(library->library.set_aside.size(), 1U);
    EXPECT_EQ(library->library.set_aside[0].reason, "taken out by hand on 2026-11-26");
}

TEST_P(ContentTest, LosesADocumentWhenTheDayBehindItsLastBegins) {
    Content content = make_content();
    Document sale = fact("sale", "The sale ends tonight.");
    sale.valid_until = parse_date("2026-11-26");
    approve(create(sale));
    Document tomorrow = fact("tomorrow", "No sale any more.");
    tomorrow.valid_from = parse_date("2026-11-27");
    approve(create(tomorrow));
    EXPECT_THAT(found(content, "sale"), ElementsAre("sale"));
    clock().set(*parse_date("2026-11-27") + std::chrono::milliseconds(0));
    EXPECT_THAT(found(content, "sale"), ElementsAre("tomorrow"));
}

TEST_P(ContentTest, SeesWhatAnotherServerChanged) {
    const auto other_database = scratch().open();
    store::Store other_store(*other_database, clock());
    Content here = make_content();
    Content there(parts(other_store, embedder));
    const auto document = approve(create(fact("wrap", "Gift wrap costs £2.")));
    EXPECT_THAT(found(here, "wrap"), ElementsAre("wrap"));
    EXPECT_THAT(found(there, "wrap"), ElementsAre("wrap"));
    const auto expired = other_store.change(
        workspace(),
        tom,
        [&](store::Change& change) { return store::expire_document(change, document.id); },
        soon());
    ASSERT_TRUE(expired);
    EXPECT_THAT(found(here, "wrap"), IsEmpty());
    EXPECT_THAT(found(there, "wrap"), IsEmpty());
}

TEST_P(ContentTest, KeepsTheValueApprovedLaterAndSaysWhyTheOtherIsSetAside) {
    Content content = make_content();
    EXPECT_EQ(content.current_or_null(workspace(), soon()), nullptr);
    Document old_returns = fact("returns-old", "Send it back within 14 days.");
    old_returns.facts = {{"return_days", "14"}};
    Document returns = fact("returns", "Send it back within 30 days.");
    returns.facts = {{"return_days", "30"}};
    approve(create(old_returns));
    const auto draft = create(returns);
    clock().advance(std::chrono::hours(24));
    approve(draft);
    EXPECT_THAT(found(content, "send back"), ElementsAre("returns"));
    const auto library = content.current_or_null(workspace(), soon());
    ASSERT_NE(library, nullptr);
    ASSERT_EQ(library->library.set_aside.size(), 1U);
    EXPECT_EQ(library->library.set_aside[0].document, "returns-old");
    EXPECT_THAT(library->library.set_aside[0].reason, HasSubstr("contradicts returns"));
    create(fact("draft", "x"));
    EXPECT_EQ(content.current_or_null(workspace(), soon()), nullptr);
}

TEST_P(ContentTest, KeepsWorkspacesApart) {
    Content content = make_content({.libraries_max = 1, .indexing_max = std::chrono::minutes(1)});
    const std::string other = make_workspace("Other");
    approve(create(fact("ours", "Gift wrap here.")));
    approve(create(fact("theirs", "Gift wrap there."), other), other);
    for (int i = 0; i < 2; ++i) {
        EXPECT_THAT(found(content, "gift wrap"), ElementsAre("ours"));
        EXPECT_THAT(found(content, other, "gift wrap"), ElementsAre("theirs"));
    }
    EXPECT_EQ(indexes_made, 4);  // Room for one library: each is built anew.
}

TEST_P(ContentTest, FiltersAsAsked) {
    Content content = make_content();
    Document email = fact("email", "Gift wrap by email.");
    email.channels = {"email"};
    Document lapsed = fact("lapsed", "Gift wrap for lapsed.");
    lapsed.segments = {"lapsed"};
    Document german = fact("german", "Gift wrap auf Deutsch.");
    german.language = "de";
    for (const auto& document : {email, lapsed, german}) approve(create(document));
    const auto names = [&](ContentQuery query) {
        query.text = "gift wrap";
        std::vector<std::string> documents;
        const auto hits = content.search(workspace(), query, soon());
        for (const Hit& hit : hits->hits) documents.push_back(hit.document);
        return documents;
    };
    EXPECT_THAT(names({.language = "de"}), ElementsAre("german"));
    EXPECT_THAT(names({.audience = "new"}), UnorderedElementsAre("email", "german"));
    EXPECT_THAT(names({.channel = Channel::kSms}), UnorderedElementsAre("lapsed", "german"));
    EXPECT_THAT(names({.type = DocumentType::kOffer}), IsEmpty());
    EXPECT_EQ(names({.count_max = 1}).size(), 1U);
    EXPECT_EQ(content.search(workspace(), {.text = " "}, soon()).error().code,
              ErrorCode::kInvalidArgument);
    EXPECT_THAT(content.search(workspace(), {.text = "x"}, soon())->notices,
                ElementsAre(HasSubstr("words only")));
}

TEST_P(ContentTest, EmbedsOnlyWhatChanged) {
    const auto caching = make_caching_embedder(embedder, {});
    Content content(parts(store(), *caching));
    for (int i = 0; i < 20; ++i) {
        const std::string name = "document-" + std::to_string(i);
        approve(create(fact(name, "Text " + name)));
    }
    found(content, "query");
    EXPECT_EQ(embedder.texts_embedded, 21U);
    approve(create(fact("another", "Another text.")));
    found(content, "query");
    EXPECT_EQ(embedder.texts_embedded, 22U);
}

TEST_P(ContentTest, IsBuiltOnceForManyCallersAtOnce) {
    Content content = make_content();
    approve(create(fact("wrap", "Gift wrap costs £2.")));
    embedder.is_held = true;
    std::vector<std::thread> threads;
    std::atomic<int> right = 0;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&] { right += found(content, "wrap").size() == 1 ? 1 : 0; });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    embedder.is_held = false;
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(right, 8);
    EXPECT_EQ(indexes_made, 1);
}

TEST_P(ContentTest, SaysThatItIsBeingPreparedAndGoesOnPreparing) {
    Content content = make_content();
    approve(create(fact("wrap", "Gift wrap costs £2.")));
    embedder.is_held = true;
    const auto early = content.indexed(
        workspace(), content.today(), Deadline::after(std::chrono::milliseconds(300)));
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(early.error().message, HasSubstr("being prepared"));
    embedder.is_held = false;
    EXPECT_THAT(found(content, "wrap"), ElementsAre("wrap"));
    EXPECT_EQ(indexes_made, 1);
}

TEST_P(ContentTest, PassesAFailedBuildOnAndTriesAgainAtTheNextCall) {
    Content content = make_content();
    approve(create(fact("wrap", "Gift wrap costs £2.")));
    embedder.is_broken = true;
    EXPECT_THAT(found(content, "wrap"), ElementsAre("error: the model is away"));
    embedder.is_broken = false;
    EXPECT_THAT(found(content, "wrap"), ElementsAre("wrap"));
}

TEST_P(ContentTest, NeverShowsWhatWasExpiredWhileManySearch) {
    Content content = make_content();
    approve(create(fact("always", "Gift wrap costs £2.")));
    std::atomic<bool> is_over = false;
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&] {
            while (!is_over) {
                const auto names = found(content, "gift wrap");
                if (std::find(names.begin(), names.end(), "always") == names.end()) ++wrong;
            }
        });
    for (int i = 0; i < 6; ++i) {
        const std::string name = "sale-" + std::to_string(i);
        const auto document = approve(create(fact(name, "Gift wrap is free.")));
        EXPECT_THAT(found(content, "gift wrap"), UnorderedElementsAre("always", name));
        expire(document);
        EXPECT_THAT(found(content, "gift wrap"), ElementsAre("always"));
    }
    is_over = true;
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
}

/// The library as the command line makes it from the folder, had everything been approved on one
/// day.
Library from_files(const std::vector<std::filesystem::path>& files, Date as_of) {
    std::vector<Document> documents;
    for (const auto& path : files) {
        std::ifstream input(path);
        const std::string bytes(std::istreambuf_iterator<char>(input), {});
        auto read = ingest::read_documents(bytes, path.filename().string(), as_of);
        EXPECT_TRUE(read) << read.error().message;
        for (Document& document : read->documents) {
            document.approved_by = "tom";
            document.approved_on = as_of;
            documents.push_back(std::move(document));
        }
    }
    std::sort(documents.begin(), documents.end(), [](const auto& a, const auto& b) {
        return a.id < b.id;
    });
    return *retrieval::make_library(std::move(documents), as_of);
}

TEST_P(ContentTest, UsesTheSameDocumentsOfTheGiftShopAsTheCommandLine) {
    const Date as_of = *parse_date("2011-12-09");  // Before any approval here: they are in force.
    std::vector<std::filesystem::path> files;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(CPO_SOURCE_DIR "/demo/gift-shop"))
        if (entry.is_regular_file() && entry.path().filename() != "README.md")
            files.push_back(entry.path());
    std::int64_t created = 0;
    for (const auto& path : files) {
        std::ifstream input(path);
        const std::string bytes(std::istreambuf_iterator<char>(input), {});
        const auto read = read_document_file({.bytes = bytes,
                                              .is_markdown = path.extension() == ".md",
                                              .name = path.filename().string(),
                                              .as_of = as_of});
        ASSERT_TRUE(read) << path << read.error().message;
        const auto done = store().change(
            workspace(),
            maria,
            [&](store::Change& change) { return store::import_documents(change, read->documents); },
            soon());
        ASSERT_TRUE(done) << done.error().message << done.error().detail;
        created += done->created;
    }
    EXPECT_EQ(created, 40);  // demo/gift-shop/README.md says so.
    Content content = make_content();
    EXPECT_THAT((*content.library(workspace(), as_of, soon()))->library.documents, IsEmpty());
    const auto drafts = *store().read(
        [&](store::Session& session) {
            return store::list_documents(session,
                                         workspace(),
                                         {.type = {}, .state = {}, .today = as_of},
                                         {.before = {}, .after = {}, .count_max = 100});
        },
        soon());
    std::vector<store::DocumentVersion> versions;
    for (const auto& draft : drafts.items) versions.push_back({draft.id, draft.version});
    const auto approved = store().change(
        workspace(),
        tom,
        [&](store::Change& change) { return store::approve_documents(change, versions); },
        soon());
    ASSERT_TRUE(approved) << approved.error().message;

    const Library expected = from_files(files, as_of);
    const auto library = *content.library(workspace(), as_of, soon());
    const auto line = [](const auto& document, const std::string& rest) {
        return document + ": " + rest;
    };
    std::vector<std::string> usable, expected_usable, set_aside, expected_set_aside;
    for (const auto& d : library->library.documents) usable.push_back(line(d.id, d.text));
    for (const auto& d : expected.documents) expected_usable.push_back(line(d.id, d.text));
    for (const auto& d : library->library.set_aside)
        set_aside.push_back(line(d.document, d.reason));
    for (const auto& d : expected.set_aside)
        expected_set_aside.push_back(line(d.document, d.reason));
    EXPECT_GT(usable.size(), 20U);
    EXPECT_EQ(usable, expected_usable);
    EXPECT_EQ(set_aside, expected_set_aside);
    EXPECT_EQ(library->library.passages.size(), expected.passages.size());
}

INSTANTIATE_TEST_SUITE_P(Engines, ContentTest, kEngines, engine_name);

Result<UploadedDocuments> read_lines(std::string_view lines) {
    return read_document_file(
        {.bytes = lines, .is_markdown = false, .name = "", .as_of = *parse_date("2026-11-26")});
}

TEST(ContentImport, TakesContentButNoApprovalFromAFile) {
    const auto read = read_lines(R"({"id":"kb/returns","title":"Returns","text":"30 days.",)"
                                 R"("approved_by":"Maria","valid_until":"+14d"})"
                                 "\n"
                                 R"({"title":"Delivery","text":"3 days."})"
                                 "\n"
                                 R"({"text":"# About us\nWe sell gifts."})");
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(read->documents.size(), 3U);
    EXPECT_EQ(read->documents[0].id, "kb-returns");
    EXPECT_EQ(read->documents[0].approved_by, "");
    EXPECT_EQ(read->documents[0].valid_until, parse_date("2026-12-10"));
    EXPECT_EQ(read->documents[1].id, "");
    EXPECT_FALSE(read->documents[1].is_approval_waived);
    EXPECT_EQ(read->documents[2].title, "About us");
    EXPECT_THAT(read->notices,
                UnorderedElementsAre(HasSubstr("approvals do not count here"),
                                     HasSubstr("kb/returns is kb-returns now")));
}

TEST(ContentImport, SaysNothingOfApprovalThatCountsOnlyInFiles) {
    const auto read = read_lines(R"({"id":"a","title":"A","text":"a"})");
    ASSERT_TRUE(read);
    EXPECT_THAT(read->notices, IsEmpty());
}

TEST(ContentImport, NamesEveryDocumentThatCannotBeUsed) {
    const auto read = read_lines(R"({"id":"good","title":"Good","text":"x"})"
                                 "\n"
                                 R"({"id":"long","title":")" +
                                 std::string(300, 'x') + R"(","text":"x"})");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(read.error().message,
                HasSubstr("1 of 2 documents cannot be used:\n  long: title: has 300 characters"));
}

TEST(ContentImport, ReadsOneMarkdownDocumentUnderTheGivenName) {
    const auto read = read_document_file({.bytes = "---\ntype: fact\n---\n# Returns\n30 days.\n",
                                          .is_markdown = true,
                                          .name = "service/returns.md",
                                          .as_of = *parse_date("2026-11-26")});
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(read->documents.size(), 1U);
    EXPECT_EQ(read->documents[0].id, "service-returns");
    EXPECT_EQ(read->documents[0].title, "Returns");
}

}  // namespace
}  // namespace cpo::pipeline
