#include "agents/safety/validators.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace cpo::safety {
namespace {

// Test numbers that card schemes and payment providers publish for their sandboxes.
TEST(CardNumbers, OfEverySchemeAreKnown) {
    for (const std::string_view number : {"4111 1111 1111 1111",
                                          "4222222222222",
                                          "5555-5555-5555-4444",
                                          "2223003122003222",
                                          "378282246310005",
                                          "6011111111111117",
                                          "30569309025904",
                                          "3530111333300000",
                                          "6200000000000005",
                                          "6759649826438453"}) {
        EXPECT_TRUE(has_card_prefix(number)) << number;
        EXPECT_TRUE(has_luhn_checksum(number)) << number;
    }
}

TEST(CardNumbers, OfWrongPrefixLengthOrChecksumAreNot) {
    EXPECT_FALSE(has_luhn_checksum("4111 1111 1111 1112"));
    EXPECT_FALSE(has_card_prefix("411111111111"));       // A Visa number has no 12 digits.
    EXPECT_FALSE(has_card_prefix("1234567812345670"));   // No scheme begins with 1.
    EXPECT_FALSE(has_card_prefix("37828224631000500"));  // Amex has 15.
    EXPECT_FALSE(has_luhn_checksum(""));
}

RC_GTEST_PROP(CardNumbers, NoticeEverySingleWrongDigit, (const std::vector<std::uint8_t>& seeds)) {
    RC_PRE(seeds.size() >= 2);
    std::string digits;
    for (const auto seed : seeds) digits.push_back(static_cast<char>('0' + seed % 10));
    for (char check = '0'; check <= '9'; ++check) {
        digits.back() = check;
        if (has_luhn_checksum(digits)) break;
    }
    RC_ASSERT(has_luhn_checksum(digits));
    const std::size_t at = seeds[0] % digits.size();
    digits[at] = static_cast<char>('0' + (digits[at] - '0' + 1 + seeds[1] % 9) % 10);
    RC_ASSERT(!has_luhn_checksum(digits));
}

// Examples of the IBAN registry (ISO 13616, SWIFT).
TEST(Ibans, OfTheRegistryAreValid) {
    for (const std::string_view iban : {"GB29 NWBK 6016 1331 9268 19",
                                        "DE89370400440532013000",
                                        "FR1420041010050500013M02606",
                                        "NL91ABNA0417164300",
                                        "ES9121000418450200051332",
                                        "CH9300762011623852957",
                                        "NO9386011117947",
                                        "MT84MALT011000012345MTLCAST001S",
                                        "gb29nwbk60161331926819"})
        EXPECT_TRUE(is_iban(iban)) << iban;
}

TEST(Ibans, OfWrongChecksumLengthOrCountryAreNot) {
    for (const std::string_view iban : {"GB29 NWBK 6016 1331 9268 18",
                                        "DE8937040044053201300",
                                        "XX29NWBK60161331926819",
                                        "GB29NWBK601613319268199",
                                        "GB29-NWBK_60161331926819",
                                        "GB29123460161331926819",
                                        ""})
        EXPECT_FALSE(is_iban(iban)) << iban;
}

// Rules of the US Social Security Administration since 2011, and numbers known from advertisements.
TEST(SocialSecurityNumbers, FollowTheRulesOfTheAdministration) {
    EXPECT_TRUE(is_social_security_number("536-90-4399"));
    EXPECT_TRUE(is_social_security_number("536904399"));
    for (const std::string_view number : {"000-12-3456",
                                          "666-12-3456",
                                          "900-12-3456",
                                          "536-00-4399",
                                          "536-90-0000",
                                          "078-05-1120",
                                          "219-09-9999",
                                          "53-690-439"})
        EXPECT_FALSE(is_social_security_number(number)) << number;
}

// Forms of RFC 4291 §2.2 and RFC 5952; dotted quads as inet_aton's strict cousin inet_pton reads.
TEST(IpAddresses, AreReadAsTheirStandardsSay) {
    EXPECT_TRUE(is_ipv4("192.0.2.33"));
    EXPECT_TRUE(is_private_ipv4("192.0.2.33"));
    EXPECT_TRUE(is_private_ipv4("10.1.2.3"));
    EXPECT_FALSE(is_private_ipv4("8.8.8.8"));
    for (const std::string_view bad : {"256.1.1.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1..3.4", ""})
        EXPECT_FALSE(is_ipv4(bad)) << bad;
    for (const std::string_view good :
         {"2001:db8::8:800:200c:417a", "::1", "ff01::101", "::ffff:129.144.52.38", "fe80::1%eth0"})
        EXPECT_TRUE(is_ipv6(good)) << good;
    for (const std::string_view bad : {"1:2", ":::", "2001:db8::8::1", "12345::", "2001::1%eth0"})
        EXPECT_FALSE(is_ipv6(bad)) << bad;
}

// RFC 5321 §4.5.3.1 sizes, RFC 5322 §3.4.1 forms.
TEST(EmailAddresses, FollowTheStandards) {
    for (const std::string_view good : {"a@b.co",
                                        "first.last+tag@sub.example.com",
                                        "o'neill@example.ie",
                                        "\"two words\"@example.org",
                                        "müller@example.de",
                                        "x@xn--mller-kva.xn--p1ai"})
        EXPECT_TRUE(is_email(good)) << good;
    const std::string long_local(65, 'a');
    for (const std::string& bad : {std::string("a@b"),
                                   std::string("@example.com"),
                                   std::string("a..b@example.com"),
                                   std::string(".a@example.com"),
                                   std::string("a@-example.com"),
                                   std::string("a@example.c"),
                                   std::string("a@example.123"),
                                   std::string("a@exa_mple.com"),
                                   long_local + "@example.com"})
        EXPECT_FALSE(is_email(bad)) << bad;
}

TEST(Entropy, IsTheOneOfShannon) {
    EXPECT_DOUBLE_EQ(entropy_of("aaaa"), 0);
    EXPECT_DOUBLE_EQ(entropy_of("abab"), 1);
    EXPECT_DOUBLE_EQ(entropy_of("abcdefgh"), 3);
}

}  // namespace
}  // namespace cpo::safety
