#include "agents/generation/liquid_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/overloaded.h"

namespace cpo::generation::liquid {
namespace {

constexpr int kArrayDepthMax = 64;  // As deep as base/json.h reads.

/// In UTF-8; by bytes, so that even broken text is safe.
constexpr std::array<std::string_view, 25> kWhiteSpace{
    " ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\u00A0", "\u1680", "\u2000",
    "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009",
    "\u200A", "\u2028", "\u2029", "\u202F", "\u205F", "\u3000", "\uFEFF"};

bool is_empty(const Value& value) {
    if (const auto* text = value.as<std::string_view>()) return text->empty();
    if (const auto* object = value.as<const json::object*>()) return (*object)->empty();
    return value.is_array() && length_of(value) == 0;
}

bool is_blank(const Value& value) {
    if (value.is_nil()) return true;
    if (const auto* boolean = value.as<bool>()) return !*boolean;
    if (const auto* text = value.as<std::string_view>()) return trim_white_space(*text).empty();
    return is_empty(value);
}

bool is_number(const Value& value) {
    return value.as<std::int64_t>() != nullptr || value.as<double>() != nullptr;
}

double number_of(const Value& value) {
    if (const auto* integer = value.as<std::int64_t>()) return static_cast<double>(*integer);
    return *value.as<double>();
}

bool are_equal_at(const Value& left, const Value& right, int depth);

bool are_equal_arrays(const Value& left, const Value& right, int depth) {
    const std::size_t length = length_of(left);
    if (length != length_of(right) || depth >= kArrayDepthMax) return false;
    for (std::size_t i = 0; i < length; ++i)
        if (!are_equal_at(element_of(left, i), element_of(right, i), depth + 1)) return false;
    return true;
}

bool are_equal_at(const Value& left, const Value& right, int depth) {
    if (left.as<Empty>() != nullptr) return is_empty(right);
    if (left.as<Blank>() != nullptr) return is_blank(right);
    if (right.as<Empty>() != nullptr) return is_empty(left);
    if (right.as<Blank>() != nullptr) return is_blank(left);
    if (is_number(left) && is_number(right)) {
        const auto* a = left.as<std::int64_t>();
        const auto* b = right.as<std::int64_t>();
        return a != nullptr && b != nullptr ? *a == *b : number_of(left) == number_of(right);
    }
    if (left.is_array() && right.is_array()) return are_equal_arrays(left, right, depth);
    if (left.data.index() != right.data.index()) return false;
    if (left.is_nil()) return true;
    if (const auto* boolean = left.as<bool>()) return *boolean == *right.as<bool>();
    if (const auto* text = left.as<std::string_view>())
        return *text == *right.as<std::string_view>();
    if (const auto* object = left.as<const json::object*>())
        return *object == *right.as<const json::object*>();
    return false;
}

bool append_text_at(std::string& out, const Value& value, int depth) {
    if (value.is_array()) {
        if (depth >= kArrayDepthMax) return false;
        for (std::size_t i = 0; i < length_of(value); ++i)
            if (!append_text_at(out, element_of(value, i), depth + 1)) return false;
        return true;
    }
    if (const auto* text = value.as<std::string_view>()) {
        out += *text;
    } else if (const auto* integer = value.as<std::int64_t>()) {
        std::array<char, 24> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *integer).ptr;
        out.append(digits.data(), end);
    } else if (const auto* number = value.as<double>()) {
        append_number(out, *number);
    } else if (const auto* boolean = value.as<bool>()) {
        out += *boolean ? "true" : "false";
    } else {
        return value.as<const json::object*>() == nullptr &&
               value.as<const LoopState*>() == nullptr;
    }
    return true;
}

}  // namespace

