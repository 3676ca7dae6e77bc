// What the rules find and what they leave alone. All sentences are invented; numbers are published
// test values of their schemes, or made to follow a public format.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agents/safety/test_agent.h"

namespace cpo::safety {
namespace {

struct Case {
    const char* text;
    const char* rule;
};

TEST(PersonalData, IsFoundInSentences) {
    for (const auto& [text, rule] : std::initializer_list<Case>{
             {"Reach Ann at ann.smith@mail.example (not before nine).", "pii.email"},
             {"ann (at) mail (dot) example", "pii.email_spelled"},
             {"Card 4111-1111-1111-1111 is on file", "pii.card"},
             {"your card number 4111 1111 1111 1112 ends soon", "pii.card"},
             {"Her CVV is 123.", "pii.card_security_code"},
             {"Pay to DE89 3704 0044 0532 0130 00 OR CALL US", "pii.iban"},
             {"SSN: 536-90-4399", "pii.us_ssn"},
             {"his social security number 536904399", "pii.us_ssn"},
             {"Last login from 81.2.69.142.", "pii.ip_v4"},
             {"from 2001:db8:85a3::8a2e:370:7334, yesterday", "pii.ip_v6"},
             {"Ring her: +44 20 7946 0958", "pii.phone"},
             {"Call (212) 736-5000 now", "pii.phone"},
             {"Telefon 0171 1234567 call", "pii.phone"}})
        EXPECT_TRUE(has_rule(verdict_of(text), rule)) << text << ": " << describe(verdict_of(text));
}

TEST(PersonalData, IsFoundBehindDisguises) {
    for (const auto& [text, rule] :
         std::initializer_list<Case>{{"ann&#64;mail&period;example", "pii.email"},
                                     {"https://shop.example/u?e=ann%40mail.example", "pii.email"},
                                     {"4111\u200B1111\u200B1111\u200B1111", "pii.card"},
                                     {"４１１１ １１１１ １１１１ １１１１", "pii.card"},
                                     {"ann\u00AD@mail.example", "pii.email"}})
        EXPECT_TRUE(has_rule(verdict_of(text), rule)) << text << ": " << describe(verdict_of(text));
}

TEST(PersonalData, IsNotSeenInOrdinaryNumbers) {
    for (const char* text : {"Order 123456789 ships on 2011-12-09.",
                             "Version 10.4.2.1 of the app",
                             "Open 09:30:00 to 18:00",
                             "Model 4111-1111 in blue",
                             "Tracking 1234567890123456",
                             "Since 2010-2011",
                             "std::string",
                             "Save 20% on 1,000 items for $1,299.00",
                             "Call us any time",
                             "2 for 1 until 31/12/2011",
                             "logo@2x.png",
                             "© 2011-2012",
                             "ISBN 978-3-16-148410-0"})
        EXPECT_FALSE(has_category(verdict_of(text), "pii"))
            << text << ": " << describe(verdict_of(text));
}

TEST(PersonalData, OfTheSenderIsExpected) {
    auto request =
        request_of("Write to hello@shop.example or care@shop.example, ring 020 7946 0958.");
    EXPECT_TRUE(has_category(verdict_of(request), "pii"));
    request.sender_contacts = {"https://www.shop.example", "+44 20 7946 0958", "care@shop.example"};
    EXPECT_FALSE(has_category(verdict_of(request), "pii")) << describe(verdict_of(request));
    request.message.text = "Write to ann.smith@shop.example.";  // A person, not a role.
    EXPECT_TRUE(has_category(verdict_of(request), "pii"));
}

TEST(PersonalData, IsMaskedAndTheRestKept) {
    const Verdict verdict =
        verdict_of("Héllo ann@mail.example, card ４１１１ 1111 1111 1111 — bye");
    EXPECT_EQ(verdict.masked_text, "Héllo [EMAIL], card [CARD] — bye");
    ASSERT_EQ(verdict.issues.size(), 2U) << describe(verdict);
    EXPECT_EQ(verdict.issues[0].start, 6U);
    EXPECT_EQ(verdict.issues[0].end, 22U);
    for (const Issue& issue : verdict.issues) {
        EXPECT_EQ(issue.explanation.find("ann"), std::string::npos);
        EXPECT_EQ(issue.explanation.find("1111"), std::string::npos);
    }
}

// Built from pieces, so that no scanner takes this file for a leak; the formats are public.
TEST(Secrets, AreFoundByTheirFormats) {
    const std::string hex = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
    for (const auto& [text, rule] : std::initializer_list<std::pair<std::string, const char*>>{
             {"key AKIA" + std::string("IOSFODNN7EXAMPLE"), "secret.aws_access_key"},
             {"ghp_" + hex + "abcd", "secret.github"},
             {"xoxb-" + std::string("123456789012-abcdefghijkl"), "secret.slack"},
             {"sk_live_" + hex, "secret.stripe"},
             {"AIza" + hex + "abc", "secret.google_api"},
             {"SG." + hex.substr(0, 22) + "." + hex + hex.substr(0, 11), "secret.sendgrid"},
             {"eyJhbGciOiJIUzI1NiJ9." + std::string("eyJzdWIiOiIxMjM0In0.") + hex, "secret.jwt"},
             {"-----BEGIN RSA PRIVATE KEY-----\nMIIEow", "secret.private_key"},
             {"postgres://admin:hunter2x@db.shop.example/prod", "secret.connection_string"},
             {"Your password is Sunny-42!", "secret.password_field"},
             {"password: sunshine", "secret.password_field"},
             {"api_key = \"" + hex + "\"", "secret.named_key"},
             {"Your verification code is 482910", "secret.one_time_code"}})
        EXPECT_TRUE(has_rule(verdict_of(text), rule)) << text << ": " << describe(verdict_of(text));
}

TEST(Secrets, AreNotSeenInOrdinarySentences) {
    for (const char* text : {"Your password is required to sign in.",
                             "Forgot your password? Reset it here.",
                             "The secret of good coffee: fresh beans.",
                             "Use code COMEBACK15 at checkout.",
                             "Keys to a happy home",
                             "https://shop.example/path:8080/page",
                             "PIN this to your board"})
        EXPECT_FALSE(has_category(verdict_of(text), "secret"))
            << text << ": " << describe(verdict_of(text));
}

TEST(Residue, OfTemplatesAndModelsBlocks) {
    for (const char* text : {"Hi {{first_name}}, welcome",
                             "{% if vip %}Hello",
                             "Dear [Your Name],",
                             "Hi <first name>,",
                             "Hello %%FIRSTNAME%%",
                             "Total: ${total}",
                             "Hi *|FNAME|*",
                             "Lorem ipsum dolor sit amet",
                             "Subject: We miss you\nHello",
                             "Save XX% today",
                             "Hi undefined, thanks",
                             "As an AI language model, I think",
                             "Sure! Here's a friendly email for you:",
                             "Here is your email:\nHello",
                             "I cannot assist with that request.",
                             "Let me know if you'd like me to adjust the tone.",
                             "Hi {name}, thanks"}) {
        const Verdict verdict = verdict_of(text);
        EXPECT_EQ(verdict.decision, Decision::kBlock) << text << ": " << describe(verdict);
        EXPECT_TRUE(has_category(verdict, "placeholder")) << text;
    }
}

TEST(Residue, IsNotSeenInOrdinarySentences) {
    for (const char* text : {"See [your account](https://shop.example/account) for details.",
                             "Here is your new scarf.",
                             "Sure to please: our winter range.",
                             "Size XXL is back.",
                             "I can't wait to see you!",
                             "The subject: winter coats, and how to choose one.",
                             "Of course we deliver on Saturdays.",
                             "Let me know if you have any questions."})
        EXPECT_FALSE(has_category(verdict_of(text), "placeholder"))
            << text << ": " << describe(verdict_of(text));
}

TEST(Toxicity, IsFoundWithAndWithoutSwearWords) {
    for (const auto& [text, category] :
         std::initializer_list<Case>{{"You are a complete idiot.", "toxicity"},
                                     {"you're so stupid it hurts", "toxicity"},
                                     {"I wish all immigrants would disappear", "toxicity"},
                                     {"Women should know their place", "toxicity"},
                                     {"All muslims are vermin", "toxicity"},
                                     {"I will kill you and your dog", "toxicity"},
                                     {"kys, nobody likes you", "toxicity"},
                                     {"Go back to your country", "toxicity"},
                                     {"what the f*ck", "toxicity"},
                                     {"this is bullshit", "profanity"},
                                     {"f.u.c.k this", "profanity"},
                                     {"sh1tty service", "profanity"},
                                     {"fuuuuuck", "profanity"},
                                     {"fυck that", "profanity"}}) {
        const Verdict verdict = verdict_of(text);
        EXPECT_TRUE(has_category(verdict, category)) << text << ": " << describe(verdict);
        EXPECT_NE(verdict.decision, Decision::kPass) << text;
        EXPECT_GT(verdict.scores.at("toxicity"), 0) << text;
    }
}

TEST(Toxicity, IsNotSeenInMarketing) {
    for (const char* text : {"Killer deals this weekend only!",
                             "Shoot us an email and we'll help.",
                             "Sexy summer dresses are in.",
                             "Our hottest drop yet, crazy good prices.",
                             "We'll beat any price you find.",
                             "Kill two birds with one stone.",
                             "Beef jerky and a cocker spaniel",
                             "Spicy ramen, wrapping paper and rapping lessons",
                             "A nude lipstick and a terrible old joke",
                             "Gay couples welcome here",
                             "An ugly Christmas jumper",
                             "Garden hoes and trash bags",
                             "Scunthorpe store now open",
                             "Cocktail glasses and a new cockpit toy",
                             "Chunky knits and beanbags",
                             "Bloody Mary mix",
                             "You are not stupid, taxes are hard.",
                             "Women's shoes are here.",
                             "Black Friday: white mugs for everyone",
                             "Assorted classic glasses for the masses",
                             "Our girls' range can be returned for free.",
                             "Grilled chicken breast recipes",
                             "Drop-dead gorgeous gowns"}) {
        const Verdict verdict = verdict_of(text);
        EXPECT_EQ(verdict.decision, Decision::kPass) << text << ": " << describe(verdict);
    }
}

TEST(Toxicity, OfNegatedAndReportedSpeechWeighsLess) {
    EXPECT_FALSE(has_rule(verdict_of("Immigrants are not criminals."), "toxicity.hate_statement"));
    EXPECT_LT(verdict_of("It is wrong to say that immigrants are criminals.").scores.at("toxicity"),
              verdict_of("Immigrants are criminals.").scores.at("toxicity"));
}

TEST(Language, OtherThanEnglishIsHeld) {
    for (const char* text :
         {"Wir haben neue Schals für dich und liefern sie bis zum Wochenende nach Hause.",
          "Nous avons de nouvelles écharpes pour vous et la livraison est offerte avec plaisir.",
          "Tenemos nuevas bufandas para ti y las enviamos a tu casa en dos días.",
          "Abbiamo nuove sciarpe per te e le spediamo a casa con il corriere.",
          "We hebben nieuwe sjaals voor jou en wij bezorgen ze bij je thuis.",
          "Temos novos lenços para você e entregamos em sua casa com muito carinho.",
          "У нас новые шарфы для вас"}) {
        const Verdict verdict = verdict_of(text);
        EXPECT_TRUE(has_category(verdict, "language")) << text;
        EXPECT_NE(verdict.decision, Decision::kPass) << text;
    }
    auto request = request_of("Hello again");
    request.message.language = "de";
    EXPECT_EQ(verdict_of(request).decision, Decision::kReview);
    EXPECT_EQ(verdict_of("Café au lait mugs, déjà vu prices").decision, Decision::kPass);
}

}  // namespace
}  // namespace cpo::safety
