#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "model/document.h"

namespace cpo::ingest {

// Values as people write them in content files. All are pure and thread-safe; nullopt = not one.

/// "2011-12-20", or relative to `as_of`: "today", "+14d", "-3d" (up to 36,500 days either way).
std::optional<Date> parse_content_date(std::string_view text, Date as_of);

/// "£10", "£12.50", "€1,000", "$5", "10 GBP", "CHF 15": never negative, at most 10^12 cents.
std::optional<Money> parse_money(std::string_view text);

/// "15", "15%", "12.5 %" with 0 < percent <= 100.
std::optional<double> parse_percent(std::string_view text);

/// A BCP 47 tag in lower case ("en", "pt-br"): letters and digits in parts of 1 to 8, the first 2
/// or 3 letters.
std::optional<std::string> parse_language(std::string_view text);

/// True for a name such as return_days: lower-case letters, digits and _, a letter first.
bool is_snake_case(std::string_view text);

/// Without white space at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace cpo::ingest