Value value_of(const json::value& value) {
    switch (value.kind()) {
        case json::kind::null:
            return {};
        case json::kind::bool_:
            return {value.get_bool()};
        case json::kind::int64:
            return {value.get_int64()};
        case json::kind::uint64:
            return {static_cast<double>(value.get_uint64())};
        case json::kind::double_:
            return {value.get_double()};
        case json::kind::string:
            return {std::string_view(value.get_string().data(), value.get_string().size())};
        case json::kind::array:
            return {&value.get_array()};
        case json::kind::object:
            return {&value.get_object()};
    }
    return {};
}

std::size_t length_of(const Value& array) {
    if (const auto* list = array.as<List>()) return list->count;
    if (const auto* items = array.as<const json::array*>()) return (*items)->size();
    return 0;
}

Value element_of(const Value& array, std::size_t index) {
    if (const auto* list = array.as<List>()) return list->items[index];
    return value_of((**array.as<const json::array*>())[index]);
}

const char* kind_of(const Value& value) {
    return std::visit(Overloaded{[](std::monostate) { return "nil"; },
                                 [](bool) { return "true or false"; },
                                 [](std::int64_t) { return "a number"; },
                                 [](double) { return "a number"; },
                                 [](std::string_view) { return "text"; },
                                 [](const json::array*) { return "an array"; },
                                 [](const json::object*) { return "an object"; },
                                 [](List) { return "an array"; },
                                 [](const LoopState*) { return "forloop"; },
                                 [](Empty) { return "empty"; },
                                 [](Blank) { return "blank"; }},
                      value.data);
}

bool are_equal(const Value& left, const Value& right) { return are_equal_at(left, right, 0); }

bool append_text(std::string& out, const Value& value) { return append_text_at(out, value, 0); }

void append_number(std::string& out, double number) {
    if (number == 0) {
        out += '0';
        return;
    }
    std::array<char, 40> buffer{};
    const auto end = std::to_chars(buffer.data(),
                                   buffer.data() + buffer.size(),
                                   std::fabs(number),
                                   std::chars_format::scientific)
                         .ptr;
    const std::string_view scientific(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    const std::size_t e = scientific.find('e');
    std::string digits(1, scientific[0]);
    if (e > 2) digits += scientific.substr(2, e - 2);
    int exponent = 0;
    const char* first = scientific.data() + e + 1 + (scientific[e + 1] == '+' ? 1 : 0);
    std::from_chars(first, end, exponent);
    const int count = static_cast<int>(digits.size());
    const int point = exponent + 1;  // Called n in the specification; count is k.
    if (number < 0) out += '-';
    if (count <= point && point <= 21) {
        out += digits;
        out.append(static_cast<std::size_t>(point - count), '0');
    } else if (0 < point && point <= 21) {
        out.append(digits, 0, static_cast<std::size_t>(point));
        out += '.';
        out.append(digits, static_cast<std::size_t>(point));
    } else if (-6 < point && point <= 0) {
        out += "0.";
        out.append(static_cast<std::size_t>(-point), '0');
        out += digits;
    } else {
        out += digits[0];
        if (count > 1) out.append(".").append(digits, 1);
        out += exponent < 0 ? "e-" : "e+";
        out += std::to_string(std::abs(exponent));
    }
}

std::string_view trim_white_space(std::string_view text) {
    const auto starts = [&](std::string_view space) { return text.starts_with(space); };
    const auto ends = [&](std::string_view space) { return text.ends_with(space); };
    for (auto space = std::find_if(kWhiteSpace.begin(), kWhiteSpace.end(), starts);
         space != kWhiteSpace.end();
         space = std::find_if(kWhiteSpace.begin(), kWhiteSpace.end(), starts))
        text.remove_prefix(space->size());
    for (auto space = std::find_if(kWhiteSpace.begin(), kWhiteSpace.end(), ends);
         space != kWhiteSpace.end();
         space = std::find_if(kWhiteSpace.begin(), kWhiteSpace.end(), ends))
        text.remove_suffix(space->size());
    return text;
}

}  // namespace cpo::generation::liquid
