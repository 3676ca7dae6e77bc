#pragma once

#include <fmt/format.h>

#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace cpo {

/// A field that holds the name of an enumerator, by its parse function.
template <typename Parse>
auto read_name(const JsonReader& reader, std::string_view key, const Parse& parse)
    -> Result<typename decltype(parse(std::string_view()))::value_type> {
    const std::string name = TRY(reader.string(key));
    const auto value = parse(name);
    if (!value)
        return invalid_argument(
            fmt::format("{}: \"{}\" is not known", reader.pointer_of(key), name));
    return *value;
}

/// A field that holds a whole number of type Number, 0 or more.
template <typename Number>
Result<Number> read_count(const JsonReader& reader, std::string_view key) {
    const std::int64_t value = TRY(reader.integer(key));
    if (!std::in_range<Number>(value) || value < 0)
        return invalid_argument(fmt::format("{}: out of range", reader.pointer_of(key)));
    return static_cast<Number>(value);
}

/// A field that holds 64 bits without sign, such as a seed.
inline Result<std::uint64_t> read_seed(const JsonReader& reader, std::string_view key) {
    const auto* value = reader.raw().if_contains(json::string_view(key.data(), key.size()));
    json::error_code failure;
    const auto number =
        value != nullptr && value->is_number() ? value->to_number<std::uint64_t>(failure) : 0;
    if (value == nullptr || !value->is_number() || failure)
        return invalid_argument(fmt::format("{}: expected a whole number from 0 to {}",
                                            reader.pointer_of(key),
                                            std::numeric_limits<std::uint64_t>::max()));
    return number;
}

/// A field that holds an array whose elements `read` (value, pointer) understands.
template <typename Read>
auto read_array(const JsonReader& reader, std::string_view key, const Read& read)
    -> Result<std::vector<std::decay_t<decltype(*read(json::value(), std::string()))>>> {
    const auto* values = TRY(reader.array(key));
    std::vector<std::decay_t<decltype(*read(json::value(), std::string()))>> elements;
    elements.reserve(values->size());
    for (std::size_t i = 0; i < values->size(); ++i)
        elements.push_back(
            TRY(read((*values)[i], fmt::format("{}/{}", reader.pointer_of(key), i))));
    return elements;
}

}  // namespace cpo
