#pragma once

#include <re2/re2.h>

#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace cpo::http {

enum class Format { kNone, kDate, kDateTime, kUuid, kEmail, kUri, kInt32, kInt64 };

/// A known name; annotations ("binary", "password", "double", ...) give kNone, others nothing.
std::optional<Format> parse_format(std::string_view name);
/// Strings only; the integer formats are ranges.
bool matches_format(Format format, std::string_view text);
/// "a date such as 2026-01-31".
const char* description_of(Format format);

namespace schema_detail {

/// JSON types as bits; an integer is a number too.
enum Type : unsigned {
    kNull = 1,
    kBoolean = 2,
    kObject = 4,
    kArray = 8,
    kNumber = 16,
    kString = 32,
    kInteger = 64,
};

struct Bound {
    double value = 0;
    bool is_exclusive = false;
};

inline constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

/// One compiled schema. References are pointers into the arena, so cycles are fine.
struct Node {
    unsigned types = 0;               ///< 0 = any.
    std::vector<json::value> values;  ///< enum, or the one of const; empty = any.

    std::optional<Bound> minimum;
    std::optional<Bound> maximum;

    std::size_t length_min = 0;
    std::size_t length_max = kNoLimit;
    std::unique_ptr<RE2> pattern;
    Format format = Format::kNone;

    std::vector<std::pair<std::string, const Node*>> properties;  ///< Sorted by name.
    std::vector<std::string> required;
    const Node* additional = nullptr;  ///< Null = any value.
    bool is_closed = false;            ///< additionalProperties: false.
    std::size_t properties_min = 0;
    std::size_t properties_max = kNoLimit;

    const Node* items = nullptr;
    std::size_t items_min = 0;
    std::size_t items_max = kNoLimit;
    bool is_unique = false;

    std::vector<const Node*> all_of;
    std::vector<const Node*> any_of;
    std::vector<const Node*> one_of;
    bool is_never = false;  ///< The schema `false`.
};

struct Arena {
    std::deque<Node> nodes;
};

}  // namespace schema_detail
}  // namespace cpo::http
