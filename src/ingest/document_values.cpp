#include "ingest/document_values.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace cpo::ingest {
namespace {

constexpr std::int64_t kCentsMax = 1'000'000'000'000;
constexpr int kRelativeDaysMax = 36'500;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

/// "1,234" as 1234: a comma is only allowed before each group of three digits.
std::optional<std::int64_t> parse_grouped(std::string_view text) {
    const auto first_comma = text.find(',');
    std::int64_t number = 0;
    int since_comma = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == ',') {
            const bool is_first = i == first_comma;
            if (is_first ? (i == 0 || i > 3) : since_comma != 3) return std::nullopt;
            since_comma = 0;
            continue;
        }
        if (!is_digit(text[i]) || number > kCentsMax) return std::nullopt;
        number = number * 10 + (text[i] - '0');
        ++since_comma;
    }
    if (text.empty() || (first_comma != std::string_view::npos && since_comma != 3))
        return std::nullopt;
    return number;
}

std::optional<std::int64_t> parse_cents(std::string_view text) {
    const auto point = text.find('.');
    const auto whole = parse_grouped(text.substr(0, point));
    if (!whole) return std::nullopt;
    std::int64_t cents = 0;
    if (point != std::string_view::npos) {
        const auto fraction = text.substr(point + 1);
        if (fraction.size() != 2 || !is_digit(fraction[0]) || !is_digit(fraction[1]))
            return std::nullopt;
        cents = (fraction[0] - '0') * 10 + (fraction[1] - '0');
    }
    if (*whole > kCentsMax / 100) return std::nullopt;
    return *whole * 100 + cents;
}

bool is_currency(std::string_view text) {
    return text.size() == 3 && std::all_of(text.begin(), text.end(), is_upper);
}

}  // namespace

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n\f\v";
    const auto first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::optional<Date> parse_content_date(std::string_view text, Date as_of) {
    if (text == "today") return as_of;
    const bool is_relative =
        text.size() >= 3 && text.back() == 'd' && (text.front() == '+' || text.front() == '-');
    if (!is_relative) return parse_date(text);
    const auto digits = text.substr(1, text.size() - 2);
    int days = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), days);
    if (failure != std::errc() || end != digits.data() + digits.size() || days < 0 ||
        days > kRelativeDaysMax)
        return std::nullopt;
    return as_of + std::chrono::days(text.front() == '-' ? -days : days);
}

std::optional<Money> parse_money(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kSymbols{
        {{"£", "GBP"}, {"€", "EUR"}, {"$", "USD"}, {"¥", "JPY"}}};
    text = trimmed(text);
    std::string currency;
    for (const auto& [symbol, code] : kSymbols)
        if (text.starts_with(symbol)) {
            currency = code;
            text = trimmed(text.substr(symbol.size()));
            break;
        }
    if (currency.empty() && text.size() > 3) {
        if (is_currency(text.substr(0, 3))) {
            currency = text.substr(0, 3);
            text = trimmed(text.substr(3));
        } else if (is_currency(text.substr(text.size() - 3))) {
            currency = text.substr(text.size() - 3);
            text = trimmed(text.substr(0, text.size() - 3));
        }
    }
    const auto cents = parse_cents(text);
    if (currency.empty() || !cents) return std::nullopt;
    return Money{*cents, currency};
}

std::optional<double> parse_percent(std::string_view text) {
    text = trimmed(text);
    if (text.ends_with('%')) text = trimmed(text.substr(0, text.size() - 1));
    double percent = 0;
    const auto [end, failure] =
        std::from_chars(text.data(), text.data() + text.size(), percent, std::chars_format::fixed);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    if (!(percent > 0 && percent <= 100)) return std::nullopt;
    return percent;
}

std::optional<std::string> parse_language(std::string_view text) {
    std::string tag(text);
    for (char& c : tag) {
        if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
        if (c == '_') c = '-';
        if (!is_lower(c) && !is_digit(c) && c != '-') return std::nullopt;
    }
    std::size_t start = 0;
    for (bool is_first = true; start <= tag.size(); is_first = false) {
        const auto end = std::min(tag.find('-', start), tag.size());
        const auto part = std::string_view(tag).substr(start, end - start);
        if (part.empty() || part.size() > 8) return std::nullopt;
        if (is_first && (part.size() < 2 || part.size() > 3 ||
                         !std::all_of(part.begin(), part.end(), is_lower)))
            return std::nullopt;
        start = end + 1;
    }
    return tag;
}

bool is_snake_case(std::string_view text) {
    return !text.empty() && is_lower(text.front()) &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return is_lower(c) || is_digit(c) || c == '_';
           });
}

}  // namespace cpo::ingest
