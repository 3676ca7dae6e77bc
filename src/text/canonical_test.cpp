#include "text/canonical.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/utf8.h"
#include "text/utf8.h"

namespace cpo::text {
namespace {

const Canonicaliser& canonicaliser() {
    static const Canonicaliser instance = *Canonicaliser::make();
    return instance;
}
std::string plain(std::string_view text) { return canonicaliser().canonicalise(text).plain.text; }
std::string words(std::string_view text) { return canonicaliser().canonicalise(text).words.text; }

// Entity values: HTML Living Standard §13.5. Compatibility forms: Unicode NormalizationTest.txt.
TEST(CanonicalText, DecodesEntitiesAndLeavesOthersAlone) {
    EXPECT_EQ(plain("a&commat;b&period;com &#64;&#x40; &amp;amp; &nosuch; & &#0; &#xD800;"),
              "a@b.com @@ &amp; &nosuch; & &#0; &#xD800;");
}

TEST(CanonicalText, DecodesPercentEscapesOnlyInsideUrls) {
    EXPECT_EQ(plain("https://x.com/?e=jo%40x.com and 50%20off 100%"),
              "https://x.com/?e=jo@x.com and 50%20off 100%");
}

TEST(CanonicalText, RemovesInvisibleCharactersAndReportsDisguises) {
    const auto views =
        canonicaliser().canonicalise("se\u200Bcret a\u00ADb \U0001F468\u200D\U0001F469 \u202Etxt");
    EXPECT_EQ(views.plain.text, "secret ab \U0001F468\U0001F469 txt");
    EXPECT_THAT(views.hidden, testing::ElementsAre(Span{2, 3}, Span{16, 17}));
}

TEST(CanonicalText, TakesEmojiFlagsAndPersianJoinersAsHonest) {
    const auto views = canonicaliser().canonicalise(
        "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F "
        "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645");
    EXPECT_THAT(views.hidden, testing::IsEmpty());
}

TEST(CanonicalText, WritesDigitsDashesAndSpacesPlainly) {
    EXPECT_EQ(plain("\uFF14\uFF11\u0661\u0662\u00A01\u20132 \u201Cok\u201D"), "4112 1-2 \"ok\"");
}

TEST(CanonicalText, KeepsHonestGreekAndCyrillic) {
    EXPECT_EQ(words("Καλημέρα κόσμε"), "καλημέρα κόσμε");
    EXPECT_EQ(words("привет мир"), "привет мир");
}

// Pairs from Unicode's confusables.txt (UTS #39): Cyrillic а с е о р х і -> a c e o p x i.
TEST(CanonicalText, ReadsLookAlikesInMixedWords) {
    EXPECT_EQ(words("stuрid іdiоt"), "stupid idiot");
    EXPECT_EQ(words("this is a сосо word here"), "this is a coco word here");
}

TEST(CanonicalText, ReportsWordsThatMixScripts) {
    const auto views = canonicaliser().canonicalise("frее mugs, 5 μg, α-test, Москва");
    EXPECT_THAT(views.hidden, testing::ElementsAre(Span{0, 4}));
}

TEST(CanonicalText, ReadsLeetOnlyInsideWords) {
    EXPECT_EQ(words("sh1t a$$ 5tupid id10t b@d w0rd"), "shit ass stupid idiot bad word");
    EXPECT_EQ(words("$5 2-for-1 5pm 3XL COMEBACK15 20off US$30 100% B2B 24/7"),
              "$5 2-for-1 5pm 3xl comeback15 20off us$30 100% b2b 24/7");
}

TEST(CanonicalText, JoinsSpacedLettersAndSqueezesRepeats) {
    EXPECT_EQ(words("s t u p i d and i.d.i.o.t and Sooooo"), "stupid and idiot and soo");
    EXPECT_EQ(words("I am a U.S. fan"), "i am a u.s. fan");
}

TEST(CanonicalText, PointsBackToTheOriginalCharacters) {
    const std::string raw = "Hi ｆ\u200Br\u200B3e &commat; ok";
    const auto views = canonicaliser().canonicalise(raw);
    const std::size_t at = views.words.text.find("free");
    ASSERT_NE(at, std::string::npos) << views.words.text;
    EXPECT_EQ(views.words.original(at, at + 4), (Span{3, 9}));
    const std::size_t sign = views.plain.text.find('@');
    EXPECT_EQ(views.plain.original(sign, sign + 1), (Span{10, 18}));
}

RC_GTEST_PROP(CanonicalText,
              KeepsOriginsOrderedAndInsideTheText,
              (const std::vector<std::uint32_t>& numbers)) {
    std::string raw;
    for (const std::uint32_t number : numbers) {
        // Mostly ASCII and the blocks with invisible, combining and look-alike characters.
        static constexpr std::array<std::uint32_t, 6> kBases = {
            0x20, 0x300, 0x400, 0x2000, 0xFF00, 0xE0000};
        const std::uint32_t base = kBases[number % kBases.size()];
        append_utf8(raw, base + (number / 7) % 0x60);
    }
    const std::size_t size = code_point_count(raw);
    const auto views = canonicaliser().canonicalise(raw);
    for (const CanonicalText* view : {&views.plain, &views.words}) {
        RC_ASSERT(is_utf8(view->text));
        RC_ASSERT(view->starts.size() == view->text.size() &&
                  view->ends.size() == view->text.size());
        for (std::size_t i = 0; i < view->text.size(); ++i) {
            RC_ASSERT(view->starts[i] < view->ends[i] && view->ends[i] <= size);
            if (i > 0) RC_ASSERT(view->starts[i] >= view->starts[i - 1]);
        }
    }
    for (const Span& span : views.hidden) RC_ASSERT(span.start < span.end && span.end <= size);
}

}  // namespace
}  // namespace cpo::text
