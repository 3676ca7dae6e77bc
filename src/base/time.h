#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace cpo {

/// A moment in UTC with whole seconds, and a calendar day. All times inside the product are UTC.
using Time = std::chrono::sys_seconds;
using Date = std::chrono::sys_days;

/// "2011-12-09T12:50:00Z".
std::string format_time(Time time);
/// "2011-12-09".
std::string format_date(Date date);
/// Strict YYYY-MM-DD of a day that exists, year 1 ... 9999.
std::optional<Date> parse_date(std::string_view text);
/// ISO 8601: YYYY-MM-DD, then optionally T or a space, HH:MM[:SS[.fff]] and Z or ±HH:MM. UTC
/// without a zone. In UTC as well the year is 1 ... 9999, so that format_time() can be read again.
std::optional<Time> parse_time(std::string_view text);

}  // namespace cpo
