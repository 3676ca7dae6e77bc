#include "agents/safety/safety.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <thread>
#include <type_traits>

#include "agents/safety/masking.h"
#include "agents/safety/policy.h"
#include "agents/safety/sender_contacts.h"
#include "agents/safety/test_agent.h"
#include "base/json.h"
#include "base/random.h"
#include "base/utf8.h"
#include "model/verdict_json.h"
#include "text/utf8.h"

namespace cpo::safety {
namespace {

// Invariant 1: only the agent makes the token.
static_assert(!std::is_default_constructible_v<ScreenedMessage>);
static_assert(!std::is_constructible_v<ScreenedMessage, Message>);
static_assert(!std::is_constructible_v<ScreenedMessage, Message, Verdict>);
static_assert(!std::is_assignable_v<decltype(std::declval<ScreenedMessage&>().message()), Message>);

const Date kAsOf = *parse_date("2011-12-09");

Library library() {
    Document offer;
    offer.id = "comeback-offer";
    offer.title = "Come back";
    offer.type = DocumentType::kOffer;
    offer.text = "15% off everything with code COMEBACK15 until 20 December 2011.";
    offer.approved_by = "Ann";
    offer.offer = Offer{};
    offer.offer->unit = OfferUnit::kPercent;
    offer.offer->percent = 15;
    offer.offer->code = "COMEBACK15";
    offer.offer->ends = parse_date("2011-12-20");
    Document imprint;
    imprint.id = "imprint";
    imprint.type = DocumentType::kLegal;
    imprint.text =
        "Paper & Thread Ltd, 12 Harbour Street, Bristol BS1 4RN. hello@paperthread.example, "
        "+44 117 496 0123, https://paperthread.example";
    Library made;
    made.documents = {offer, imprint};
    for (const Document& document : made.documents)
        made.passages.push_back({document.id, 1, document.text, 0, document.text.size()});
    return made;
}

const claims::FactBook& facts() {
    static const claims::FactBook facts(library(), "en", kAsOf);
    return facts;
}

constexpr const char* kGoodText =
    "Hello, we have kept something for you: 15% off everything with code COMEBACK15 until 20 "
    "December.\n\nPaper & Thread Ltd, 12 Harbour Street, Bristol BS1 "
    "4RN\nhello@paperthread.example\n"
    "Unsubscribe: https://paperthread.example/unsubscribe";

ScreeningRequest good_request() {
    ScreeningRequest request;
    request.id = "s0-urgent";
    request.message = {Channel::kEmail, "en", "We miss you", kGoodText};
    request.facts = &facts();
    request.sender_contacts = contacts_in(library());
    return request;
}

Screening screen(const ScreeningRequest& request) {
    return test_agent().screen(request, Deadline::never());
}

TEST(ScreenedMessages, ComeFromAPassWithClaimsChecked) {
    const Screening screening = screen(good_request());
    ASSERT_EQ(screening.verdict.decision, Decision::kPass) << describe(screening.verdict);
    EXPECT_TRUE(screening.verdict.is_grounding_checked);
    ASSERT_TRUE(screening.message);
    EXPECT_TRUE(screening.message->is_intact());
    EXPECT_EQ(screening.message->message().text, kGoodText);
    EXPECT_EQ(screening.message->verdict().policy_version, test_agent().policy_version());
}

TEST(ScreenedMessages, LoseTheirHashWithAnyEdit) {
    const Screening screening = screen(good_request());
    ASSERT_TRUE(screening.message);
    Message edited = screening.message->message();
    edited.text[0] = 'h';
    EXPECT_NE(hash_of(edited), screening.message->text_hash());
    edited = screening.message->message();
    edited.channel = Channel::kSms;
    EXPECT_NE(hash_of(edited), screening.message->text_hash());
    edited = screening.message->message();
    edited.subject += "!";
    EXPECT_NE(hash_of(edited), screening.message->text_hash());
}

TEST(ScreenedMessages, DoNotComeWithoutFacts) {
    ScreeningRequest request = good_request();
    request.facts = nullptr;
    const Screening screening = screen(request);
    EXPECT_EQ(screening.verdict.decision, Decision::kPass) << describe(screening.verdict);
    EXPECT_FALSE(screening.verdict.is_grounding_checked);
    EXPECT_FALSE(screening.verdict.scores.contains("grounding"));
    EXPECT_FALSE(screening.message);
}

TEST(Grounding, BlocksWhatNothingApprovedStates) {
    for (const auto& [from, to] : std::initializer_list<std::pair<const char*, const char*>>{
             {"15%", "30%"},
             {"15%", "３０％"},
             {"COMEBACK15", "COMEBACK30"},
             {"20 December", "24 December"},
             {"everything with", "everything, free shipping and £5 back with"},
             {"https://paperthread.example/", "https://elsewhere.example/"}}) {
        ScreeningRequest request = good_request();
        std::string& text = request.message.text;
        text.replace(text.find(from), std::string_view(from).size(), to);
        const Screening screening = screen(request);
        EXPECT_EQ(screening.verdict.decision, Decision::kBlock) << to;
        EXPECT_TRUE(has_category(screening.verdict, "grounding"))
            << to << ": " << describe(screening.verdict);
        EXPECT_FALSE(screening.message) << to;
    }
}

TEST(Grounding, SuggestsTheNearestApprovedValueAtTheRightPlace) {
    ScreeningRequest request = good_request();
    request.message.text.replace(request.message.text.find("15%"), 3, "25%");
    const Verdict verdict = screen(request).verdict;
    ASSERT_EQ(verdict.issues.size(), 1U) << describe(verdict);
    const Issue& issue = verdict.issues[0];
    EXPECT_EQ(issue.rule, "grounding.percent");
    EXPECT_EQ(text::slice_code_points(request.message.text, issue.start, issue.end), "25%");
    EXPECT_NE(issue.suggestion.find("15"), std::string::npos) << issue.suggestion;
}

TEST(Grounding, HoldsMessagesToWhatTheyCite) {
    ScreeningRequest request = good_request();
    request.cited = {"imprint"};
    EXPECT_EQ(screen(request).verdict.decision, Decision::kBlock);
    request.cited = {"comeback-offer"};
    EXPECT_EQ(screen(request).verdict.decision, Decision::kPass)
        << describe(screen(request).verdict);
}

TEST(Grounding, BlocksSubjectsThatTheTextDoesNotKeep) {
    ScreeningRequest request = good_request();
    request.message.subject = "15% off everything";
    EXPECT_EQ(screen(request).verdict.decision, Decision::kPass)
        << describe(screen(request).verdict);
    request.message.text.replace(request.message.text.find("15% off"), 7, "a treat on");
    EXPECT_TRUE(has_rule(screen(request).verdict, "channel.subject_promise"));
    EXPECT_EQ(screen(request).verdict.decision, Decision::kBlock);
}

// Invariant 2: every way that does not end in an explicit pass holds the message.
TEST(FailClosed, HoldsWhatCannotBeRead) {
    ScreeningRequest request = good_request();
    request.message.text = "Hello \xC3\x28";
    Screening screening = screen(request);
    EXPECT_EQ(screening.verdict.decision, Decision::kBlock);
    EXPECT_TRUE(has_rule(screening.verdict, "input.invalid_utf8"));
    EXPECT_TRUE(screening.verdict.masked_text.empty());
    EXPECT_FALSE(screening.message);

    request = good_request();
    request.message.subject = "\xFF";
    EXPECT_EQ(screen(request).verdict.decision, Decision::kBlock);

    request = good_request();
    for (int i = 0; i < 4100; ++i) request.message.text += " mugs";
    screening = screen(request);
    EXPECT_TRUE(has_rule(screening.verdict, "input.too_long"));
    EXPECT_EQ(screening.verdict.decision, Decision::kReview);
    EXPECT_FALSE(screening.message);

    request = good_request();
    request.message.text = " \n";
    EXPECT_EQ(screen(request).verdict.decision, Decision::kReview);
    EXPECT_EQ(verdict_of("").decision, Decision::kReview);
}

TEST(FailClosed, HoldsWhatIsOutOfTime) {
    const Screening screening =
        test_agent().screen(good_request(), Deadline::after(std::chrono::milliseconds(-1)));
    EXPECT_EQ(screening.verdict.decision, Decision::kReview);
    EXPECT_TRUE(has_rule(screening.verdict, "input.deadline"));
    EXPECT_TRUE(screening.verdict.scores.empty());
    EXPECT_FALSE(screening.verdict.is_grounding_checked);
    EXPECT_FALSE(screening.message);
}

TEST(FailClosed, HoldsOtherLanguagesEvenWithFacts) {
    ScreeningRequest request = good_request();
    request.message.language = "fr";
    const Screening screening = screen(request);
    EXPECT_NE(screening.verdict.decision, Decision::kPass);
    EXPECT_FALSE(screening.message);
}

TEST(FailClosed, TreatsUnknownCategoriesAsBlocking) {
    Issue issue;
    issue.category = "something-new";
    issue.severity = 1;
    EXPECT_EQ(decide({issue}, Channel::kEmail), Decision::kBlock);
    EXPECT_EQ(decide({}, Channel::kEmail), Decision::kPass);
}

TEST(SenderContacts, AreThoseOfTheApprovedDocuments) {
    EXPECT_THAT(contacts_in(library()),
                testing::UnorderedElementsAre(
                    "hello@paperthread.example", "+44 117 496 0123", "paperthread.example"));
}

TEST(Masking, MergesOverlapsUnderTheWorstLabel) {
    EXPECT_EQ(mask_text("abcdéfgh", {{1, 3, "[A]", 2}, {2, 5, "[B]", 6}, {6, 7, "[C]", 1}}),
              "a[B]f[C]h");
    EXPECT_EQ(mask_text("plain", {}), "plain");
}

TEST(Verdicts, AreWrittenInTheFixedOrder) {
    const Verdict verdict = verdict_of("Mail ann@mail.example");
    const auto line = to_json(verdict);
    std::vector<std::string> keys;
    for (const auto& member : line) keys.emplace_back(member.key());
    EXPECT_THAT(
        keys,
        testing::ElementsAre("id", "decision", "scores", "issues", "masked_text", "elapsed_us"));
    keys.clear();
    for (const auto& member : line.at("issues").as_array().at(0).as_object())
        keys.emplace_back(member.key());
    EXPECT_THAT(keys,
                testing::ElementsAre("category",
                                     "type",
                                     "rule",
                                     "field",
                                     "start",
                                     "end",
                                     "severity",
                                     "explanation",
                                     "suggestion"));
}

const std::vector<std::string>& bad_parts() {
    static const std::vector<std::string> parts = {"ann@mail.example",
                                                   "4111 1111 1111 1111",
                                                   "GB29NWBK60161331926819",
                                                   "{{name}}",
                                                   "you are an idiot",
                                                   "536-90-4399",
                                                   "as an AI language model"};
    return parts;
}

RC_GTEST_PROP(Screening, NeverPassesBadPartsAmongRandomCharacters, (std::uint64_t seed)) {
    Random random(seed);
    const auto noise = [&] {
        std::string text;
        const std::uint64_t count = random.below(60);
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::uint64_t kind = random.below(10);
            text::append_utf8(text,
                              kind < 7   ? static_cast<char32_t>(0x20 + random.below(0x5F))
                              : kind < 9 ? static_cast<char32_t>(0xA0 + random.below(0x400))
                                         : static_cast<char32_t>(0x1F300 + random.below(0x300)));
        }
        return text;
    };
    const std::string& bad = bad_parts()[random.below(bad_parts().size())];
    const std::string text = noise() + "\n" + bad + "\n" + noise();
    const Verdict verdict = verdict_of(text);
    RC_ASSERT(verdict.decision != Decision::kPass);
    const std::size_t size = text::code_point_count(text);
    for (const Issue& issue : verdict.issues)
        RC_ASSERT(issue.start <= issue.end && issue.end <= size);
    RC_ASSERT(is_utf8(verdict.masked_text));
    const bool is_masked =
        bad.find('@') != std::string::npos || bad[0] == '4' || bad[0] == 'G' || bad[0] == '5';
    if (is_masked) RC_ASSERT(verdict.masked_text.find(bad) == std::string::npos);
}

RC_GTEST_PROP(Screening, AnswersAnyBytesWithoutAPassForInvalidOnes, (const std::string& bytes)) {
    const Verdict verdict = verdict_of(bytes);
    if (!is_utf8(bytes)) RC_ASSERT(verdict.decision == Decision::kBlock);
    for (const auto& [category, score] : verdict.scores) RC_ASSERT(score >= 0 && score <= 1);
}

std::string without_time(Verdict verdict) {
    verdict.elapsed_us = 0;
    return write_json(to_json(verdict, true));
}

TEST(Screening, IsTheSameFromManyThreads) {
    const std::vector<std::string> texts = {kGoodText,
                                            "Mail ann@mail.example",
                                            "You are an idiot",
                                            "Call +44 20 7946 0958",
                                            "f u c k",
                                            "Hello {{x}}"};
    std::vector<std::string> expected;
    expected.reserve(texts.size());
    for (const std::string& text : texts) expected.push_back(without_time(verdict_of(text)));
    std::vector<int> wrong(4, 0);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < wrong.size(); ++t)
        threads.emplace_back([&, t] {
            for (int round = 0; round < 20; ++round)
                for (std::size_t i = 0; i < texts.size(); ++i)
                    if (without_time(verdict_of(texts[i])) != expected[i]) ++wrong[t];
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_THAT(wrong, testing::Each(0));
}

}  // namespace
}  // namespace cpo::safety
