#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace cpo::ingest {

// Values as they stand in the cells of a CSV. All are pure and thread-safe.

/// True for what stands where a value is missing: nothing, "NA", "N/A", "NULL", "NaN", "None", in
/// any case, with spaces around.
bool is_missing(std::string_view cell);

/// Without spaces and tabs at both ends.
std::string_view without_blanks(std::string_view cell);

/// A finite number with an absolute value up to 1e12: "12", "+3", "-2.55", "1e3", spaces around.
/// "2,55" only when `has_decimal_comma`. Never "1,234.56", "12 EUR", "inf", "0x1F".
std::optional<double> parse_number(std::string_view cell, bool has_decimal_comma);
/// Why `cell` is no number, for people: "thousands separators are not read; write 1234.56".
std::string number_fault(std::string_view cell);

/// How the two first numbers of 3/4/2011 are read.
enum class DateOrder { kDayFirst, kMonthFirst };

/// What a time cell says about the date order of its file.
enum class DateEvidence {
    kNone,       ///< Not of the form 3/4/2011, so it does not matter.
    kAmbiguous,  ///< Both numbers are at most 12, and not the same.
    kDayFirst,   ///< The first is above 12.
    kMonthFirst  ///< The second is above 12.
};
DateEvidence date_evidence(std::string_view cell);

/// ISO 8601 as base/time.h reads it, the same with / or . between year, month and day, 31.12.2011
/// (always day first) and 31/12/2011 or 12/31/2011 by `order`; then optionally a space or T and
/// H:MM or H:MM:SS. Days and months with one or two digits, years with four.
std::optional<Time> parse_cell_time(std::string_view cell, DateOrder order);

}  // namespace cpo::ingest
