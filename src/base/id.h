#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"

namespace cpo {

/// A new identifier: UUID version 7 (RFC 9562) in lower case, so that later ids sort after earlier
/// ones to the millisecond and, within one process, always. The random bits come from the system.
/// Thread-safe.
std::string new_id(MilliTime now);

/// True for the 36 characters of a UUID in lower case.
bool is_id(std::string_view text);

}  // namespace cpo
