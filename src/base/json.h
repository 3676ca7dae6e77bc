#pragma once

#include <boost/json.hpp>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cpo {

namespace json = boost::json;

/// Parses one JSON text (UTF-8, depth <= 64). Errors: kInvalidArgument naming line and column.
Result<json::value> parse_json(std::string_view text);

/// Compact JSON with keys in insertion order and the shortest decimal that reads back to the same
/// double. Numbers without a finite value become null.
std::string write_json(const json::value& value);

/// The same with two-space indentation and a final newline, for files people open.
std::string write_json_pretty(const json::value& value);

/// Reads the fields of one JSON object with errors that carry the JSON pointer of the field.
/// Holds references: `value` must outlive it.
class JsonReader {
public:
    /// Errors: kInvalidArgument when `value` is not an object.
    static Result<JsonReader> of(const json::value& value, std::string pointer = "");

    Result<std::string> string(std::string_view key) const;
    Result<double> number(std::string_view key) const;
    Result<std::int64_t> integer(std::string_view key) const;
    Result<bool> boolean(std::string_view key) const;
    Result<const json::array*> array(std::string_view key) const;
    Result<JsonReader> object(std::string_view key) const;

    /// Missing or null gives the default; a wrong type is still an error.
    Result<std::string> string_or(std::string_view key, std::string fallback) const;
    Result<double> number_or(std::string_view key, double fallback) const;
    Result<std::int64_t> integer_or(std::string_view key, std::int64_t fallback) const;
    Result<bool> boolean_or(std::string_view key, bool fallback) const;
    /// Array of strings; missing gives an empty one.
    Result<std::vector<std::string>> strings_or_empty(std::string_view key) const;
    /// Array of numbers; missing gives an empty one.
    Result<std::vector<double>> numbers_or_empty(std::string_view key) const;

    bool has(std::string_view key) const;
    /// Errors: kInvalidArgument naming the first key that is not in `known`.
    Result<void> only(std::initializer_list<std::string_view> known) const;
    std::string pointer_of(std::string_view key) const;
    const json::object& raw() const { return *object_; }

private:
    JsonReader(const json::object& object, std::string pointer)
        : object_(&object), pointer_(std::move(pointer)) {}
    Result<const json::value*> find(std::string_view key) const;
    Error wrong_type(std::string_view key, std::string_view expected) const;

    const json::object* object_;
    std::string pointer_;
};

}  // namespace cpo
