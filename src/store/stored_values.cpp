#include "store/stored_values.h"

#include <fmt/format.h>

namespace cpo::store {
Error damaged(std::string what) {
    return {ErrorCode::kInternal, "What is stored cannot be read.", std::move(what)};
}

MilliTime time_in(const Row& row, std::string_view column) {
    return MilliTime(std::chrono::milliseconds(row.integer(column)));
}

std::optional<MilliTime> optional_time_in(const Row& row, std::string_view column) {
    if (row.is_null(column)) return std::nullopt;
    return time_in(row, column);
}

Result<Date> date_in(const Row& row, std::string_view column) {
    const auto date = parse_date(row.text(column));
    if (!date) return damaged(fmt::format("column {} holds no day", column));
    return *date;
}

Result<json::value> json_in(const Row& row, std::string_view column) {
    auto value = parse_json(row.text(column));
    if (!value) return damaged(fmt::format("column {} holds no JSON", column));
    return value;
}

Result<json::object> object_in(const Row& row, std::string_view column) {
    auto value = TRY(json_in(row, column));
    if (!value.is_object()) return damaged(fmt::format("column {} holds no JSON object", column));
    return std::move(value.get_object());
}

Result<json::array> array_in(const Row& row, std::string_view column) {
    auto value = TRY(json_in(row, column));
    if (!value.is_array()) return damaged(fmt::format("column {} holds no JSON array", column));
    return std::move(value.get_array());
}

Error not_found(std::string_view what) {
    return {ErrorCode::kNotFound, fmt::format("there is no such {}", what), {}};
}

Error changed_meanwhile(std::int64_t present, std::int64_t expected) {
    return {
        ErrorCode::kAborted,
        fmt::format("it was changed meanwhile: it is version {} now, not {}", present, expected),
        {}};
}

}  // namespace cpo::store
