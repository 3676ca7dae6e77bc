#include "agents/retrieval/retrieval.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "agents/retrieval/fusion.h"
#include "agents/retrieval/library.h"
#include "agents/retrieval/reasons.h"
#include "backends/embedder/hashing_embedder.h"
#include "backends/lexical_index/fts5_lexical_index.h"
#include "backends/vector_index/exact_vector_index.h"

namespace cpo::retrieval {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Date kRunDay = Date(2011y / 12 / 9);

Document document(std::string id, std::string title, std::string text) {
    Document result;
    result.id = std::move(id);
    result.title = std::move(title);
    result.text = std::move(text);
    result.approved_by = "Maria";
    return result;
}

Document offer(std::string id, std::string audience, std::string text) {
    Document result = document(std::move(id), "Offer", std::move(text));
    result.type = DocumentType::kOffer;
    result.offer.emplace();
    result.offer->unit = OfferUnit::kFreeShipping;
    result.offer->audience = std::move(audience);
    return result;
}

SegmentDriver driver(std::string feature, double effect_size) {
    SegmentDriver result;
    result.feature = std::move(feature);
    result.effect_size = effect_size;
    return result;
}

/// A library with everything that a search over it needs.
class Shop {
public:
    explicit Shop(std::vector<Document> documents)
        : library_(*make_library(std::move(documents), kRunDay)),
          embedder_(make_hashing_embedder({})),
          vectors_(make_exact_vector_index(embedder_->dimension())),
          words_(*make_fts5_lexical_index()),
          agent_(library_, *embedder_, *vectors_, *words_) {
        const auto indexed = agent_.index(Deadline::never());
        EXPECT_TRUE(indexed);
    }
    const RetrievalAgent& agent() const { return agent_; }
    std::vector<Hit> search(const SearchRequest& request) const {
        const auto hits = agent_.search(request, Deadline::never());
        EXPECT_TRUE(hits) << (hits ? "" : hits.error().message);
        return hits ? *hits : std::vector<Hit>();
    }
    std::vector<std::string> found(const SearchRequest& request) const {
        std::vector<std::string> ids;
        for (const Hit& hit : search(request)) ids.push_back(hit.document);
        return ids;
    }

private:
    Library library_;
    std::unique_ptr<Embedder> embedder_;
    std::unique_ptr<VectorIndex> vectors_;
    std::unique_ptr<LexicalIndex> words_;
    RetrievalAgent agent_;
};

std::vector<Document> shop_documents() {
    auto documents =
        std::vector{document("wrap", "Gift wrap", "We wrap every gift in recycled paper."),
                    document("delivery", "Delivery", "Parcels arrive within three working days."),
                    document("mugs", "Mugs", "Hand painted mugs with a robin on them.")};
    documents.push_back(
        document("lieferung", "Lieferung", "Pakete kommen in drei Tagen: parcels."));
    documents.back().language = "de";
    documents.push_back(document("sms-only", "Stop", "Reply STOP to end these parcels messages."));
    documents.back().type = DocumentType::kLegal;
    documents.back().channels = {"sms"};
    documents.push_back(offer("back", "lapsed", "Free delivery of your parcels, welcome back."));
    documents.push_back(offer("all", "", "Free delivery of parcels for everybody."));
    return documents;
}

TEST(RetrievalAgent, FindsByMeaningAndWordsAndSaysWhy) {
    const Shop shop(shop_documents());
    const auto hits = shop.search({.query = "wrapping of a gift", .count_max = 2});
    ASSERT_FALSE(hits.empty());
    EXPECT_EQ(hits[0].document, "wrap");
    EXPECT_EQ(hits[0].title, "Gift wrap");
    EXPECT_EQ(hits[0].text, "We wrap every gift in recycled paper.");
    EXPECT_EQ(hits[0].vector_rank, 1);
    EXPECT_EQ(hits[0].lexical_rank, 1);
    EXPECT_EQ(hits[0].score, 1.0 / 61 + 1.0 / 61);
    EXPECT_GT(hits[0].cosine, 0.1);
    EXPECT_EQ(hits[0].reason, "close in meaning (rank 1) and shares the words wrapping, gift");
}

TEST(RetrievalAgent, RanksByOneListAloneWhenAsked) {
    const Shop shop(shop_documents());
    const auto by_words = shop.search({.query = "robin", .mode = SearchMode::kLexical});
    ASSERT_EQ(by_words.size(), 1U);
    EXPECT_EQ(by_words[0].document, "mugs");
    EXPECT_EQ(by_words[0].vector_rank, 0);
    EXPECT_GT(by_words[0].score, 0);
    const auto by_meaning = shop.search({.query = "robin", .mode = SearchMode::kVector});
    ASSERT_EQ(by_meaning.size(), 7U);
    EXPECT_EQ(by_meaning[0].document, "mugs");
    EXPECT_EQ(by_meaning[0].lexical_rank, 0);
    EXPECT_EQ(by_meaning[0].score, by_meaning[0].cosine);
}

TEST(RetrievalAgent, HonoursEveryFilter) {
    const Shop shop(shop_documents());
    const std::string query = "parcels delivery";
    EXPECT_THAT(shop.found({.query = query, .filter = {.language = "de"}}),
                ElementsAre("lieferung"));
    EXPECT_THAT(shop.found({.query = query, .filter = {.language = "en"}}),
                Not(Contains("lieferung")));
    EXPECT_THAT(shop.found({.query = query, .filter = {.type = DocumentType::kLegal}}),
                ElementsAre("sms-only"));
    EXPECT_THAT(shop.found({.query = query, .filter = {.channel = Channel::kEmail}}),
                Not(Contains("sms-only")));
    const auto for_new = shop.found({.query = query, .filter = {.audience = "new"}});
    EXPECT_THAT(for_new, Not(Contains("back")));
    EXPECT_THAT(for_new, Contains("all"));
    EXPECT_THAT(shop.found({.query = query, .filter = {.audience = "Lapsed"}}), Contains("back"));
}

TEST(RetrievalAgent, MatchesLanguagesByTheirMainPart) {
    auto documents = std::vector{document("gb", "A", "mug"),
                                 document("us", "B", "mug"),
                                 document("en", "C", "mug"),
                                 document("eng", "D", "mug")};
    documents[0].language = "en-gb";
    documents[1].language = "en-us";
    documents[3].language = "eng";
    const Shop shop(documents);
    EXPECT_THAT(shop.found({.query = "mug", .filter = {.language = "en-gb"}}),
                testing::UnorderedElementsAre("gb", "en"));
    EXPECT_THAT(shop.found({.query = "mug", .filter = {.language = "en"}}),
                testing::UnorderedElementsAre("gb", "us", "en"));
}

TEST(RetrievalAgent, NeverFindsWhatMustNotBeUsed) {
    auto documents = shop_documents();
    documents[0].approved_by.clear();
    const Shop shop(documents);
    for (const auto mode : {SearchMode::kHybrid, SearchMode::kVector, SearchMode::kLexical})
        EXPECT_THAT(shop.found({.query = "gift wrap", .mode = mode, .count_max = 100}),
                    Not(Contains("wrap")));
}

TEST(RetrievalAgent, RefusesAnEmptyQuery) {
    const Shop shop(shop_documents());
    const auto hits = shop.agent().search({.query = " \n"}, Deadline::never());
    ASSERT_FALSE(hits);
    EXPECT_EQ(hits.error().code, ErrorCode::kInvalidArgument);
}

TEST(RetrievalAgent, ShowsADocumentOnceWhenRankingDocuments) {
    std::string text;
    for (int i = 0; i < 150; ++i) text += "A lantern for the garden path. ";
    const Shop shop({document("long", "Lanterns", text), document("short", "Mugs", "One mug.")});
    const auto passages = shop.found({.query = "lantern", .mode = SearchMode::kLexical});
    EXPECT_GT(passages.size(), 3U);
    EXPECT_THAT(passages, Each("long"));
    EXPECT_THAT(shop.found({.query = "lantern", .is_by_document = true}),
                ElementsAre("long", "short"));
}

TEST(RetrievalAgent, RetrievesWhatFitsSegmentChannelAndLanguage) {
    const Shop shop(shop_documents());
    Segment segment;
    segment.number = 3;
    segment.name = "Not seen for 8 months";
    segment.drivers = {driver("recency_days", 1.2)};
    Campaign campaign;
    campaign.goal = "win back lapsed customers";
    const auto context = shop.agent().retrieve(segment, campaign, Deadline::never());
    ASSERT_TRUE(context);
    EXPECT_EQ(context->segment, 3);
    EXPECT_THAT(context->audience, ElementsAre("lapsed"));
    EXPECT_THAT(context->query, HasSubstr("win back lapsed customers. Not seen for 8 months"));
    std::vector<std::string> ids;
    for (const Hit& hit : context->hits) ids.push_back(hit.document);
    EXPECT_THAT(ids, testing::UnorderedElementsAre("wrap", "delivery", "mugs", "back", "all"));
    for (std::size_t i = 1; i < context->hits.size(); ++i)
        EXPECT_GE(context->hits[i - 1].score, context->hits[i].score);
    for (const Hit& hit : context->hits)
        EXPECT_EQ(hit.reason.starts_with("written for this audience; "), hit.document == "back");
}

TEST(RetrievalAgent, KeepsAPlaceForTheOfferOfTheAudienceAndForEachType) {
    std::vector<Document> documents;
    for (int i = 0; i < 6; ++i)
        documents.push_back(offer(fmt::format("o{}", i), "", "Win back customers, win them back."));
    documents.push_back(offer("theirs", "loyal", "Something else entirely."));
    for (int i = 0; i < 20; ++i)
        documents.push_back(document(fmt::format("f{}", i), "Win back", "Win back customers."));
    documents.push_back(document("imprint", "Imprint", "Registered office."));
    documents.back().type = DocumentType::kLegal;
    const Shop shop(documents);
    Campaign campaign;
    campaign.goal = "win back customers";
    const auto context = shop.agent().retrieve({}, {"Loyal"}, campaign, Deadline::never());
    ASSERT_TRUE(context);
    std::map<DocumentType, int> counts;
    std::set<std::string> ids;
    for (const Hit& hit : context->hits) {
        ++counts[hit.type];
        ids.insert(hit.document);
    }
    EXPECT_EQ(counts[DocumentType::kOffer], 4);
    EXPECT_EQ(counts[DocumentType::kFact], 8);
    EXPECT_EQ(counts[DocumentType::kLegal], 1);
    EXPECT_TRUE(ids.contains("theirs"));
}

// Ranks and scores by hand: 1/61 + 1/62 and so on (Cormack et al., k = 60).
TEST(Fusion, AddsReciprocalRanks) {
    const auto hits = fuse({{7, 0.9F}, {3, 0.8F}}, {{3, 5.0}, {9, 4.0}, {7, 3.0}}, {});
    ASSERT_EQ(hits.size(), 3U);
    EXPECT_EQ(hits[0].passage, 3U);
    EXPECT_DOUBLE_EQ(hits[0].score, 1.0 / 62 + 1.0 / 61);
    EXPECT_EQ(hits[1].passage, 7U);
    EXPECT_DOUBLE_EQ(hits[1].score, 1.0 / 61 + 1.0 / 63);
    EXPECT_EQ(hits[2].passage, 9U);
    EXPECT_EQ(hits[2].vector_rank, 0);
}

TEST(Fusion, BreaksTiesByMeaningThenByPassage) {
    const auto hits = fuse({{8, 0.9F}}, {{2, 5.0}}, {});
    ASSERT_EQ(hits.size(), 2U);
    EXPECT_EQ(hits[0].passage, 8U);
    EXPECT_EQ(hits[0].score, hits[1].score);
}

TEST(Fusion, ThinsEachListToTheBestPassageOfAGroup) {
    // Passages 0 and 1 are one document, 2 and 3 another.
    const auto hits = fuse({{1, 0.9F}, {0, 0.8F}, {2, 0.7F}}, {{3, 9.0}, {0, 8.0}}, {0, 0, 1, 1});
    ASSERT_EQ(hits.size(), 2U);
    EXPECT_EQ(hits[0].passage, 1U);  // Rank 1 by meaning beats its neighbour's rank 2 by words.
    EXPECT_EQ(hits[0].lexical_rank, 2);
    EXPECT_EQ(hits[1].passage, 3U);
    EXPECT_EQ(hits[1].vector_rank, 2);
    EXPECT_EQ(hits[1].cosine, 0);  // The cosine was passage 2's.
    EXPECT_DOUBLE_EQ(hits[1].score, 1.0 / 62 + 1.0 / 61);
}

TEST(Reasons, NameSharedWordsOnceWithoutFunctionWords) {
    EXPECT_THAT(
        shared_words("The gifts, and wrapping the GIFT of candles", "a gift; candle wrap", 5),
        ElementsAre("gifts", "wrapping", "candles"));
    EXPECT_THAT(shared_words("one two three", "three two one", 2), ElementsAre("one", "two"));
    EXPECT_THAT(shared_words("the of", "the of", 5), IsEmpty());
}

TEST(Reasons, ReadAsSentences) {
    EXPECT_EQ(reason_of(1, 2, {"gift", "wrap"}),
              "close in meaning (rank 1) and shares the words gift, wrap");
    EXPECT_EQ(reason_of(11, 0, {}), "rank 11 by meaning");
    EXPECT_EQ(reason_of(0, 4, {"gift"}), "shares the word gift");
    EXPECT_EQ(reason_of(0, 4, {}), "shares common words (rank 4)");
}

std::vector<std::string> keywords_of(std::vector<std::pair<std::string, double>> effects) {
    Segment segment;
    for (auto& [feature, effect] : effects) segment.drivers.push_back(driver(feature, effect));
    return audience_keywords(segment);
}

// The table of docs/content.md.
TEST(AudienceKeywords, FollowFromTheDrivers) {
    EXPECT_THAT(keywords_of({}), IsEmpty());
    EXPECT_THAT(keywords_of({{"recency_days", 0.5}}), ElementsAre("lapsed"));
    EXPECT_THAT(keywords_of({{"recency_days", 0.49}}), IsEmpty());
    EXPECT_THAT(keywords_of({{"recency_days", -1}, {"tenure_days", -1}}),
                ElementsAre("new", "recent"));
    EXPECT_THAT(keywords_of({{"recency_days", 1}, {"tenure_days", -1}}), ElementsAre("lapsed"));
    EXPECT_THAT(keywords_of({{"frequency", 2}, {"monetary", 1}, {"tenure_days", 1}}),
                ElementsAre("big_spender", "long_standing", "loyal"));
    EXPECT_THAT(keywords_of({{"recency_days", 1}, {"average_order_value", 1}}),
                ElementsAre("at_risk", "big_spender", "lapsed"));
    EXPECT_THAT(keywords_of({{"frequency", -1}, {"monetary", -1}, {"returns_share", 1}}),
                ElementsAre("occasional", "returner", "small_spender"));
    EXPECT_EQ(normalized_keyword("Big-spender now"), "big_spender_now");
}

}  // namespace
}  // namespace cpo::retrieval
