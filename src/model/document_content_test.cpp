#include "model/document_content.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace cpo {
namespace {

Document come_back() {
    Document document;
    document.id = "come-back";
    document.title = "15% off";
    document.type = DocumentType::kOffer;
    document.language = "en-gb";
    document.text = "Take 15% off.";
    document.valid_from = parse_date("2026-11-01");
    document.valid_until = parse_date("2026-12-31");
    document.segments = {"lapsed"};
    document.channels = {"email", "sms"};
    document.offer = Offer{};
    document.offer->percent = 15;
    document.offer->code = "COMEBACK15";
    document.offer->minimum = Money{3000, "GBP"};
    document.offer->ends = parse_date("2026-12-31");
    document.facts = {{"return_days", "30 days"}, {"founded", "1987"}};
    return document;
}

/// Written by hand from api/openapi.yaml, DocumentContent.
constexpr std::string_view kComeBackJson =
    R"({"name":"come-back","title":"15% off","type":"offer","language":"en-gb",)"
    R"("text":"Take 15% off.","valid_from":"2026-11-01","valid_until":"2026-12-31",)"
    R"("segments":["lapsed"],"channels":["email","sms"],"offer":{"unit":"percent","percent":15,)"
    R"("code":"COMEBACK15","ends":"2026-12-31","minimum":{"cents":3000,"currency":"GBP"}},)"
    R"("facts":[{"key":"return_days","value":"30 days"},{"key":"founded","value":"1987"}]})";

std::string message_of(const Document& document) {
    const auto checked = check_content(document);
    return checked ? "" : checked.error().message;
}

TEST(DocumentContent, IsWrittenAsTheApiHasIt) {
    json::value expected = *parse_json(kComeBackJson);
    expected.at("offer").at("percent") = 15.0;  // JSON has one kind of numbers, our values two.
    EXPECT_EQ(json::value(content_json(come_back())), expected);
}

TEST(DocumentContent, ReadsBackWhatItWrote) {
    const auto read = read_content_json(*parse_json(kComeBackJson));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->id, "come-back");
    EXPECT_EQ(read->language, "en-gb");
    EXPECT_EQ(read->valid_until, parse_date("2026-12-31"));
    ASSERT_TRUE(read->offer);
    EXPECT_EQ(read->offer->percent, 15);
    EXPECT_EQ(read->offer->minimum, (Money{3000, "GBP"}));
    ASSERT_EQ(read->facts.size(), 2U);
    EXPECT_EQ(read->facts[1].value, "1987");
    EXPECT_EQ(message_of(*read), "");
}

TEST(DocumentContent, RefusesAValueOfAnotherUnit) {
    const auto read = read_content_json(
        *parse_json(R"({"title":"x","type":"offer","text":"x","offer":{"unit":"gift",)"
                    R"("gift":"a mug","percent":5}})"));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().message, "/offer/percent: does not belong to unit gift");
}

TEST(DocumentContent, RefusesADayThatDoesNotExist) {
    const auto read = read_content_json(
        *parse_json(R"({"title":"x","type":"fact","text":"x","valid_until":"2026-02-30"})"));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().message, "/valid_until: expected a day as 2026-03-31");
}

TEST(DocumentContent, ChecksWhatASchemaCannotSay) {
    EXPECT_EQ(message_of(come_back()), "");
    Document document = come_back();
    document.valid_from = parse_date("2027-01-01");
    EXPECT_EQ(message_of(document), "valid_until: lies before valid_from");
    document = come_back();
    document.type = DocumentType::kFact;
    EXPECT_EQ(message_of(document), "offer: only a document of type offer has one");
    document = come_back();
    document.offer.reset();
    EXPECT_EQ(message_of(document), "offer: missing; a document of type offer needs it");
    document = come_back();
    document.offer->starts = parse_date("2027-01-01");
    EXPECT_EQ(message_of(document), "offer.ends: lies before offer.starts");
    document = come_back();
    document.facts.push_back({"founded", "1988"});
    EXPECT_EQ(message_of(document), "facts: founded is given twice");
    document = come_back();
    document.title = std::string(201, 'x');
    EXPECT_EQ(message_of(document), "title: has 201 characters, at most 200 are possible");
}

TEST(DocumentContent, MakesNamesFromTitles) {
    EXPECT_EQ(name_from_title("15% off, today!"), "15-off-today");
    EXPECT_EQ(name_from_title("  Returns  "), "returns");
    EXPECT_EQ(name_from_title("送料無料"), "document");
    EXPECT_EQ(name_from_title(""), "document");
}

RC_GTEST_PROP(DocumentContent, EveryTitleMakesAPossibleName, (const std::string& title)) {
    RC_ASSERT(is_document_name(name_from_title(title)));
}

}  // namespace
}  // namespace cpo
