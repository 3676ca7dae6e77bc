#include "ingest/documents.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "ingest/document_values.h"
#include "ingest/front_matter.h"

namespace cpo::ingest {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

const Date kToday = Date(2011y / 12 / 9);

Document only_document(std::string_view content, const std::string& name) {
    const auto file = read_documents(content, name, kToday);
    EXPECT_TRUE(file) << (file ? "" : file.error().message);
    if (!file || file->documents.size() != 1) return {};
    return file->documents.front();
}

std::string error_of(std::string_view content, const std::string& name = "offers/spring.md") {
    const auto file = read_documents(content, name, kToday);
    EXPECT_FALSE(file);
    if (file) return "";
    EXPECT_EQ(file.error().code, ErrorCode::kInvalidArgument);
    return file.error().message;
}

constexpr const char* kOffer = R"(---
id: comeback-15
title: 15% off when you come back
type: offer
language: en-GB
segments: [lapsed, Big spender]
channels: email
approved_by: Maria Okafor
approved_on: -3d
valid_from: 2011-12-01
valid_until: +12d
offer:
  unit: percent
  percent: 12.5%
  applies_to: everything
  code: COMEBACK15
  minimum: £30
  starts: today
  ends: +12d
  audience: lapsed
---

Take 12.5% off everything.

Only until the day it ends.
)";

TEST(Documents, ReadsEveryFieldOfAnOffer) {
    const Document document = only_document(kOffer, "offers/spring.md");
    EXPECT_EQ(document.id, "comeback-15");
    EXPECT_EQ(document.title, "15% off when you come back");
    EXPECT_EQ(document.type, DocumentType::kOffer);
    EXPECT_EQ(document.language, "en-gb");
    EXPECT_THAT(document.segments, ElementsAre("lapsed", "Big spender"));
    EXPECT_THAT(document.channels, ElementsAre("email"));
    EXPECT_EQ(document.approved_by, "Maria Okafor");
    EXPECT_EQ(document.approved_on, Date(2011y / 12 / 6));
    EXPECT_EQ(document.valid_from, Date(2011y / 12 / 1));
    EXPECT_EQ(document.valid_until, Date(2011y / 12 / 21));
    EXPECT_FALSE(document.is_approval_waived);
    EXPECT_EQ(document.file, "offers/spring.md");
    EXPECT_EQ(document.text, "Take 12.5% off everything.\n\nOnly until the day it ends.");
    ASSERT_TRUE(document.offer);
    EXPECT_EQ(document.offer->unit, OfferUnit::kPercent);
    EXPECT_EQ(document.offer->percent, 12.5);
    EXPECT_EQ(document.offer->applies_to, "everything");
    EXPECT_EQ(document.offer->code, "COMEBACK15");
    EXPECT_EQ(document.offer->minimum, (Money{3000, "GBP"}));
    EXPECT_EQ(document.offer->starts, kToday);
    EXPECT_EQ(document.offer->ends, Date(2011y / 12 / 21));
    EXPECT_EQ(document.offer->audience, "lapsed");
}

TEST(Documents, ReadsFactsInTheirOrder) {
    const Document document = only_document(
        "---\ntitle: Returns\nfacts:\n  return_days: 30 days\n  founded: 1987\n---\nBack it goes.",
        "returns.md");
    ASSERT_EQ(document.facts.size(), 2U);
    EXPECT_EQ(document.facts[0].key, "return_days");
    EXPECT_EQ(document.facts[0].value, "30 days");
    EXPECT_EQ(document.facts[1].value, "1987");
}

TEST(Documents, TakesIdAndTitleFromFileAndHeading) {
    const Document document =
        only_document("Intro.\n\n# Gift wrap\r\n\r\nWe wrap.", "service/gift wrap.md");
    EXPECT_EQ(document.id, "service/gift-wrap");
    EXPECT_EQ(document.title, "Gift wrap");
    EXPECT_EQ(document.text, "Intro.\n\n# Gift wrap\n\nWe wrap.");
    EXPECT_EQ(document.type, DocumentType::kFact);
    EXPECT_EQ(document.language, "en");
}

