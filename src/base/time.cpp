#include "base/time.h"

#include <fmt/format.h>

namespace cpo {
namespace {

/// Reads exactly `digits` decimal digits from the front of `text` and removes them.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return std::nullopt;
    int value = 0;
    for (const char c : text.substr(0, digits)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, char expected) {
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<Date> take_date(std::string_view& text) {
    const auto year = take_number(text, 4);
    if (!year || *year == 0 || !take(text, '-')) return std::nullopt;
    const auto month = take_number(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    const auto day = take_number(text, 2);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return Date(date);
}

void skip_fraction(std::string_view& text) {
    if (text.empty() || (text.front() != '.' && text.front() != ',')) return;
    std::size_t length = 1;
    while (length < text.size() && text[length] >= '0' && text[length] <= '9') ++length;
    if (length > 1) text.remove_prefix(length);
}

/// Offset of the zone at the front of `text`; nullopt when it is malformed.
std::optional<std::chrono::minutes> take_zone(std::string_view& text) {
    if (text.empty() || take(text, 'Z')) return std::chrono::minutes(0);
    const char sign = text.front();
    if (sign != '+' && sign != '-') return std::nullopt;
    text.remove_prefix(1);
    const auto hours = take_number(text, 2);
    take(text, ':');
    const auto minutes = take_number(text, 2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    const std::chrono::minutes offset(*hours * 60 + *minutes);
    return sign == '+' ? offset : -offset;
}

}  // namespace

std::string format_date(Date date) {
    const std::chrono::year_month_day day(date);
    return fmt::format("{:04}-{:02}-{:02}",
                       static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()),
                       static_cast<unsigned>(day.day()));
}

std::string format_time(Time time) {
    const auto date = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::hh_mm_ss clock(time - date);
    return fmt::format("{}T{:02}:{:02}:{:02}Z",
                       format_date(date),
                       clock.hours().count(),
                       clock.minutes().count(),
                       clock.seconds().count());
}

std::optional<Date> parse_date(std::string_view text) {
    const auto date = take_date(text);
    return text.empty() ? date : std::nullopt;
}

std::optional<Time> parse_time(std::string_view text) {
    const auto date = take_date(text);
    if (!date) return std::nullopt;
    if (text.empty()) return Time(*date);
    if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
    const auto hour = take_number(text, 2);
    if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    int second = 0;
    if (take(text, ':')) {
        const auto seconds = take_number(text, 2);
        if (!seconds || *seconds > 59) return std::nullopt;
        second = *seconds;
        skip_fraction(text);
    }
    const auto zone = take_zone(text);
    if (!zone || !text.empty()) return std::nullopt;
    const Time time = Time(*date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
                      std::chrono::seconds(second) - *zone;
    // A zone may lead out of the years that can be written.
    const auto year =
        std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(time)).year();
    if (year < std::chrono::year(1) || year > std::chrono::year(9999)) return std::nullopt;
    return time;
}

}  // namespace cpo
