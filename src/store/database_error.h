#pragma once

#include <string_view>

#include "base/error.h"

namespace cpo::store {

/// What a caller may read about a failure of this kind: the same on every engine.
const char* message_of_failure(ErrorCode code);

/// The first line of a statement, short enough for a log line.
std::string_view start_of(std::string_view sql);

}  // namespace cpo::store