TEST(Documents, CountsAFileWithoutApprovalAndDatesAsApprovedAndSaysSo) {
    const auto file = read_documents("# Tins\nA tin.", "faq.md", kToday);
    ASSERT_TRUE(file);
    EXPECT_TRUE(file->documents.front().is_approval_waived);
    EXPECT_THAT(file->notices,
                ElementsAre("faq.md: carries no approval or date fields, counted as approved"));
}

TEST(Documents, DoesNotWaiveApprovalWhenAnySuchFieldStandsThere) {
    for (const char* field :
         {"approved_by:", "approved_on: today", "valid_from: -1d", "valid_until:"}) {
        const auto file =
            read_documents(fmt::format("---\ntitle: T\n{}\n---\nText.", field), "a.md", kToday);
        ASSERT_TRUE(file) << field;
        EXPECT_FALSE(file->documents.front().is_approval_waived) << field;
        EXPECT_THAT(file->notices, testing::IsEmpty()) << field;
    }
    const Document offer = only_document(
        "---\ntitle: T\ntype: offer\noffer: {unit: free_shipping, ends: +1d}\n---\nText.", "a.md");
    EXPECT_FALSE(offer.is_approval_waived);
}

TEST(Documents, NamesFileLineAndFieldOfAFault) {
    const auto with = [](const std::string& fields) {
        return error_of("---\ntitle: T\n" + fields + "\n---\nText.");
    };
    EXPECT_THAT(with("valid_untill: +3d"),
                testing::StartsWith("offers/spring.md, line 3, valid_untill: unknown field"));
    EXPECT_THAT(
        with("valid_until: soon"),
        testing::StartsWith("offers/spring.md, line 3, valid_until: \"soon\": expected a day"));
    EXPECT_THAT(with("type: offer\noffer:\n  unit: percent\n  percent: 120"),
                testing::StartsWith("offers/spring.md, line 6, offer.percent: \"120\": expected"));
    EXPECT_THAT(with("type: offer\noffer:\n  unit: money\n  percent: 5"),
                HasSubstr("offer.percent"));
    EXPECT_THAT(with("type: offer\noffer:\n  unit: money\n  amont: £5"),
                HasSubstr("line 6, offer.amont: unknown field"));
    EXPECT_THAT(with("type: offer"), HasSubstr("line 1, offer: missing"));
    EXPECT_THAT(with("offer: {unit: free_shipping}"), HasSubstr("line 3, offer: only a document"));
    EXPECT_THAT(with("type: offer\noffer: {percent: 5}"), HasSubstr("offer.unit: missing"));
    EXPECT_THAT(with("type: promise"), HasSubstr("expected fact, offer, style or legal"));
    EXPECT_THAT(with("channels: [email, fax]"), HasSubstr("\"fax\""));
    EXPECT_THAT(with("language: english!"), HasSubstr("language"));
    EXPECT_THAT(with("id: two words"), HasSubstr("line 3, id: an id has no spaces"));
    EXPECT_THAT(with("facts:\n  Return days: 3"), HasSubstr("line 4, facts.Return days"));
    EXPECT_THAT(with("facts: [a, b]"), HasSubstr("line 3, facts: expected fields"));
    EXPECT_THAT(with("valid_from: +3d\nvalid_until: +2d"), HasSubstr("line 4, valid_until"));
    EXPECT_THAT(with("type: offer\noffer: {unit: gift, gift: a mug, starts: +3d, ends: +2d}"),
                HasSubstr("offer.ends: lies before starts"));
    EXPECT_THAT(with("title: twice"), HasSubstr("line 3: the field title is given twice"));
    EXPECT_THAT(with("text: here"), HasSubstr("the text stands below"));
}

