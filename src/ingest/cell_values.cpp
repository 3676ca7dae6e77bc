#include "ingest/cell_values.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace cpo::ingest {
namespace {

/// Above this a quantity or price is a slip of the keyboard, and sums would lose their cents.
constexpr double kNumberMax = 1e12;
/// Longer cells are no numbers.
constexpr std::size_t kNumberBytesMax = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
    if (text.size() != lower_case.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (lower(text[i]) != lower_case[i]) return false;
    return true;
}

/// Takes one to `digits_max` digits off the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t digits_max) {
    std::size_t count = 0;
    int value = 0;
    while (count < digits_max && count < text.size() && is_digit(text[count]))
        value = value * 10 + (text[count++] - '0');
    if (count == 0) return std::nullopt;
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, char expected) {
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
}

/// Digits with at most one point among them and perhaps a minus, which is what most cells are: a
/// whole number and a power of ten that doubles hold exactly, so that their quotient is the double
/// next to the text, as from_chars gives it (W. D. Clinger, "How to read floating point numbers
/// accurately", PLDI 1990). Nothing for any other text.
std::optional<double> short_number(std::string_view text) {
    static constexpr std::array<double, 16> kPowersOfTen{
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const bool is_negative = text.front() == '-';
    if (is_negative) text.remove_prefix(1);
    if (text.empty() || text.size() > kPowersOfTen.size()) return std::nullopt;
    std::int64_t digits = 0;
    std::size_t point = text.size();
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_digit(text[i]))
            digits = digits * 10 + (text[i] - '0');
        else if (text[i] == '.' && point == text.size())
            point = i;
        else
            return std::nullopt;
    }
    // Without a point there may be a digit too many; a point alone is no number.
    if (point == text.size() ? text.size() == kPowersOfTen.size() : text.size() == 1)
        return std::nullopt;
    const std::size_t decimals = point == text.size() ? 0 : text.size() - point - 1;
    const double value = static_cast<double>(digits) / kPowersOfTen[decimals];
    return is_negative ? -value : value;
}

/// The front of a cell: three numbers with the same separator between them.
struct DateParts {
    std::array<int, 3> numbers{};
    char separator = '/';
    bool is_year_first = false;
};

std::optional<DateParts> take_date_parts(std::string_view& text) {
    DateParts parts;
    const std::string_view whole = text;
    for (std::size_t i = 0; i < parts.numbers.size(); ++i) {
        const std::size_t size_before = text.size();
        const auto number = take_digits(text, 4);
        if (!number) return std::nullopt;
        parts.numbers[i] = *number;
        const std::size_t digits = size_before - text.size();
        if (i == 0) parts.is_year_first = digits == 4;
        const bool is_year = (i == 0 && digits == 4) || (i == 2 && !parts.is_year_first);
        if (is_year ? digits != 4 : digits > 2) return std::nullopt;
        if (i == 2) break;
        if (text.empty()) return std::nullopt;
        const char separator = text.front();
        if (separator != '/' && separator != '.' && separator != '-') return std::nullopt;
        if (i == 1 && separator != parts.separator) return std::nullopt;
        parts.separator = separator;
        text.remove_prefix(1);
    }
    return whole.size() == text.size() ? std::nullopt : std::optional(parts);
}

std::optional<Date> date_of(const DateParts& parts, DateOrder order) {
    auto [year, month, day] = parts.numbers;
    if (!parts.is_year_first) {
        const bool is_day_first = parts.separator != '/' || order == DateOrder::kDayFirst;
        year = parts.numbers[2];
        month = parts.numbers[is_day_first ? 1 : 0];
        day = parts.numbers[is_day_first ? 0 : 1];
    }
    if (year == 0) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return std::nullopt;
    return Date(date);
}

