#include "claims/claim_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace cpo::claims {
namespace {

struct Word {
    std::string_view word;
    int value;
};
constexpr std::array kNumberWords{Word{"two", 2},
                                  Word{"three", 3},
                                  Word{"four", 4},
                                  Word{"five", 5},
                                  Word{"six", 6},
                                  Word{"seven", 7},
                                  Word{"eight", 8},
                                  Word{"nine", 9},
                                  Word{"ten", 10},
                                  Word{"twelve", 12},
                                  Word{"fourteen", 14},
                                  Word{"thirty", 30},
                                  Word{"sixty", 60},
                                  Word{"ninety", 90}};

int number_of_word(std::string_view text) {
    const std::string lower = lower_ascii(text);
    for (const Word& word : kNumberWords)
        if (word.word == lower) return word.value;
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// Singular unit and what one of it is in days, hours, ... of that unit.
std::pair<std::string, int> unit_of(std::string_view text) {
    const std::string lower = lower_ascii(text);
    if (lower.starts_with("week")) return {"day", 7};
    if (lower.starts_with("fortnight")) return {"day", 14};
    if (lower.starts_with("day")) return {"day", 1};
    if (lower.starts_with('h')) return {"hour", 1};
    if (lower.starts_with("mon")) return {"month", 1};
    if (lower.starts_with('y')) return {"year", 1};
    return {"minute", 1};
}

}  // namespace

std::string lower_ascii(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

std::optional<double> parse_number(std::string_view text, bool has_decimal_comma) {
    std::string digits;
    const char decimal = has_decimal_comma ? ',' : '.';
    for (const char c : text) {
        if (c >= '0' && c <= '9')
            digits += c;
        else if (c == decimal)
            digits += '.';
        else if (c != '.' && c != ',')
            return std::nullopt;
    }
    double value = 0;
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (failure != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

std::string number_value(double number) { return fmt::format("{}", number); }

std::string money_value(std::int64_t cents, std::string_view currency) {
    return fmt::format("{}.{:02} {}", cents / 100, std::abs(cents % 100), currency);
}

std::string money_value(const Money& money) { return money_value(money.cents, money.currency); }

std::string currency_of(std::string_view sign) {
    const std::string lower = lower_ascii(sign);
    if (lower == "£" || lower.starts_with("pound") || lower == "gbp" || lower == "p" ||
        lower == "pence")
        return "GBP";
    if (lower == "€" || lower.starts_with("euro") || lower == "eur") return "EUR";
    if (lower == "$" || lower == "us$" || lower.starts_with("dollar") || lower == "usd")
        return "USD";
    if (lower == "chf") return "CHF";
    return "";
}

std::string duration_value(std::string_view amount, bool is_working, std::string_view unit) {
    const auto [name, factor] = unit_of(unit);
    const std::size_t dash = amount.find_first_of(" -\xE2t", 1);
    const bool is_range = dash != std::string_view::npos && amount.front() >= '0' &&
                          amount.front() <= '9' && amount.back() >= '0' && amount.back() <= '9';
    std::string value;
    int last = number_of_word(amount) * factor;
    if (is_range) {
        const std::size_t second = amount.find_last_not_of("0123456789") + 1;
        value = fmt::format("{}-", last);
        last = number_of_word(amount.substr(second)) * factor;
    }
    value += std::to_string(last);
    return fmt::format(
        "{} {}{}{}", value, is_working ? "working " : "", name, last == 1 && !is_range ? "" : "s");
}

std::string url_value(std::string_view url) {
    if (const auto scheme = url.find("://"); scheme != std::string_view::npos)
        url.remove_prefix(scheme + 3);
    while (!url.empty() && std::string_view(".,;:!?)]}'\"/").find(url.back()) != url.npos)
        url.remove_suffix(1);
    const auto slash = std::min(url.find('/'), url.size());
    std::string host = lower_ascii(url.substr(0, slash));
    if (host.starts_with("www.")) host.erase(0, 4);
    return host + std::string(url.substr(slash));
}

std::string gift_value(std::string_view gift) {
    std::string value = lower_ascii(gift);
    for (const std::string_view word : {"a ", "an ", "the ", "your ", "free ", "complimentary "})
        if (value.starts_with(word)) value.erase(0, word.size());
    return value;
}

}  // namespace cpo::claims
