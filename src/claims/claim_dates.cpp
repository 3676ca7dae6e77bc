#include "claims/claim_dates.h"

#include <array>
#include <charconv>
#include <vector>

#include "claims/claim_values.h"

namespace cpo::claims {
namespace {

using std::chrono::days;

constexpr std::array<std::string_view, 12> kMonths{"january",
                                                   "february",
                                                   "march",
                                                   "april",
                                                   "may",
                                                   "june",
                                                   "july",
                                                   "august",
                                                   "september",
                                                   "october",
                                                   "november",
                                                   "december"};
constexpr std::array<std::string_view, 7> kWeekdays{
    "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};

/// Position of the word that starts with the first three letters of `name` and with all of it.
template <typename Names>
int position_of(std::string_view name, const Names& names) {
    const std::string lower = lower_ascii(name);
    if (lower.size() < 3) return -1;
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i].starts_with(lower) || (lower == "sept" && names[i] == "september") ||
            (lower == "tues" && names[i] == "tuesday") ||
            (lower == "thurs" && names[i] == "thursday"))
            return static_cast<int>(i);
    return -1;
}

int leading_number(std::string_view text) {
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::vector<std::string_view> parts_of(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(separators), text.size());
        if (end > 0) parts.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

}  // namespace

unsigned month_of(std::string_view name) {
    return static_cast<unsigned>(position_of(name, kMonths) + 1);
}

std::optional<std::chrono::weekday> weekday_of(std::string_view name) {
    const int position = position_of(name, kWeekdays);
    if (position < 0) return std::nullopt;
    return std::chrono::weekday(static_cast<unsigned>(position));
}

std::optional<Date> date_of(int year, unsigned month, unsigned day) {
    const std::chrono::year_month_day date{
        std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (!date.ok() || year < 1 || year > 9999) return std::nullopt;
    return Date(date);
}

std::optional<Date> nearest_date(unsigned month, unsigned day, Date as_of) {
    const Date earliest = as_of - days(60);
    const int year = static_cast<int>(std::chrono::year_month_day(earliest).year());
    for (int i = 0; i <= 4; ++i) {  // 29 February may be four years away.
        const auto date = date_of(year + i, month, day);
        if (date && *date >= earliest) return date;
    }
    return std::nullopt;
}

Date next_weekday(std::chrono::weekday day, Date from) {
    return from + (day - std::chrono::weekday(from));
}

std::optional<Date> numeric_date(std::string_view text) {
    const auto parts = parts_of(text, "/.-");
    if (parts.size() != 3) return std::nullopt;
    const auto first = static_cast<unsigned>(leading_number(parts[0]));
    const auto second = static_cast<unsigned>(leading_number(parts[1]));
    int year = leading_number(parts[2]);
    if (year < 100) year += 2000;
    const auto date = date_of(year, second, first);
    return date ? date : date_of(year, first, second);
}

std::optional<Date> worded_date(std::string_view text, Date as_of, bool& has_year) {
    unsigned month = 0;
    unsigned day = 0;
    int year = 0;
    for (const std::string_view part : parts_of(text, " ,.\t\n")) {
        const int number = leading_number(part);
        if (number >= 1000)
            year = number;
        else if (number > 0)
            day = static_cast<unsigned>(number);
        else if (month == 0 && !weekday_of(part))
            month = month_of(part);
    }
    has_year = year != 0;
    if (month == 0 || day == 0) return std::nullopt;
    return has_year ? date_of(year, month, day) : nearest_date(month, day, as_of);
}

std::optional<Date> relative_date(std::string_view text, Date as_of) {
    const std::string lower = lower_ascii(text);
    if (lower == "today" || lower == "tonight" || lower == "midnight") return as_of;
    if (lower == "tomorrow") return as_of + days(1);
    if (lower.starts_with("this week")) return next_weekday(std::chrono::Sunday, as_of);
    if (lower.find("month") != std::string::npos) {
        const std::chrono::year_month_day date(as_of);
        return Date(date.year() / date.month() / std::chrono::last);
    }
    const auto parts = parts_of(lower, " ");
    if (parts.empty()) return std::nullopt;
    const auto weekday = weekday_of(parts.back());
    if (!weekday) return std::nullopt;
    return next_weekday(*weekday, parts.front() == "next" ? as_of + days(1) : as_of);
}

}  // namespace cpo::claims
