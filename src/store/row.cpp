#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "store/database.h"

namespace cpo::store {
namespace {

[[noreturn]] void stop(std::string_view column, std::string_view reason) {
    fmt::print(stderr, "store: column {}: {}\n", column, reason);
    std::abort();
}

template <typename T>
const T& get(const Value& value, std::string_view column, std::string_view type) {
    if (const T* held = std::get_if<T>(&value)) return *held;
    stop(column, fmt::format("is no {} (variant index {})", type, value.index()));
}

}  // namespace

const Value& Row::at(std::string_view column) const {
    const auto found = std::find(columns_->begin(), columns_->end(), column);
    if (found == columns_->end()) stop(column, "is not in the answer");
    return values_[static_cast<std::size_t>(found - columns_->begin())];
}

const std::string& Row::text(std::string_view column) const {
    return get<std::string>(at(column), column, "text");
}

std::int64_t Row::integer(std::string_view column) const {
    return get<std::int64_t>(at(column), column, "integer");
}

double Row::number(std::string_view column) const {
    const Value& value = at(column);
    // A sum of whole numbers is whole on one engine and not on the other.
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
    return get<double>(value, column, "number");
}

const std::string& Row::bytes(std::string_view column) const {
    return get<Bytes>(at(column), column, "bytes").value;
}

bool Row::is_null(std::string_view column) const {
    return std::holds_alternative<std::nullptr_t>(at(column));
}

std::string Row::text_or_empty(std::string_view column) const {
    return is_null(column) ? std::string() : text(column);
}

std::optional<std::int64_t> Row::optional_integer(std::string_view column) const {
    if (is_null(column)) return std::nullopt;
    return integer(column);
}

}  // namespace cpo::store
