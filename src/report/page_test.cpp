#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "report/citations.h"
#include "report/invented_run.h"
#include "report/marked_text.h"
#include "report/report.h"

namespace cpo::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string page_of(const CampaignRun& run) { return report_page(run, data_files(run)).content; }

/// What a reader sees of a message: without tags, the numbers of sources and the labels of rules.
std::string words_of_letter(std::string markup) {
    for (const auto& [from, to] : {std::pair<std::string, std::string>{"<a class=\"ref", "</a>"},
                                   {"<span class=\"lab", "</span>"},
                                   {"<", ">"}})
        for (auto start = markup.find(from); start != std::string::npos;
             start = markup.find(from, start))
            markup.erase(start, markup.find(to, start) + to.size() - start);
    for (const auto& [entity, character] : {std::pair<std::string, std::string>{"&lt;", "<"},
                                            {"&gt;", ">"},
                                            {"&#34;", "\""},
                                            {"&#39;", "'"},
                                            {"&amp;", "&"}})
        for (auto place = markup.find(entity); place != std::string::npos;
             place = markup.find(entity, place + character.size()))
            markup.replace(place, entity.size(), character);
    return markup;
}

TEST(ReportPage, HasEverySectionInReadingOrder) {
    const std::string page = page_of(invented_run());
    std::size_t place = 0;
    for (const char* id : {"run", "segments", "variants", "sources", "verdicts", "plan", "check"}) {
        const auto next = page.find(fmt::format("<section id=\"{}\"", id), place);
        ASSERT_NE(next, std::string::npos) << id;
        place = next;
    }
    EXPECT_THAT(page, HasSubstr("<h1>Win back lapsed customers</h1>"));
    EXPECT_THAT(page,
                HasSubstr("900 customers fell into 5 segments. 15 messages were written, with "
                          "claims from 3 approved documents: 13 passed screening, 1 is held for "
                          "review and 1 is blocked."));
}

