#include "agents/safety/phones.h"

#include <fmt/format.h>
#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <array>

#include "agents/safety/context_words.h"

namespace cpo::safety {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr std::array<const char*, 12> kNamedRegions = {
    "US", "GB", "DE", "FR", "ES", "IT", "NL", "PT", "IN", "AU", "CH", "BR"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_valid(std::string_view value, const char* region) {
    const PhoneNumberUtil& numbers = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    if (numbers.Parse(std::string(value), region, &number) != PhoneNumberUtil::NO_PARSING_ERROR)
        return false;
    return numbers.IsValidNumber(number);
}

/// A calendar date, a time span, a price or a code that happens to hold enough digits.
bool is_other_number(const Match& match) {
    const std::string_view value = match.value();
    const auto is_shape = [&](std::string_view shape) {
        if (value.size() < shape.size()) return false;
        for (std::size_t i = 0; i < shape.size(); ++i) {
            const bool fits = shape[i] == '9' ? is_digit(value[i]) : value[i] == shape[i];
            if (!fits) return false;
        }
        return true;
    };
    if (is_shape("9999-99-99") || is_shape("9999/99/99") || is_shape("9999.99.99")) return true;
    if (is_shape("99/99/9999") || is_shape("99.99.9999") || is_shape("9999-9999 ")) return true;
    if (value.size() == 9 && is_shape("9999-9999")) return true;  // Years.
    const std::string_view before = match.before(2);
    if (!before.empty() && (before.back() == '$' || before.back() == '#')) return true;
    return before == "\xC2\xA3" || before.ends_with("/") || before.ends_with(".");
}

bool is_named(const Match& match) {
    return has_context(match,
                       {"call",
                        "phone",
                        "tel",
                        "telephone",
                        "mobile",
                        "cell",
                        "text",
                        "sms",
                        "fax",
                        "whatsapp",
                        "contact",
                        "ring",
                        "dial",
                        "reach",
                        "number",
                        "cellphone",
                        "hotline",
                        "ph"}) ||
           is_whole_text(match);
}

bool is_named_otherwise(const Match& match) {
    return has_context(match,
                       {"order",
                        "invoice",
                        "tracking",
                        "reference",
                        "ref",
                        "sku",
                        "item",
                        "isbn",
                        "serial",
                        "ticket",
                        "account",
                        "policy",
                        "booking",
                        "id"});
}

/// Written as people in North America or Britain write their own numbers.
bool is_written_like_national(std::string_view value, std::string_view digits) {
    const bool has_separator = std::any_of(value.begin(), value.end(), [](char c) {
        return c == ' ' || c == '-' || c == '.' || c == '(';
    });
    if (!has_separator) return false;
    return digits.size() == 10 || digits.size() == 11;
}

bool is_national(const Match& match, std::string_view digits) {
    const std::string_view value = match.value();
    const bool is_us = digits.size() == 10 || (digits.size() == 11 && digits[0] == '1');
    const bool is_british = digits[0] == '0' && (digits.size() == 10 || digits.size() == 11);
    const bool has_name = is_named(match);
    if (!has_name && (is_named_otherwise(match) || !is_written_like_national(value, digits)))
        return false;
    if (is_us && is_valid(value, "US")) return true;
    if (is_british && is_valid(value, "GB")) return true;
    if (!has_name) return false;
    return std::any_of(kNamedRegions.begin(), kNamedRegions.end(), [&](const char* region) {
        return is_valid(value, region);
    });
}

}  // namespace

int grade_phone(Match& match) {
    const char last = match.end < match.text.size() ? match.text[match.end] : ' ';
    const char first = match.start > 0 ? match.text[match.start - 1] : ' ';
    const auto is_word = [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    if (is_word(first) || is_word(last) || first == '+' || is_other_number(match)) return 0;
    const std::string_view value = match.value();
    std::string digits;
    std::copy_if(value.begin(), value.end(), std::back_inserter(digits), is_digit);
    if (digits.size() < 7 || digits.size() > 17) return 0;
    const bool is_international = value[0] == '+' || digits.starts_with("00");
    if (is_international) {
        const std::string_view number =
            value[0] == '+' ? std::string_view(digits) : std::string_view(digits).substr(2);
        return is_valid(fmt::format("+{}", number), "ZZ") ? 3 : 0;
    }
    return is_national(match, digits) ? 3 : 0;
}

}  // namespace cpo::safety
