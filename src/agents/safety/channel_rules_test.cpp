#include "agents/safety/channel_rules.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "agents/safety/test_agent.h"

namespace cpo::safety {
namespace {

constexpr const char* kFooter =
    "\n\nPaper & Thread Ltd, 12 Harbour Street, Bristol BS1 4RN\nUnsubscribe at any time.";

std::string with_footer(std::string_view text) { return fmt::format("{}{}", text, kFooter); }

Verdict channel_verdict(Channel channel, std::string subject, std::string_view text) {
    ScreeningRequest request = request_of(text);
    request.message.channel = channel;
    request.message.subject = std::move(subject);
    request.is_channel_checked = true;
    return verdict_of(request);
}

TEST(EmailRules, AreMetByFooterAndSubject) {
    const Verdict verdict =
        channel_verdict(Channel::kEmail, "We miss you", with_footer("Come and see us."));
    EXPECT_EQ(verdict.decision, Decision::kPass) << describe(verdict);
    EXPECT_EQ(verdict.scores.at("channel"), 0);
}

TEST(EmailRules, BlockWithoutOptOutOrSubjectAndReviewWithoutAddress) {
    Verdict verdict = channel_verdict(
        Channel::kEmail, "We miss you", "Come and see us at 12 Harbour Street, Bristol BS1 4RN.");
    EXPECT_TRUE(has_rule(verdict, "channel.missing_opt_out"));
    EXPECT_EQ(verdict.decision, Decision::kBlock);
    verdict = channel_verdict(Channel::kEmail, "We miss you", "Come and see us. Unsubscribe here.");
    EXPECT_TRUE(has_rule(verdict, "channel.missing_postal_address"));
    EXPECT_EQ(verdict.decision, Decision::kReview);
    verdict = channel_verdict(Channel::kEmail, "", with_footer("Come."));
    EXPECT_TRUE(has_rule(verdict, "channel.missing_subject"));
    EXPECT_EQ(verdict.decision, Decision::kBlock);
}

TEST(EmailRules, BlockSubjectsThatPretendToBeReplies) {
    for (const char* subject : {"RE: your order", "Fwd: news", "re[2]: hello", "AW: Angebot"})
        EXPECT_TRUE(has_rule(channel_verdict(Channel::kEmail, subject, kFooter),
                             "channel.deceptive_subject"))
            << subject;
    EXPECT_FALSE(has_rule(channel_verdict(Channel::kEmail, "Reasons to come back", kFooter),
                          "channel.deceptive_subject"));
}

TEST(EmailRules, KnowPostalAddressesOfSeveralForms) {
    for (const char* address : {"PO Box 221, Springfield",
                                "1600 Main St, Springfield, IL 62701",
                                "Leeds LS1 4AP",
                                "48B Old Mill Lane, York YO1 7HH",
                                "Springfield, IL 62701"})
        EXPECT_FALSE(postal_addresses(address).empty()) << address;
    for (const char* text : {"50 items your way", "Come in 20 minutes", "order or 12345 times"})
        EXPECT_TRUE(postal_addresses(text).empty()) << text;
}

TEST(SmsRules, AskForOptOutAndSender) {
    EXPECT_EQ(channel_verdict(
                  Channel::kSms, "", "Paper & Thread: new mugs are in. Reply STOP to opt out.")
                  .decision,
              Decision::kPass);
    Verdict verdict = channel_verdict(Channel::kSms, "", "Paper & Thread: new mugs are in.");
    EXPECT_TRUE(has_rule(verdict, "channel.missing_opt_out"));
    EXPECT_EQ(verdict.decision, Decision::kBlock);
    verdict = channel_verdict(Channel::kSms, "", "new mugs are in. Reply STOP to opt out");
    EXPECT_TRUE(has_rule(verdict, "channel.missing_sender")) << describe(verdict);
    EXPECT_EQ(verdict.decision, Decision::kReview);
}

TEST(SmsRules, CountPartsAsNetworksDo) {
    // 3GPP TS 23.038: 160 septets alone, 153 in parts; extension characters take two; UCS-2 70, 67.
    EXPECT_EQ(sms_length(std::string(160, 'a')).segments, 1U);
    EXPECT_EQ(sms_length(std::string(161, 'a')).segments, 2U);
    EXPECT_EQ(sms_length(std::string(306, 'a')).segments, 2U);
    EXPECT_EQ(sms_length(std::string(307, 'a')).segments, 3U);
    EXPECT_EQ(sms_length("€[]").units, 6U);
    EXPECT_TRUE(sms_length("@£Ä é ñ").is_gsm7);
    EXPECT_FALSE(sms_length("“").is_gsm7);
    EXPECT_EQ(sms_length("\U0001F600").units, 2U);
    std::string hearts;
    for (int i = 0; i < 71; ++i) hearts += "♥";
    EXPECT_EQ(sms_length(hearts).segments, 2U);
    EXPECT_EQ(sms_length("").segments, 0U);
    const Verdict verdict = channel_verdict(
        Channel::kSms, "", "Shop: " + std::string(460, 'a') + " Reply STOP to opt out");
    EXPECT_TRUE(has_rule(verdict, "channel.too_long"));
}

TEST(PushRules, LimitLengthOnly) {
    EXPECT_EQ(channel_verdict(Channel::kPush, "New mugs", "They are in. Have a look.").decision,
              Decision::kPass);
    EXPECT_TRUE(has_rule(channel_verdict(Channel::kPush, "New", std::string(241, 'a')),
                         "channel.too_long"));
    EXPECT_TRUE(has_rule(channel_verdict(Channel::kPush, std::string(66, 'a'), "Look."),
                         "channel.long_title"));
}

TEST(ChannelRules, AreStricterOnShortChannels) {
    const char* text = "Shop: write to ann@mail.example. Reply STOP to opt out";
    EXPECT_EQ(channel_verdict(Channel::kSms, "", text).decision, Decision::kBlock);
    EXPECT_EQ(channel_verdict(Channel::kWeb, "", text).decision, Decision::kBlock);
    EXPECT_EQ(
        channel_verdict(Channel::kEmail, "Hi", with_footer("Write to ann@mail.example.")).decision,
        Decision::kReview);
}

}  // namespace
}  // namespace cpo::safety
