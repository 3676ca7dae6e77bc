#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace cpo::http {

/// Decodes %XX (and "+" as a space when `plus_is_space`). Errors: kInvalidArgument for a broken
/// escape, bytes that are no UTF-8, and NUL.
Result<std::string> percent_decoded(std::string_view text, bool plus_is_space);

inline constexpr std::size_t kQueryPairsMax = 100;

/// The pairs of "a=1&b=2" in order, decoded; a name without "=" has an empty value.
/// Errors: kInvalidArgument as percent_decoded, and for more than kQueryPairsMax pairs.
Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query);

}  // namespace cpo::http
