#include "agents/retrieval/library.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "agents/retrieval/passages.h"

namespace cpo::retrieval {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Date kToday = Date(2011y / 12 / 9);
const Date kTomorrow = kToday + std::chrono::days(1);
const Date kYesterday = kToday - std::chrono::days(1);

Document approved(std::string id) {
    Document document;
    document.id = std::move(id);
    document.title = "Title";
    document.text = "Text.";
    document.approved_by = "Maria";
    return document;
}

Document with_fact(std::string id, std::string value, std::optional<Date> approved_on) {
    Document document = approved(std::move(id));
    document.facts = {{"return_days", std::move(value)}};
    document.approved_on = approved_on;
    return document;
}

Document with_code(std::string id, double percent, std::optional<Date> approved_on) {
    Document document = approved(std::move(id));
    document.type = DocumentType::kOffer;
    document.offer.emplace();
    document.offer->percent = percent;
    document.offer->code = "SAVE";
    document.approved_on = approved_on;
    return document;
}

/// "id: reason" of all that were set aside.
std::vector<std::string> set_aside(std::vector<Document> documents) {
    const auto library = make_library(std::move(documents), kToday);
    EXPECT_TRUE(library) << (library ? "" : library.error().message);
    std::vector<std::string> reasons;
    if (library)
        for (const auto& document : library->set_aside)
            reasons.push_back(document.document + ": " + document.reason);
    return reasons;
}

std::string reason_against(const std::function<void(Document&)>& change) {
    Document document = approved("d");
    change(document);
    const auto reasons = set_aside({document});
    return reasons.empty() ? "" : reasons.front();
}

TEST(Library, UsesOnlyWhatIsApproved) {
    EXPECT_EQ(reason_against([](Document&) {}), "");
    EXPECT_EQ(reason_against([](Document& d) { d.approved_by.clear(); }), "d: not approved");
    EXPECT_EQ(reason_against([](Document& d) {
                  d.approved_by.clear();
                  d.is_approval_waived = true;
              }),
              "");
    EXPECT_EQ(reason_against([](Document& d) { d.approved_on = kTomorrow; }),
              "d: approved only from 2011-12-10");
    EXPECT_EQ(reason_against([](Document& d) { d.approved_on = kToday; }), "");
}

TEST(Library, UsesOnlyWhatIsInDateBothDaysIncluded) {
    EXPECT_EQ(reason_against([](Document& d) { d.valid_until = kYesterday; }),
              "d: expired on 2011-12-08");
    EXPECT_EQ(reason_against([](Document& d) { d.valid_from = kTomorrow; }),
              "d: not valid before 2011-12-10");
    EXPECT_EQ(reason_against([](Document& d) { d.valid_from = d.valid_until = kToday; }), "");
    EXPECT_EQ(reason_against([](Document& d) { d.offer.emplace().ends = kYesterday; }),
              "d: offer ended on 2011-12-08");
    EXPECT_EQ(reason_against([](Document& d) { d.offer.emplace().starts = kTomorrow; }),
              "d: offer starts on 2011-12-10");
    EXPECT_EQ(reason_against([](Document& d) {
                  d.offer.emplace().starts = d.valid_from = kToday;
                  d.offer->ends = kToday;
              }),
              "");
}

TEST(Library, KeepsTheFactThatWasApprovedLater) {
    EXPECT_THAT(
        set_aside({with_fact("new", "30 days", kToday), with_fact("old", "14 days", kYesterday)}),
        ElementsAre("old: contradicts new: return_days is \"30 days\" there, \"14 days\" here, "
                    "and that one was approved later"));
}

TEST(Library, KeepsNeitherFactWhenTheDatesDoNotDecide) {
    for (const auto& [left, right] :
         {std::pair<std::optional<Date>, std::optional<Date>>(kToday, kToday),
          {kToday, std::nullopt},
          {std::nullopt, std::nullopt}})
        EXPECT_THAT(set_aside({with_fact("a", "30 days", left), with_fact("b", "14 days", right)}),
                    ElementsAre(HasSubstr("a: contradicts b"), HasSubstr("b: contradicts a")));
}

TEST(Library, TakesEqualValuesAndOtherLanguagesForNoContradiction) {
    EXPECT_THAT(set_aside({with_fact("a", "30 days", {}), with_fact("b", "30  Days", {})}),
                IsEmpty());
    auto german = with_fact("b", "30 Tage", {});
    german.language = "de";
    EXPECT_THAT(set_aside({with_fact("a", "30 days", {}), german}), IsEmpty());
}

TEST(Library, ComparesOnlyDocumentsThatCouldBeUsed) {
    auto expired = with_fact("b", "14 days", kToday);
    expired.valid_until = kYesterday;
    EXPECT_THAT(set_aside({with_fact("a", "30 days", kYesterday), expired}),
                ElementsAre("b: expired on 2011-12-08"));
}

TEST(Library, SeesOneCodeWithTwoMeaningsAsAContradiction) {
    EXPECT_THAT(set_aside({with_code("a", 15, kToday), with_code("b", 20, kYesterday)}),
                ElementsAre(HasSubstr(
                    "b: contradicts a: code SAVE is \"15% off\" there, \"20% off\" here")));
    EXPECT_THAT(set_aside({with_code("a", 15, {}), with_code("b", 15, {})}), IsEmpty());
}

TEST(Library, DecidesAlikeInAnyOrder) {
    const std::vector documents{with_fact("a", "1", kYesterday),
                                with_fact("b", "2", kToday),
                                with_fact("c", "2", kYesterday),
                                with_fact("d", "3", kYesterday - std::chrono::days(5))};
    const auto expected = set_aside(documents);
    EXPECT_EQ(expected.size(), 2U);
    auto reversed = documents;
    std::reverse(reversed.begin(), reversed.end());
    const auto found = set_aside(reversed);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_TRUE(found[0].starts_with("a: ") && found[1].starts_with("d: "));
}

TEST(Library, RefusesAnIdTwice) {
    const auto library = make_library({approved("a"), approved("a")}, kToday);
    ASSERT_FALSE(library);
    EXPECT_EQ(library.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(library.error().message, HasSubstr("two documents have the id a"));
}

std::vector<Passage> passages_of(std::string text) {
    Document document = approved("d");
    document.text = std::move(text);
    return split_passages(document);
}

std::string words(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += i == 0 ? "word" : " word";
    return text;
}

TEST(Passages, KeepAShortTextWhole) {
    const auto passages = passages_of("One paragraph.\n\nAnd a second one.");
    ASSERT_EQ(passages.size(), 1U);
    EXPECT_EQ(passages[0].text, "One paragraph.\n\nAnd a second one.");
    EXPECT_EQ(passages[0].number, 1);
    EXPECT_EQ(passages[0].document, "d");
}

TEST(Passages, EndAtParagraphs) {
    const auto passages =
        passages_of(words(120) + "\n\n" + words(70) + "\n \n" + words(20) + "\n\n" + words(180));
    ASSERT_EQ(passages.size(), 2U);
    EXPECT_EQ(passages[0].text, words(120) + "\n\n" + words(70));
    EXPECT_EQ(passages[1].text, words(20) + "\n\n" + words(180));
}

TEST(Passages, EndAtSentencesInsideALongParagraph) {
    const auto passages = passages_of("First " + words(149) + ". Second " + words(99) + ". Third.");
    ASSERT_EQ(passages.size(), 2U);
    EXPECT_EQ(passages[0].text, "First " + words(149) + ".");
    EXPECT_EQ(passages[1].text, "Second " + words(99) + ". Third.");
}

TEST(Passages, CutAnEndlessSentenceBetweenWords) {
    const auto passages = passages_of(words(450));
    ASSERT_EQ(passages.size(), 3U);
    EXPECT_EQ(passages[0].text, words(200));
    EXPECT_EQ(passages[2].text, words(50));
    std::string han;
    for (int i = 0; i < 450; ++i) han += "漢";
    EXPECT_EQ(passages_of(han).size(), 3U);
}

TEST(Passages, MakeATitleWithoutTextFindable) {
    const auto passages = passages_of("");
    ASSERT_EQ(passages.size(), 1U);
    EXPECT_EQ(passages[0].text, "");
}

RC_GTEST_PROP(Passages, AreSlicesInOrderThatLeaveOnlySpaceOut, ()) {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(
        rc::gen::element<std::string>("word",
                                      " ",
                                      "\n",
                                      "\n\n",
                                      ". ",
                                      "漢字",
                                      "Ünïcode ",
                                      "longer-than-twenty-four-letters",
                                      "a b c d e f g h"));
    std::string text;
    for (int repeat = 0; repeat < 40; ++repeat)
        for (const auto& piece : pieces) text += piece;
    std::size_t end = 0;
    for (const auto& passage : passages_of(text)) {
        RC_ASSERT(passage.start >= end);
        RC_ASSERT(passage.end <= text.size());
        RC_ASSERT(text.substr(passage.start, passage.end - passage.start) == passage.text);
        const auto gap = text.substr(end, passage.start - end);
        RC_ASSERT(gap.find_first_not_of(" \n\t\r") == std::string::npos);
        end = passage.end;
    }
    RC_ASSERT(text.find_first_not_of(" \n\t\r", end) == std::string::npos);
}

}  // namespace
}  // namespace cpo::retrieval
