#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/json.h"
#include "base/result.h"

namespace cpo::generation::liquid {

/// Where one `for` stands; what a template sees as `forloop`.
struct LoopState {
    std::size_t position = 0;  ///< 0-based.
    std::size_t length = 0;
};

struct Value;
/// The literals `empty` and `blank`, which only mean something beside == and !=.
struct Empty {};
struct Blank {};
/// An array made by a filter.
struct List {
    const Value* items = nullptr;
    std::size_t count = 0;
};

/// What a template computes with. Borrows: text and arrays belong to the template, to the variables
/// or to the memory of the rendering.
struct Value {
    std::variant<std::monostate,  // nil
                 bool,
                 std::int64_t,
                 double,
                 std::string_view,
                 const json::array*,
                 const json::object*,
                 List,
                 const LoopState*,
                 Empty,
                 Blank>
        data;

    template <typename T>
    const T* as() const {
        return std::get_if<T>(&data);
    }
    bool is_nil() const { return data.index() == 0; }
    bool is_array() const { return as<const json::array*>() != nullptr || as<List>() != nullptr; }
    /// Everything but nil and false is true.
    bool is_true() const { return !is_nil() && (as<bool>() == nullptr || *as<bool>()); }
};

Value value_of(const json::value& value);

/// Number of elements; 0 when it is no array.
std::size_t length_of(const Value& array);
/// REQUIRES: is_array(), index < length_of(array).
Value element_of(const Value& array, std::size_t index);

/// "text", "a number", "nil", ...: for error messages.
const char* kind_of(const Value& value);

/// `==` as liquidjs has it: no conversion between kinds, arrays element by element, objects by
/// identity, `empty` and `blank` as predicates.
bool are_equal(const Value& left, const Value& right);

/// Prints nil as nothing, numbers as ECMAScript does, arrays without separator. False when the
/// value has no text (an object, `forloop`).
bool append_text(std::string& out, const Value& value);

/// A double as ECMAScript's Number::toString prints it (ECMA-262, 6.1.6.1.20).
void append_number(std::string& out, double number);

/// Without ECMAScript white space (ECMA-262, 12.2 and 12.3) at both ends.
std::string_view trim_white_space(std::string_view text);

}  // namespace cpo::generation::liquid
