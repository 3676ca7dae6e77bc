#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace cpo::claims {

/// Month number of an English name or its first three letters ("Sept" too); 0 when it is none.
unsigned month_of(std::string_view name);

/// Weekday of an English name or its first three letters.
std::optional<std::chrono::weekday> weekday_of(std::string_view name);

/// The day that exists, or nothing.
std::optional<Date> date_of(int year, unsigned month, unsigned day);

/// Day and month without a year: the first such day from 60 days before `as_of` on, because
/// messages speak of coming days and of days just past.
std::optional<Date> nearest_date(unsigned month, unsigned day, Date as_of);

/// First `day` on or after `from`.
Date next_weekday(std::chrono::weekday day, Date from);

/// "20/12/2011", "20.12.11", "20-12-2011": day first, except when only month first makes a day.
std::optional<Date> numeric_date(std::string_view text);

/// "20 December", "Friday 20th of December 2011", "December 20th, 2011", "Dec 20". `has_year` tells
/// whether a year was written.
std::optional<Date> worded_date(std::string_view text, Date as_of, bool& has_year);

/// "today", "tonight", "midnight", "tomorrow", "this weekend", "this week", "end of the month",
/// "Friday", "next Friday".
std::optional<Date> relative_date(std::string_view text, Date as_of);

}  // namespace cpo::claims
