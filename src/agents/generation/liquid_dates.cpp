#include "agents/generation/liquid_dates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "base/month_names.h"
#include "base/time.h"

namespace cpo::generation::liquid {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays{
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

/// A moment taken apart into what a calendar shows.
struct Calendar {
    int year = 0, month = 0, day = 0, weekday = 0, day_of_year = 0;
    int hour = 0, minute = 0, second = 0;
    std::int64_t epoch_seconds = 0;
};

Calendar calendar_of(Time time) {
    const auto date = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day ymd(date);
    const std::chrono::hh_mm_ss clock(time - date);
    Calendar calendar;
    calendar.year = static_cast<int>(ymd.year());
    calendar.month = static_cast<int>(static_cast<unsigned>(ymd.month()));
    calendar.day = static_cast<int>(static_cast<unsigned>(ymd.day()));
    calendar.weekday = static_cast<int>(std::chrono::weekday(date).c_encoding());
    const Date new_year(ymd.year() / std::chrono::January / 1);
    calendar.day_of_year = static_cast<int>((date - new_year).count()) + 1;
    calendar.hour = static_cast<int>(clock.hours().count());
    calendar.minute = static_cast<int>(clock.minutes().count());
    calendar.second = static_cast<int>(clock.seconds().count());
    calendar.epoch_seconds = time.time_since_epoch().count();
    return calendar;
}

/// Text of one directive, and how it is padded.
struct Field {
    std::string text;
    std::size_t width = 0;
    char padding = '0';
};

Field number_field(std::int64_t number, std::size_t width, char padding = '0') {
    return {std::to_string(number), width, padding};
}

/// Nothing when there is no such directive. One line per directive of strftime.
std::optional<Field> field_of(char directive, const Calendar& c) {
    const auto month = english_month(static_cast<unsigned>(c.month));
    const auto weekday = kWeekdays[static_cast<std::size_t>(c.weekday)];
    const int hour12 = c.hour % 12 == 0 ? 12 : c.hour % 12;
    switch (directive) {
        case 'a':
            return Field{std::string(weekday.substr(0, 3)), 0, ' '};
        case 'A':
            return Field{std::string(weekday), 0, ' '};
        case 'b':
        case 'h':
            return Field{std::string(month.substr(0, 3)), 0, ' '};
        case 'B':
            return Field{std::string(month), 0, ' '};
        case 'd':
            return number_field(c.day, 2);
        case 'e':
            return number_field(c.day, 2, ' ');
        case 'H':
            return number_field(c.hour, 2);
        case 'I':
            return number_field(hour12, 2);
        case 'j':
            return number_field(c.day_of_year, 3);
        case 'k':
            return number_field(c.hour, 2, ' ');
        case 'l':
            return number_field(hour12, 2, ' ');
        case 'm':
            return number_field(c.month, 2);
        case 'M':
            return number_field(c.minute, 2);
        case 'p':
            return Field{c.hour < 12 ? "AM" : "PM", 0, ' '};
        case 'P':
            return Field{c.hour < 12 ? "am" : "pm", 0, ' '};
        case 's':
            return number_field(c.epoch_seconds, 0);
        case 'S':
            return number_field(c.second, 2);
        case 'u':
            return number_field(c.weekday == 0 ? 7 : c.weekday, 0);
        case 'w':
            return number_field(c.weekday, 0);
        case 'y':
            return number_field(c.year % 100, 2);
        case 'Y':
            return number_field(c.year, 4);
        case 'z':
            return Field{"+0000", 0, '0'};
        case '%':
            return Field{"%", 0, ' '};
        default:
            return std::nullopt;
    }
}

constexpr std::string_view kFlags = "-_0^";

void append_field(std::string& out, Field field, std::string_view flags) {
    for (const char flag : flags) {
        if (flag == '-') field.width = 0;
        if (flag == '_') field.padding = ' ';
        if (flag == '0') field.padding = '0';
        if (flag == '^')
            for (char& c : field.text)
                if (c >= 'a' && c <= 'z') c = static_cast<char>(c ^ 0x20);
    }
    if (field.text.size() < field.width) out.append(field.width - field.text.size(), field.padding);
    out += field.text;
}

Result<std::string> format_calendar(const Calendar& calendar, std::string_view format) {
    std::string out;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%') {
            out += format[i];
            continue;
        }
        const std::size_t begin = i++;
        while (i < format.size() && kFlags.find(format[i]) != std::string_view::npos) ++i;
        const auto flags = format.substr(begin + 1, i - begin - 1);
        auto field = i < format.size() ? field_of(format[i], calendar) : std::nullopt;
        if (!field)
            return invalid_argument(fmt::format("unknown directive '{}' in the date format",
                                                format.substr(begin, i - begin + 1)));
        append_field(out, *std::move(field), flags);
    }
    return out;
}

Result<Time> time_of(const Value& value) {
    // Years 1 to 9999, as base/time.h reads them.
    constexpr std::int64_t kSecondsMin = -62'135'596'800;
    constexpr std::int64_t kSecondsMax = 253'402'300'799;
    if (const auto* integer = value.as<std::int64_t>()) {
        if (*integer < kSecondsMin || *integer > kSecondsMax)
            return invalid_argument("the date lies outside the years 1 to 9999");
        return Time(std::chrono::seconds(*integer));
    }
    const auto* text = value.as<std::string_view>();
    if (text == nullptr)
        return invalid_argument(fmt::format("needs a date, not {}", kind_of(value)));
    const auto time = parse_time(*text);
    if (!time) return invalid_argument("needs a date such as 2011-12-09 or 2011-12-09T12:50:00Z");
    return *time;
}

}  // namespace

Result<void> check_date_format(std::string_view format) {
    const auto formatted = format_calendar(calendar_of(Time{}), format);
    if (!formatted) return formatted.error();
    return {};
}

Result<Value> format_date_filter(const Value& input,
                                 std::span<const Value> arguments,
                                 Memory& memory) {
    if (input.is_nil()) return input;
    const auto* format = arguments[0].as<std::string_view>();
    if (format == nullptr) return invalid_argument("needs a format such as \"%d %B %Y\"");
    TRY(memory.charge(format->size()));
    const auto time = TRY(time_of(input));
    return memory.keep(TRY(format_calendar(calendar_of(time), *format)));
}

}  // namespace cpo::generation::liquid
