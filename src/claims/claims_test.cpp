#include "claims/claims.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "text/utf8.h"

namespace cpo::claims {
namespace {

// Friday; the last day of the Online Retail data. All expected values below were worked out by hand
// from the calendar of 2011 and the meaning of the English sentence.
const Date kAsOf = *parse_date("2011-12-09");

std::string list_of(std::string_view text, std::string_view language = "en") {
    std::string list;
    for (const FoundClaim& claim : find_claims(text, language, kAsOf)) {
        if (!list.empty()) list += "; ";
        list += std::string(name_of(claim.kind)) + " " + claim.value;
    }
    return list;
}

ClaimRole role_of(std::string_view text) {
    const auto claims = find_claims(text, "en", kAsOf);
    return claims.size() == 1 ? claims.front().role : ClaimRole::kNone;
}

struct Sentence {
    std::string_view text;
    std::string_view claims;
};

void expect_all(std::initializer_list<Sentence> sentences) {
    for (const Sentence& sentence : sentences)
        EXPECT_EQ(list_of(sentence.text), sentence.claims) << sentence.text;
}

TEST(FindClaims, ReadsPercentages) {
    expect_all({{"Take 15% off", "percent 15"},
                {"Take 15 % off", "percent 15"},
                {"12.5 per cent less", "percent 12.5"},
                {"Everything half price", "percent 50"},
                {"20 percent off and 5% back", "percent 20; percent 5"}});
}

TEST(FindClaims, ReadsMoney) {
    expect_all(
        {{"on orders over £30.", "money 30.00 GBP"},
         {"only $5.00 today", "money 5.00 USD"},
         {"€20 and 30 GBP and 30 pounds", "money 20.00 EUR; money 30.00 GBP; money 30.00 GBP"},
         {"worth £1,250.50", "money 1250.50 GBP"},
         {"from 99p each", "money 0.99 GBP"}});
}

TEST(FindClaims, ReadsDatesInEveryUsualSpelling) {
    expect_all({{"ends 20 December", "date 2011-12-20"},
                {"ends on December 20th 2011.", "date 2011-12-20"},
                {"until 2011-12-20", "date 2011-12-20"},
                {"until 20/12/2011", "date 2011-12-20"},
                {"until Tuesday 20th of December", "date 2011-12-20"},
                {"until 3 January", "date 2012-01-03"},
                {"from 1 to 20 December", "date 2011-12-01; date 2011-12-20"},
                {"since 1 November", "date 2011-11-01"}});
}

TEST(FindClaims, ReadsRelativeDeadlinesButNotEveryToday) {
    expect_all({{"It ends tonight", "date 2011-12-09"},
                {"Ends tomorrow", "date 2011-12-10"},
                {"until Sunday", "date 2011-12-11"},
                {"today only", "date 2011-12-09"},
                {"The offer runs until the end of the month", "date 2011-12-31"},
                {"order by next Friday", "date 2011-12-16"},
                {"Come and see us today", ""},
                {"We are open Monday to Friday", ""},
                {"Fresh flowers every Friday", ""}});
}

TEST(FindClaims, ReadsCodes) {
    expect_all({{"with code COMEBACK15 today", "code COMEBACK15"},
                {"Use GLOWING at the checkout", "code GLOWING"},
                {"GLOW20 takes care of it", "code GLOW20"},
                {"your code: comeback15", "code COMEBACK15"},
                {"Reply STOP to opt out", ""},
                {"our code of conduct", ""},
                {"VAT is included, BACS accepted", ""}});
}

TEST(FindClaims, ReadsDurationsUrlsAndPromises) {
    expect_all({{"Returns within 30 days", "duration 30 days"},
                {"arrives in 3 working days", "duration 3 working days"},
                {"two weeks to decide", "duration 14 days"},
                {"in 3-5 days", "duration 3-5 days"},
                {"our 30-day promise", "duration 30 days"},
                {"at https://www.Pennywren.example/sale.", "url pennywren.example/sale"},
                {"see pennywren.example today", "url pennywren.example"},
                {"with free UK delivery", "free_shipping free shipping"},
                {"Delivery is free", "free_shipping free shipping"},
                {"a free tin of tea lights with it", "gift tin of tea lights"},
                {"a free gift for you", "gift gift"},
                {"our 3 for 2 table", "gift 3 for 2"},
                {"Feel free to write", ""},
                {"lovely gifts for everyone", ""}});
}

TEST(FindClaims, ReadsOtherNumbersAndLeavesHarmlessOnes) {
    expect_all({{"trusted by 4,000 people since 1987", "number 4000; number 1987"},
                {"rated 4.7 out of 5", "number 4.7; number 5"},
                {"order by 2pm", "number 14:00"},
                {"a 2-in-1 lamp, open 24/7", ""},
                {"1. Choose\n2. Wrap", ""},
                {"Pennywren Ltd, 14 Sailmaker Row, Wexcombe, WX4 7PN", ""},
                {"Call 020 7946 0958", ""},
                {"Write to help15@pennywren.example", ""},
                {"Copyright 2009, on A4 paper", ""},
                {"her 21st birthday", ""},
                {"Christmas 2011", ""}});
}

TEST(FindClaims, ReadsNumbersOfOtherLanguages) {
    EXPECT_EQ(list_of("15 % auf alles ab 12,50 €, 1.200 Kunden", "de"),
              "percent 15; money 12.50 EUR; number 1200");
}

TEST(FindClaims, GivesOffsetsInCodePoints) {
    const auto claims = find_claims("Café: £30 off", "en", kAsOf);
    ASSERT_EQ(claims.size(), 1U);
    EXPECT_EQ(claims[0].start, 6U);
    EXPECT_EQ(claims[0].end, 9U);
    EXPECT_EQ(claims[0].text, "£30");
}

TEST(FindClaims, TellsWhatAValueDoes) {
    EXPECT_EQ(role_of("£30 off"), ClaimRole::kDiscount);
    EXPECT_EQ(role_of("Save £30"), ClaimRole::kDiscount);
    EXPECT_EQ(role_of("orders over £30"), ClaimRole::kMinimum);
    EXPECT_EQ(role_of("when you spend £30 or more"), ClaimRole::kMinimum);
    EXPECT_EQ(role_of("mugs at £30"), ClaimRole::kNone);
    EXPECT_EQ(role_of("from 20 December"), ClaimRole::kStart);
    EXPECT_EQ(role_of("until 20 December"), ClaimRole::kEnd);
}

RC_GTEST_PROP(FindClaims, ClaimsAreOrderedDoNotOverlapAndQuoteTheText, ()) {
    const auto words =
        *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>("15%",
                                                                                    "£30",
                                                                                    "ends",
                                                                                    "tonight",
                                                                                    "20 December",
                                                                                    "code",
                                                                                    "GLOW20",
                                                                                    "free",
                                                                                    "delivery",
                                                                                    "€",
                                                                                    "1,",
                                                                                    "-",
                                                                                    "4.7",
                                                                                    "\n",
                                                                                    "é",
                                                                                    "within",
                                                                                    "30",
                                                                                    "days",
                                                                                    "a.example",
                                                                                    "2011-12-20",
                                                                                    ".",
                                                                                    "to",
                                                                                    "5"));
    std::string text;
    for (const std::string& word : words) text += word + " ";
    std::size_t last = 0;
    for (const FoundClaim& claim : find_claims(text, "en", kAsOf)) {
        RC_ASSERT(claim.start >= last);
        RC_ASSERT(claim.end > claim.start);
        RC_ASSERT(!claim.value.empty());
        RC_ASSERT(text::slice_code_points(text, claim.start, claim.end) == claim.text);
        last = claim.end;
    }
}

Library library_of(std::vector<Document> documents) {
    Library library;
    for (const Document& document : documents)
        library.passages.push_back({document.id, 1, document.text, 0, document.text.size()});
    library.documents = std::move(documents);
    return library;
}

/// 15 % off everything, code COMEBACK15, orders over £30, 1 to 20 December 2011.
Document comeback() {
    Document document;
    document.id = "comeback";
    document.type = DocumentType::kOffer;
    document.text = "Take 15% off everything with code COMEBACK15 on orders over £30.";
    Offer& offer = document.offer.emplace();
    offer.percent = 15;
    offer.applies_to = "everything";
    offer.code = "COMEBACK15";
    offer.starts = parse_date("2011-12-01");
    offer.ends = parse_date("2011-12-20");
    offer.minimum = Money{3000, "GBP"};
    return document;
}

Document delivery() {
    Document document;
    document.id = "delivery";
    document.text = "Parcels arrive within 3 working days. Delivery costs £3.95.";
    document.facts = {{"delivery_days", "3 working days"}, {"founded", "1987"}};
    return document;
}

Resolution resolve(std::string_view sentence,
                   const std::vector<Document>& documents = {comeback(), delivery()},
                   const std::vector<std::string>& cited = {}) {
    const auto claims = find_claims(sentence, "en", kAsOf);
    EXPECT_EQ(claims.size(), 1U) << sentence;
    if (claims.size() != 1) return {};
    return FactBook(library_of(documents), "en", kAsOf).resolve(claims[0], cited);
}

TEST(FactBook, SupportsWhatAnOfferStates) {
    for (const std::string_view sentence : {"15% off",
                                            "when you spend £30 or more",
                                            "code COMEBACK15",
                                            "ends 20 December",
                                            "from 1 December",
                                            "until 20/12/2011",
                                            "within 3 working days",
                                            "delivery costs £3.95",
                                            "since 1987"})
        EXPECT_TRUE(resolve(sentence).is_supported)
            << sentence << ": " << resolve(sentence).explanation;
}

TEST(FactBook, RefusesAnotherPercentageAndNamesTheApprovedOne) {
    const auto resolution = resolve("30% off");
    EXPECT_FALSE(resolution.is_supported);
    EXPECT_EQ(resolution.nearest_value, "15");
    EXPECT_EQ(resolution.document, "comeback");
    EXPECT_EQ(resolution.explanation,
              "the text says 30 % as a discount, comeback says 15 % as a discount");
}

TEST(FactBook, RefusesAFalseDeadline) {
    const auto resolution = resolve("It ends tonight");
    EXPECT_FALSE(resolution.is_supported);
    EXPECT_EQ(resolution.nearest_value, "2011-12-20");
    EXPECT_FALSE(resolve("ends 1 December").is_supported) << "that is the first day";
    EXPECT_FALSE(resolve("ends 21 December").is_supported);
}

TEST(FactBook, DoesNotTakeASmallestOrderForADiscount) {
    EXPECT_FALSE(resolve("£30 off").is_supported);
    EXPECT_FALSE(resolve("£3.95 off").is_supported);
}

TEST(FactBook, LooksOnlyInCitedDocuments) {
    const auto resolution = resolve("15% off", {comeback(), delivery()}, {"delivery"});
    EXPECT_FALSE(resolution.is_supported);
    EXPECT_EQ(resolution.document, "comeback");
    EXPECT_EQ(resolution.explanation, "comeback says \"15%\", but the message does not cite it");
}

TEST(FactBook, BelievesTheFieldsOfAnOfferMoreThanItsText) {
    Document document = comeback();
    document.text = "Take 20% off everything, until 24 December.";
    EXPECT_FALSE(resolve("20% off", {document}).is_supported);
    EXPECT_FALSE(resolve("until 24 December", {document}).is_supported);
    EXPECT_TRUE(resolve("15% off", {document}).is_supported);
}

TEST(FactBook, TakesNoFactsFromStyleDocuments) {
    Document document;
    document.id = "voice";
    document.type = DocumentType::kStyle;
    document.text = "Never promise more than 90% off. Our site is pennywren.example.";
    EXPECT_FALSE(resolve("90% off", {document}).is_supported);
    EXPECT_TRUE(resolve("https://pennywren.example/sale", {document}).is_supported);
}

TEST(FactBook, ComparesGiftsByTheirWords) {
    Document document = comeback();
    document.text.clear();
    document.offer->unit = OfferUnit::kGift;
    document.offer->gift = "a tin of tea lights";
    EXPECT_TRUE(resolve("with a free gift", {document}).is_supported);
    EXPECT_TRUE(resolve("a free tin of tea lights", {document}).is_supported);
    EXPECT_FALSE(resolve("a free lantern", {document}).is_supported);
}

}  // namespace
}  // namespace cpo::claims
