#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json.h"
#include "base/time.h"
#include "store/database.h"

namespace cpo::store {

// How times, days, JSON and absent texts stand in columns.

inline std::int64_t milliseconds_of(MilliTime time) { return time.time_since_epoch().count(); }
/// `what` is for the log.
Error damaged(std::string what);
MilliTime time_in(const Row& row, std::string_view column);
std::optional<MilliTime> optional_time_in(const Row& row, std::string_view column);

/// Errors: kInternal when the column holds no day: we never write that.
Result<Date> date_in(const Row& row, std::string_view column);
/// Errors: kInternal when the column holds no JSON of that kind: we never write that.
Result<json::value> json_in(const Row& row, std::string_view column);
Result<json::object> object_in(const Row& row, std::string_view column);
Result<json::array> array_in(const Row& row, std::string_view column);

/// What `read` (value, pointer), a reader of model/, makes of a JSON column. Errors: kInternal.
template <typename Read>
auto read_in(const Row& row, std::string_view column, const Read& read)
    -> decltype(read(json::value(), std::string())) {
    const auto value = TRY(json_in(row, column));
    auto read_back = read(value, std::string(column));
    if (!read_back) return damaged(read_back.error().message);
    return read_back;
}

/// NULL for an empty text.
inline Value text_or_null(const std::string& text) {
    return text.empty() ? Value(nullptr) : Value(text);
}

Error not_found(std::string_view what);
/// "it was changed meanwhile: it is version 4 now, not 3".
Error changed_meanwhile(std::int64_t present, std::int64_t expected);

}  // namespace cpo::store