TEST(Documents, RefusesYamlThatCouldHurt) {
    const auto with = [](const std::string& yaml) {
        return error_of("---\n" + yaml + "\n---\nText.");
    };
    EXPECT_THAT(with("title: &a T\nid: *a"), HasSubstr("not allowed"));
    EXPECT_THAT(with("title: !!str T"), HasSubstr("line 2: tags"));
    EXPECT_THAT(with("title: " + std::string(20'000, '[') + "a" + std::string(20'000, ']')),
                HasSubstr("line 2: nested more than 8"));
    EXPECT_THAT(with("title: " + std::string(20'000, '[')), HasSubstr("spring.md, line 2"));
    EXPECT_THAT(with(std::string(20'000, '{')), HasSubstr("spring.md, line 2"));
    std::string blocks;
    for (int i = 0; i < 300; ++i) blocks += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
    EXPECT_THAT(with(blocks), HasSubstr("nested more than 8"));
    EXPECT_THAT(with("? [a]\n: b"), HasSubstr("must be plain text"));
    EXPECT_THAT(with("- a\n- b"), HasSubstr("must be fields"));
    EXPECT_THAT(with("title: [open"), HasSubstr("offers/spring.md, line"));
    EXPECT_THAT(with("title: " + std::string(70'000, 'x')), HasSubstr("within 64 KB"));
    EXPECT_THAT(error_of("---\ntitle: T\nText without an end."), HasSubstr("no closing ---"));
}

TEST(Documents, RefusesAnEmptyDocumentAndOneWithoutATitle) {
    EXPECT_THAT(error_of("---\ntitle: T\n---\n\n"), HasSubstr("line 4: the document has no text"));
    EXPECT_THAT(error_of("Just text."), HasSubstr("title: missing"));
    EXPECT_THAT(error_of("", "a.txt"), HasSubstr("no text"));
    EXPECT_THAT(error_of("\n\n", "a.jsonl"), HasSubstr("holds no document"));
    EXPECT_THAT(error_of("x", "a.docx"), HasSubstr("expected a .md, .jsonl or .txt file"));
}

TEST(Documents, RefusesWhatIsNotUtf8) {
    EXPECT_THAT(error_of("# T\nfine\nbroken \xC3\x28\n"), HasSubstr("line 3: not UTF-8"));
    EXPECT_THAT(error_of(std::string("# T\nnul \0 byte", 13)), HasSubstr("line 2: not UTF-8"));
}

TEST(Documents, ReadsPlainTextWithItsFirstLineAsTitle) {
    const Document document =
        only_document("\xEF\xBB\xBF\n  Opening hours \r\nFrom nine to five.\r\n", "hours.txt");
    EXPECT_EQ(document.id, "hours");
    EXPECT_EQ(document.title, "Opening hours");
    EXPECT_EQ(document.text, "From nine to five.");
    EXPECT_TRUE(document.is_approval_waived);
}

TEST(Documents, ReadsOneJsonObjectALine) {
    const auto file = read_documents(
        "{\"id\": 7, \"title\": \"Wings\", \"text\": \"On wings.\", \"author\": \"x\", \"year\": "
        "1958}\n"
        "\n"
        "{\"text\": \"No id.\", \"offer\": null, \"facts\": {\"span_metres\": 3.5}}\r\n"
        "{\"id\": \"e\", \"title\": \"\", \"text\": \"\"}\n",
        "papers.jsonl",
        kToday);
    ASSERT_TRUE(file) << file.error().message;
    ASSERT_EQ(file->documents.size(), 2U);
    EXPECT_EQ(file->documents[0].id, "7");
    EXPECT_EQ(file->documents[1].id, "papers-3");
    EXPECT_EQ(file->documents[1].facts[0].value, "3.5");
    EXPECT_THAT(file->notices,
                ElementsAre(HasSubstr("counted as approved"),
                            "papers.jsonl: 1 document has neither title nor text, left out (first "
                            "on line 4)",
                            "papers.jsonl: unknown fields ignored: author, year"));
}

TEST(Documents, WaivesApprovalOfJsonLinesOnlyForTheWholeFile) {
    const auto file = read_documents(
        "{\"id\": \"a\", \"text\": \"A\"}\n{\"id\": \"b\", \"text\": \"B\", \"approved_by\": "
        "\"M\"}\n",
        "mixed.jsonl",
        kToday);
    ASSERT_TRUE(file);
    EXPECT_FALSE(file->documents[0].is_approval_waived);
    EXPECT_FALSE(file->documents[1].is_approval_waived);
    EXPECT_TRUE(file->notices.empty());
}

TEST(Documents, NamesTheLineOfAFaultyJsonObject) {
    EXPECT_THAT(error_of("{\"text\": \"a\"}\n{\"text\": ", "a.jsonl"),
                HasSubstr("a.jsonl, line 2"));
    EXPECT_THAT(error_of("[1]", "a.jsonl"), HasSubstr("line 1: expected one object"));
    EXPECT_THAT(error_of("{\"id\": \"a\"}", "a.jsonl"), HasSubstr("line 1, text: missing"));
    EXPECT_THAT(error_of("{\"text\": [\"a\"]}", "a.jsonl"),
                HasSubstr("line 1, text: expected one"));
}

TEST(ContentValues, ReadsDaysAbsoluteAndRelative) {
    EXPECT_EQ(parse_content_date("2012-02-29", kToday), Date(2012y / 2 / 29));
    EXPECT_EQ(parse_content_date("today", kToday), kToday);
    EXPECT_EQ(parse_content_date("+14d", kToday), Date(2011y / 12 / 23));
    EXPECT_EQ(parse_content_date("-9d", kToday), Date(2011y / 11 / 30));
    for (const char* text :
         {"", "14d", "+d", "+1w", "+-1d", "+99999d", "2011-02-29", "+1 d", "Today"})
        EXPECT_FALSE(parse_content_date(text, kToday)) << text;
}

TEST(ContentValues, ReadsMoney) {
    EXPECT_EQ(parse_money("£30"), (Money{3000, "GBP"}));
    EXPECT_EQ(parse_money("£12.50"), (Money{1250, "GBP"}));
    EXPECT_EQ(parse_money("€ 1,000"), (Money{100'000, "EUR"}));
    EXPECT_EQ(parse_money("10 GBP"), (Money{1000, "GBP"}));
    EXPECT_EQ(parse_money("CHF 15.05"), (Money{1505, "CHF"}));
    EXPECT_EQ(parse_money("$1,234,567.89"), (Money{123'456'789, "USD"}));
    for (const char* text : {"",
                             "30",
                             "£",
                             "£-5",
                             "£1.5",
                             "£1,00",
                             "£,100",
                             "£1.000",
                             "£1 0",
                             "gbp 5",
                             "£99999999999999999999",
                             "£5 GBP",
                             "1234,567 GBP"})
        EXPECT_FALSE(parse_money(text)) << text;
}

RC_GTEST_PROP(ContentValues, ReadsBackEveryAmountThatIsWritten, ()) {
    const auto cents = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000);
    const auto currency = *rc::gen::element<std::string>("GBP", "EUR", "USD", "CHF", "SEK");
    const Money money{cents, currency};
    RC_ASSERT(parse_money(format_money(money)) == money);
}

TEST(ContentValues, ReadsPercentagesAndLanguages) {
    EXPECT_EQ(parse_percent("15"), 15);
    EXPECT_EQ(parse_percent("12.5 %"), 12.5);
    EXPECT_EQ(parse_percent("100%"), 100);
    for (const char* text : {"", "0", "-5", "101", "abc", "1e1", "nan", "inf", "%"})
        EXPECT_FALSE(parse_percent(text)) << text;
    EXPECT_EQ(parse_language("pt-BR"), "pt-br");
    EXPECT_EQ(parse_language("zh_Hant"), "zh-hant");
    for (const char* text : {"", "e", "engl", "en-", "-en", "en--gb", "e1", "en-verylongpart"})
        EXPECT_FALSE(parse_language(text)) << text;
}

/// Whatever stands in a file, reading it ends with documents or with a message that names it.
RC_GTEST_PROP(Documents, AnswersAnyBytes, (const std::string& bytes)) {
    for (const char* name : {"f.md", "f.jsonl", "f.txt"}) {
        const auto file = read_documents(bytes, name, kToday);
        if (!file) RC_ASSERT(file.error().message.starts_with(name));
    }
    const auto front = read_front_matter("---\n" + bytes + "\n---\nbody", "f.md");
    if (!front) RC_ASSERT(front.error().message.starts_with("f.md"));
}

}  // namespace
}  // namespace cpo::ingest
