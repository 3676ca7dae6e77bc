#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json.h"

namespace cpo {

/// A field that may be absent: null then.
inline json::value or_null(const std::optional<MilliTime>& time) {
    return time ? json::value(format_time(*time)) : json::value(nullptr);
}
/// Null for an empty text.
inline json::value or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

}  // namespace cpo
