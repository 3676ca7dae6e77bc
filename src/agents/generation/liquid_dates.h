#pragma once

#include <span>
#include <string_view>

#include "agents/generation/liquid_filters.h"

namespace cpo::generation::liquid {

/// Checks a format of the `date` filter (docs/templates.md lists the directives).
/// Errors: kInvalidArgument naming the directive, without a place.
Result<void> check_date_format(std::string_view format);

/// The `date` filter: ISO 8601 text or seconds since 1970, in UTC, with English names. nil stays
/// nil; a relative word such as "now" is an error, because a template has no clock.
Result<Value> format_date_filter(const Value& input,
                                 std::span<const Value> arguments,
                                 Memory& memory);

}  // namespace cpo::generation::liquid
