#include "agents/safety/context_words.h"
#include "agents/safety/phones.h"
#include "agents/safety/rules.h"
#include "agents/safety/validators.h"

namespace cpo::safety {
namespace {

bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool touches_word(const Match& match) {
    return (match.start > 0 && is_word_byte(match.text[match.start - 1])) ||
           (match.end < match.text.size() && is_word_byte(match.text[match.end]));
}
bool touches_digit(const Match& match) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return (match.start > 0 && is_digit(match.text[match.start - 1])) ||
           (match.end < match.text.size() && is_digit(match.text[match.end]));
}

int grade_email(Match& match) {
    if (!is_email(match.value())) return 0;
    const std::string_view host = match.value();
    for (const std::string_view extension : {".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp"})
        if (host.ends_with(extension)) return 0;  // logo@2x.png
    return 3;
}

int grade_spelled_email(Match& match) { return touches_word(match) ? 0 : 3; }

int grade_card(Match& match) {
    if (touches_word(match) || !has_card_prefix(match.value())) return 0;
    if (has_luhn_checksum(match.value())) return 6;
    const bool is_named = has_context(match,
                                      {"card",
                                       "credit",
                                       "debit",
                                       "visa",
                                       "mastercard",
                                       "amex",
                                       "card number",
                                       "american express",
                                       "discover",
                                       "cvv",
                                       "pan"});
    return is_named ? 3 : 0;
}

/// The candidate may run on into following capitals; the country says how long it is.
int grade_iban(Match& match) {
    const auto length = static_cast<std::size_t>(iban_length(match.value()));
    if (length == 0) return 0;
    std::size_t count = 0;
    std::size_t end = match.start;
    while (end < match.end && count < length) {
        const char c = match.text[end++];
        if (c != ' ' && c != '-') ++count;
    }
    match.end = end;
    if (count < length || touches_word(match)) return 0;
    if (is_iban(match.value())) return 6;
    return has_context(match, {"iban", "bank account", "account number"}) ? 3 : 0;
}

int grade_social_security(Match& match) {
    if (touches_digit(match) || match.after(1) == "-") return 0;
    const std::string_view value = match.value();
    const bool has_separators = value.size() == 11;
    if (has_separators && value[3] != value[6]) return 0;
    const bool is_named =
        has_context(match, {"ssn", "ssns", "social security", "social-security", "socsec"});
    if (!is_social_security_number(value)) return is_named ? 3 : 0;
    return has_separators || is_named ? 6 : 0;
}

int grade_ipv4(Match& match) {
    if (touches_word(match) || match.before(1) == "." || !is_ipv4(match.value())) return 0;
    const std::string_view next = match.after(2);
    if (next.size() == 2 && next[0] == '.' && next[1] >= '0' && next[1] <= '9') return 0;
    if (has_context(match, {"version", "release", "section", "chapter"})) return 0;
    return is_private_ipv4(match.value()) ? 2 : 3;
}

int grade_ipv6(Match& match) {
    if (touches_word(match) || match.before(1) == ":" || match.value() == "::") return 0;
    while (match.end > match.start + 2 &&
           (match.text[match.end - 1] == '.' ||
            (match.text[match.end - 1] == ':' && match.text[match.end - 2] != ':')))
        --match.end;
    if (match.after(1) == ":") return 0;
    return is_ipv6(match.value()) ? 3 : 0;
}

constexpr const char* kRemovePersonal =
    "Remove it, or put a merge field for the recipient's own data in its place.";

constexpr Rule kRules[] = {
    {.id = "pii.email",
     .category = "pii",
     .type = "email",
     .pattern = R"((?:"[^"\n@]{1,62}"|[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\x80-\xff-]{1,64})@)"
                R"([A-Za-z0-9\x80-\xff](?:[A-Za-z0-9.\x80-\xff-]{0,250}[A-Za-z0-9\x80-\xff])?)",
     .explanation = "An e-mail address that is not one of the sender's own.",
     .suggestion = kRemovePersonal,
     .mask = "[EMAIL]",
     .prefilter = "@",
     .grade = grade_email},
    {.id = "pii.email_spelled",
     .category = "pii",
     .type = "email",
     .pattern = R"([\w.+-]{1,64}\s{0,3}[\[(]\s{0,3}at\s{0,3}[\])]\s{0,3}[\w-]{1,63})"
                R"((?:\s{0,3}(?:\.|[\[(]\s{0,3}dot\s{0,3}[\])])\s{0,3}[a-z][\w-]{1,62}){1,4})",
     .explanation = "An e-mail address written out with (at) and (dot).",
     .suggestion = kRemovePersonal,
     .mask = "[EMAIL]",
     .prefilter = R"([\[(]\s{0,3}at\s{0,3}[\])])",
     .grade = grade_spelled_email},
    {.id = "pii.card",
     .category = "pii",
     .type = "card",
     .pattern = R"(\d(?:[ -]?\d){11,18})",
     .explanation = "A payment card number.",
     .suggestion = "Remove it: card numbers never belong in a message.",
     .mask = "[CARD]",
     .grade = grade_card},
    {.id = "pii.card_security_code",
     .category = "pii",
     .type = "card_security_code",
     .pattern = R"(\b(?:cvv2?|cvc2?|cv2|card security code)\b\W{0,3}(?:is\W{1,2})?(\d{3,4})\b)",
     .severity = 6,
     .explanation = "The security code of a payment card.",
     .suggestion = "Remove it: card data never belongs in a message.",
     .mask = "[CARD CODE]"},
    {.id = "pii.iban",
     .category = "pii",
     .type = "iban",
     .pattern = R"([A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30})",
     .explanation = "A bank account number (IBAN).",
     .suggestion = "Remove it: account numbers never belong in a message.",
     .mask = "[IBAN]",
     .prefilter = R"([A-Z]{2}\d{2}[ -]?[A-Z0-9])",
     .grade = grade_iban},
    {.id = "pii.us_ssn",
     .category = "pii",
     .type = "us_ssn",
     .pattern = R"(\d{3}[- .]\d{2}[- .]\d{4}|\d{9})",
     .explanation = "A US Social Security number.",
     .suggestion = "Remove it: national ids never belong in a message.",
     .mask = "[SSN]",
     .grade = grade_social_security},
    {.id = "pii.ip_v4",
     .category = "pii",
     .type = "ip",
     .pattern = R"(\d{1,3}(?:\.\d{1,3}){3})",
     .explanation = "An IP address.",
     .suggestion = kRemovePersonal,
     .mask = "[IP]",
     .grade = grade_ipv4},
    {.id = "pii.ip_v6",
     .category = "pii",
     .type = "ip",
     .pattern = R"([0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,8}(?:\.\d{1,3}){0,3}(?:%[\w.-]{1,16})?)",
     .explanation = "An IP address.",
     .suggestion = kRemovePersonal,
     .mask = "[IP]",
     .prefilter = R"([0-9a-f]{0,4}:[0-9a-f]{0,4}:)",
     .grade = grade_ipv6},
    {.id = "pii.phone",
     .category = "pii",
     .type = "phone",
     .pattern = R"((?:\+|\b00|\()?\d(?:[ ().\-/]{0,3}\d){6,16})",
     .explanation = "A telephone number that is not one of the sender's own.",
     .suggestion = kRemovePersonal,
     .mask = "[PHONE]",
     .prefilter = R"(\d(?:[ ().\-/]{0,3}\d){6})",
     .grade = grade_phone},
};

}  // namespace

std::span<const Rule> personal_data_rules() { return kRules; }

}  // namespace cpo::safety