/// "", " 8:26", "T08:26:00".
std::optional<std::chrono::seconds> clock_of(std::string_view text) {
    if (text.empty()) return std::chrono::seconds(0);
    if (!take(text, ' ') && !take(text, 'T')) return std::nullopt;
    const auto hour = take_digits(text, 2);
    if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
    std::array<int, 2> rest{};  // Minutes and seconds.
    for (std::size_t i = 0; i < rest.size(); ++i) {
        if (i == 1 && text.empty()) break;
        if (i == 1 && !take(text, ':')) return std::nullopt;
        const std::size_t size_before = text.size();
        const auto number = take_digits(text, 2);
        if (!number || *number > 59 || size_before - text.size() != 2) return std::nullopt;
        rest[i] = *number;
    }
    if (!text.empty()) return std::nullopt;
    return std::chrono::hours(*hour) + std::chrono::minutes(rest[0]) +
           std::chrono::seconds(rest[1]);
}

}  // namespace

std::string_view without_blanks(std::string_view cell) {
    while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t')) cell.remove_prefix(1);
    while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t')) cell.remove_suffix(1);
    return cell;
}

bool is_missing(std::string_view cell) {
    const auto text = without_blanks(cell);
    if (text.empty()) return true;
    if (text.size() > 4) return false;
    for (const std::string_view word : {"na", "n/a", "null", "nan", "none"})
        if (equals_ignoring_case(text, word)) return true;
    return false;
}

std::optional<double> parse_number(std::string_view cell, bool has_decimal_comma) {
    std::string_view text = without_blanks(cell);
    if (text.empty() || text.size() > kNumberBytesMax) return std::nullopt;
    if (text.front() == '+') {
        text.remove_prefix(1);
        if (text.empty() || text.front() == '-') return std::nullopt;
    }
    const char first = text.front() == '-' && text.size() > 1 ? text[1] : text.front();
    // from_chars would also read "inf" and "nan".
    if (!is_digit(first) && first != '.' && first != ',') return std::nullopt;
    std::array<char, kNumberBytesMax> copy{};
    const auto comma = has_decimal_comma ? text.find(',') : std::string_view::npos;
    if (comma != std::string_view::npos) {
        if (text.find('.') != std::string_view::npos) return std::nullopt;
        text.copy(copy.data(), text.size());
        copy[comma] = '.';
        text = {copy.data(), text.size()};
    }
    double value = 0;
    if (const auto number = short_number(text)) {
        value = *number;
    } else {
        const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    }
    if (!std::isfinite(value) || std::abs(value) > kNumberMax) return std::nullopt;
    return value;
}

std::string number_fault(std::string_view cell) {
    const auto text = without_blanks(cell);
    if (is_missing(text)) return "no number";
    const bool has_digit = text.find_first_of("0123456789") != std::string_view::npos;
    if (has_digit && text.find_first_not_of("0123456789.,' +-") == std::string_view::npos &&
        text.find_first_of(",' ") != std::string_view::npos)
        return "thousands separators and decimal commas are not read here; write 1234.56";
    if (parse_number(text.substr(0, text.find_first_of("eE")), false) &&
        text.find_first_not_of("0123456789.+-eE") == std::string_view::npos)
        return "the number is out of range (at most 1e12)";
    return "not a number";
}

DateEvidence date_evidence(std::string_view cell) {
    std::string_view text = without_blanks(cell);
    const auto parts = take_date_parts(text);
    if (!parts || parts->is_year_first || parts->separator != '/') return DateEvidence::kNone;
    const auto [first, second, year] = parts->numbers;
    if (first > 12 && second > 12) return DateEvidence::kNone;
    if (first > 12) return DateEvidence::kDayFirst;
    if (second > 12) return DateEvidence::kMonthFirst;
    return first == second ? DateEvidence::kNone : DateEvidence::kAmbiguous;
}

std::optional<Time> parse_cell_time(std::string_view cell, DateOrder order) {
    const std::string_view text = without_blanks(cell);
    if (const auto time = parse_time(text)) return time;
    std::string_view rest = text;
    const auto parts = take_date_parts(rest);
    if (!parts) return std::nullopt;
    const auto date = date_of(*parts, order);
    const auto clock = clock_of(rest);
    if (!date || !clock) return std::nullopt;
    return Time(*date) + *clock;
}

}  // namespace cpo::ingest