TEST(ReportPage, LoadsNothingFromElsewhere) {
    const std::string page = page_of(invented_run());
    EXPECT_THAT(page, Not(HasSubstr("http://")));
    EXPECT_THAT(page, Not(HasSubstr("https://")));
    EXPECT_THAT(page, Not(HasSubstr("src=\"")));
    EXPECT_THAT(page, Not(HasSubstr("@import")));
    for (auto place = page.find("url("); place != std::string::npos;
         place = page.find("url(", place + 1))
        EXPECT_EQ(page.substr(place, 9), "url(data:");
    EXPECT_THAT(page, HasSubstr("default-src &#39;none&#39;"));
    EXPECT_GT(page.size(), 100'000U) << "the fonts are missing";
}

TEST(ReportPage, ShowsForeignMarkupAsText) {
    const std::string attack = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>";
    const std::string clean = page_of(invented_run());
    CampaignRun run = invented_run();
    run.campaign.goal = attack;
    run.command = attack;
    run.input->file = attack;
    run.input->rejected[0] = {3, attack, attack, attack};
    run.input->set_aside.emplace_back(attack, 1);
    run.customers.definitions[0].label = attack;
    run.notices.push_back(attack);
    run.segmentation.segments[0].name = attack;
    run.segmentation.segments[0].drivers[0].sentence = attack;
    run.segmentation.segments[0].representatives[0] = attack;
    run.segmentation.segments[0].borderline[0].id = attack;
    run.segmentation.segments[0].rule->sentence = attack;
    run.customers.ids[0] = attack;
    run.segmentation.scaling[0].reason = attack;
    run.segmentation.quality.criterion = attack;
    run.library.documents[0].title = attack;
    run.library.documents[0].approved_by = attack;
    run.library.passages[0].text = attack;
    run.library.set_aside[0] = {attack, attack, attack};
    run.contexts[0].query = attack;
    run.contexts[0].hits[0].reason = attack;
    run.variants[0].message.subject = attack;
    run.variants[1].message.text = attack;
    run.variants[1].tone = attack;
    run.variants[1].claims[0].document = attack;
    run.variants[2].id = attack;
    run.verdicts[3].issues[0].explanation = attack;
    run.verdicts[3].issues[0].rule = attack;
    run.experiments[0].plan.sentence = attack;
    run.skipped[0].reason = attack;
    run.writer = attack;
    run.embedder = attack;
    const std::string page = page_of(run);
    EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
    EXPECT_THAT(page, Not(HasSubstr("<img")));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
    const auto count = [](const std::string& text, std::string_view word) {
        std::size_t found = 0;
        for (auto i = text.find(word); i != std::string::npos; i = text.find(word, i + 1)) ++found;
        return found;
    };
    EXPECT_EQ(count(page, "<script"), count(clean, "<script"));
}

TEST(ReportPage, IsTheSameForTheSameRun) {
    EXPECT_EQ(page_of(invented_run()), page_of(invented_run()));
}

TEST(ReportPage, StaysLightForManyCustomers) {
    EXPECT_LT(page_of(invented_run(60'000)).size(), 1'500'000U);
    EXPECT_THAT(page_of(invented_run(60'000)), HasSubstr("5,000 of 60,000 customers are drawn"));
}

TEST(ReportPage, CallsTheMethodByItsName) {
    CampaignRun run = invented_run();
    run.segmentation.algorithm = "gmm";
    run.segmentation.mixture = SegmentMixture{.components = 3, .covariance = "full"};
    EXPECT_THAT(page_of(run), HasSubstr("Gaussian mixture (full covariance) with "));
    run.segmentation.mixture.reset();
    run.segmentation.algorithm = "hierarchical";
    run.segmentation.tree = SegmentTree{.linkage = "genie"};
    EXPECT_THAT(page_of(run), HasSubstr("Hierarchy (genie linkage) with "));
}

TEST(ReportPage, SaysSoWhenThereIsNothingToShow) {
    CampaignRun run;
    run.version = "0.1.0";
    run.campaign.goal = "goal";
    run.segmentation.algorithm = "kmeans";
    const std::string page = page_of(run);
    EXPECT_THAT(page, HasSubstr("0 customers fell into 0 segments"));
    EXPECT_THAT(page, HasSubstr("No experiment could be planned."));
    EXPECT_THAT(page, HasSubstr("No message makes a claim that needs a source."));
    EXPECT_THAT(page, HasSubstr("No document was left out."));
    EXPECT_THAT(page, HasSubstr("No message was written."));
}

TEST(ReportPage, SaysSoWhenEverythingIsBlocked) {
    CampaignRun run = invented_run();
    for (Verdict& verdict : run.verdicts) verdict.decision = Decision::kBlock;
    run.experiments.clear();
    run.assignments.clear();
    run.input->set_aside.clear();
    const std::string page = page_of(run);
    EXPECT_THAT(page, HasSubstr("0 passed screening and 15 are blocked"));
    EXPECT_THAT(page, HasSubstr("so there is nothing to compare"));
    EXPECT_THAT(page, HasSubstr("<dt>Set aside</dt><dd>No line</dd>"));
}

TEST(ReportPage, NeverCallsAMessageHeldThatWasNotScreened) {
    CampaignRun run = invented_run();
    run.verdicts[7].issues[0].category = "input";
    run.verdicts[7].issues[0].rule = "input.deadline";
    const std::string page = page_of(run);
    EXPECT_THAT(page, HasSubstr("1 is blocked and 1 was not screened"));
    EXPECT_THAT(page, Not(HasSubstr("</svg>Held for review")));
    EXPECT_THAT(page, HasSubstr("</svg>Not screened"));
}

TEST(ReportPage, RepeatsMarksAsOutlinesBeyondSevenSegments) {
    CampaignRun run = invented_run();
    while (run.segmentation.segments.size() < 9) {
        Segment more = run.segmentation.segments.back();
        more.number = static_cast<int>(run.segmentation.segments.size());
        more.name = fmt::format("Segment number {}", more.number);
        run.segmentation.segments.push_back(more);
    }
    EXPECT_THAT(page_of(run), HasSubstr("<svg class=\"shape a1 outlined\""));
    EXPECT_THAT(page_of(invented_run()), Not(HasSubstr("<svg class=\"shape a1 outlined\"")));
}

TEST(MarkedText, UnderlinesClaimsAtCodePointsBehindEmojiAndPound) {
    const CampaignRun run = invented_run();
    const Citations citations(run.variants);
    const std::string text =
        marked_text(run.variants[0], run.verdicts[0], MessageField::kText, citations).markup();
    EXPECT_THAT(text, HasSubstr("Hello again 🎁,"));
    for (const char* words : {"15%", "£30", "COMEBACK15", "20 <span class=\"nowrap\">December"})
        EXPECT_TRUE(
            text.find(fmt::format("<span class=\"claim\">{}<", words)) != std::string::npos ||
            text.find(fmt::format("<span class=\"claim\"><span class=\"nowrap\">{}<", words)) !=
                std::string::npos)
            << words << " in " << text;
    EXPECT_THAT(text, HasSubstr("href=\"#source-1\""));
}

TEST(MarkedText, ShowsAClaimThatScreeningRefusedAsBroken) {
    const CampaignRun run = invented_run();
    const Citations citations(run.variants);
    const std::string text =
        marked_text(run.variants[3], run.verdicts[3], MessageField::kText, citations).markup();
    EXPECT_THAT(text, HasSubstr("<span class=\"claim broken\"><span class=\"nowrap\">15%<"));
    EXPECT_THAT(text, HasSubstr("disagrees with source"));
    EXPECT_THAT(text, HasSubstr("<span class=\"claim\"><span class=\"nowrap\">£30<"));
}

TEST(MarkedText, ShowsTheMaskedTextWherePersonalDataStands) {
    const CampaignRun run = invented_run();
    const std::string page = page_of(run);
    EXPECT_THAT(page, HasSubstr("Call [PHONE]"));
    EXPECT_THAT(page, Not(HasSubstr("020 7946 0018")));
}

/// Random claims and findings over a text with characters of one to four bytes.
RC_GTEST_PROP(MarkedText, NeverChangesTheWords, ()) {
    const auto words =
        *rc::gen::container<std::string>(rc::gen::element('a', ' ', '<', '&', '"', '\n', '5'));
    Variant variant;
    variant.message.text = "£🎁" + words + "é🎁";
    const auto size = static_cast<int>(text::code_point_count(variant.message.text));
    Verdict verdict;
    for (int i = 0; i < 4; ++i) {
        const auto start = static_cast<std::size_t>(*rc::gen::inRange(0, size));
        const auto length = static_cast<std::size_t>(*rc::gen::inRange(1, size + 3));
        Claim claim;
        claim.start = start;
        claim.end = start + length;
        claim.document = i == 0 ? "" : "doc";
        if (i < 2) {
            variant.claims.push_back(claim);
            continue;
        }
        Issue issue;
        issue.category = i == 2 ? "grounding" : "toxicity";
        issue.rule = "rule";
        issue.start = start;
        issue.end = start + length;
        verdict.issues.push_back(issue);
    }
    const Citations citations({variant});
    RC_ASSERT(
        words_of_letter(marked_text(variant, verdict, MessageField::kText, citations).markup()) ==
        variant.message.text);
}

TEST(Citations, NumberPassagesInTheOrderOfReading) {
    const CampaignRun run = invented_run();
    const Citations citations(run.variants);
    ASSERT_EQ(citations.list().size(), 3U);
    EXPECT_EQ(citations.list()[0].document, "come-back-15");
    EXPECT_EQ(citations.list()[1].document, "gift-wrap");
    EXPECT_EQ(citations.list()[2].document, "delivery");
    EXPECT_THAT(citations.list()[0].claim_texts,
                testing::ElementsAre("15%", "£30", "COMEBACK15", "20 December"));
    EXPECT_EQ(citations.number_of(Claim{}), 0U);
}

}  // namespace
}  // namespace cpo::report
