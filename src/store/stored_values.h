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

/// What a reader made of something stored. Errors: kInternal where the reader refuses it.
template <typename T>
Result<T> or_damaged(Result<T> read_back) {
    if (!read_back) return damaged(read_back.error().message);
    return read_back;
}

/// What `read` (value, pointer), a reader of model/, makes of a JSON column. Errors: kInternal.
template <typename Read>
auto read_in(const Row& row, std::string_view column, const Read& read)
    -> decltype(read(json::value(), std::string())) {
    const auto value = TRY(json_in(row, column));
    return or_damaged(read(value, std::string(column)));
}

/// NULL for an empty text.
inline Value text_or_null(const std::string& text) {
    return text.empty() ? Value(nullptr) : Value(text);
}
inline Value time_or_null(const std::optional<MilliTime>& time) {
    return time ? Value(milliseconds_of(*time)) : Value(nullptr);
}
inline Value date_or_null(const std::optional<Date>& date) {
    return date ? Value(format_date(*date)) : Value(nullptr);
}

Error not_found(std::string_view what);
/// "it was changed meanwhile: it is version 4 now, not 3".
Error changed_meanwhile(std::int64_t present, std::int64_t expected);

}  // namespace cpo::store
