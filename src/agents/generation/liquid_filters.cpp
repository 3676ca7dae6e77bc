#include "agents/generation/liquid_filters.h"

#include <fmt/format.h>
#include <unicode/bytestream.h>
#include <unicode/casemap.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>

#include "agents/generation/liquid_dates.h"
#include "base/html.h"
#include "text/utf8.h"

namespace cpo::generation::liquid {

Result<void> Memory::charge(std::size_t bytes) {
    work_bytes_ += bytes;
    if (work_bytes_ <= work_bytes_max_) return {};
    return Error{ErrorCode::kResourceExhausted,
                 fmt::format("the filters worked on more than {} bytes", work_bytes_max_),
                 {}};
}

Result<Value> Memory::keep(std::string_view text) {
    TRY(charge(text.size()));
    if (text.empty()) return Value{std::string_view()};
    auto* copy = static_cast<char*>(pool_.allocate(text.size(), 1));
    std::memcpy(copy, text.data(), text.size());
    return Value{std::string_view(copy, text.size())};
}

Result<Value*> Memory::make_items(std::size_t count) {
    TRY(charge(count * sizeof(Value)));
    auto* items = static_cast<Value*>(pool_.allocate(count * sizeof(Value), alignof(Value)));
    std::uninitialized_default_construct_n(items, count);
    return items;
}

namespace {

using Arguments = std::span<const Value>;

constexpr double kSafeIntegerMax = 9007199254740991;  // 2^53 - 1, ECMA-262 21.1.2.6

Error wrong_input(std::string_view needed, const Value& value) {
    return invalid_argument(fmt::format("needs {}, not {}", needed, kind_of(value)));
}

/// A value as text; `buffer` holds it when it has to be made.
Result<std::string_view> text_of(const Value& value, std::string& buffer, Memory& memory) {
    if (const auto* text = value.as<std::string_view>()) {
        TRY(memory.charge(text->size()));
        return *text;
    }
    if (!append_text(buffer, value)) return wrong_input("text", value);
    TRY(memory.charge(buffer.size()));
    return std::string_view(buffer);
}

/// An exact integer, or else a double.
struct Number {
    std::optional<std::int64_t> integer;
    double value = 0;
};

Result<Number> number_of(const Value& value) {
    if (const auto* integer = value.as<std::int64_t>())
        return Number{*integer, static_cast<double>(*integer)};
    if (const auto* number = value.as<double>()) return Number{std::nullopt, *number};
    const auto* text = value.as<std::string_view>();
    if (text == nullptr) return wrong_input("a number", value);
    const auto trimmed = trim_white_space(*text);
    Number number;
    const char* end = trimmed.data() + trimmed.size();
    const auto read = std::from_chars(trimmed.data(), end, number.value, std::chars_format::fixed);
    if (read.ec != std::errc() || read.ptr != end || !std::isfinite(number.value))
        return invalid_argument("needs a number, and this text is none");
    if (std::fabs(number.value) <= kSafeIntegerMax && number.value == std::floor(number.value))
        number.integer = static_cast<std::int64_t>(number.value);
    return number;
}

Result<Value> finite(double number) {
    if (!std::isfinite(number)) return invalid_argument("the result is not a finite number");
    return Value{number};
}

// liquidjs computes in doubles; where both sides are whole we stay exact beyond 2^53 as well.
Result<Value> plus(const Value& input, Arguments arguments, Memory&) {
    const auto a = TRY(number_of(input));
    const auto b = TRY(number_of(arguments[0]));
    std::int64_t sum = 0;
    if (a.integer && b.integer && !__builtin_add_overflow(*a.integer, *b.integer, &sum))
        return Value{sum};
    return finite(a.value + b.value);
}

Result<Value> minus(const Value& input, Arguments arguments, Memory&) {
    const auto a = TRY(number_of(input));
    const auto b = TRY(number_of(arguments[0]));
    std::int64_t difference = 0;
    if (a.integer && b.integer && !__builtin_sub_overflow(*a.integer, *b.integer, &difference))
        return Value{difference};
    return finite(a.value - b.value);
}

Result<Value> times(const Value& input, Arguments arguments, Memory&) {
    const auto a = TRY(number_of(input));
    const auto b = TRY(number_of(arguments[0]));
    std::int64_t product = 0;
    if (a.integer && b.integer && !__builtin_mul_overflow(*a.integer, *b.integer, &product))
        return Value{product};
    return finite(a.value * b.value);
}

Result<Value> divided_by(const Value& input, Arguments arguments, Memory&) {
    const auto a = TRY(number_of(input));
    const auto b = TRY(number_of(arguments[0]));
    if (b.value == 0) return invalid_argument("division by zero");
    return finite(a.value / b.value);
}

/// number * 10^exponent with the decimal point moved in the shortest decimal writing, so that
/// 1.005 rounds to 1.01 and not to what its binary neighbour would give.
double shift_decimal(double number, int exponent) {
    std::array<char, 48> buffer{};
    char* end =
        std::to_chars(buffer.data(), buffer.data() + 32, number, std::chars_format::scientific).ptr;
    char* e = std::find(buffer.data(), end, 'e');
    int power = 0;
    std::from_chars(e + (e[1] == '+' ? 2 : 1), end, power);
    end = std::to_chars(e + 1, buffer.data() + buffer.size(), power + exponent).ptr;
    double shifted = 0;
    const auto read = std::from_chars(buffer.data(), end, shifted);
    if (read.ec == std::errc::result_out_of_range)
        return power + exponent > 0 ? std::numeric_limits<double>::infinity() : 0.0;
    return shifted;
}

Result<Value> round(const Value& input, Arguments arguments, Memory&) {
    constexpr int kDigitsMax = 20;
    const auto number = TRY(number_of(input));
    int digits = 0;
    if (!arguments.empty()) {
        const auto asked = TRY(number_of(arguments[0]));
        if (!asked.integer || *asked.integer < 0 || *asked.integer > kDigitsMax)
            return invalid_argument("needs 0 to 20 as the number of decimals");
        digits = static_cast<int>(*asked.integer);
    }
    if (number.integer) return Value{*number.integer};
    const double scaled = shift_decimal(std::fabs(number.value), digits);
    if (!(scaled <= kSafeIntegerMax)) return Value{number.value};
    const double rounded = shift_decimal(std::round(scaled), -digits);
    return Value{number.value < 0 ? -rounded : rounded};
}

Result<Value> default_to(const Value& input, Arguments arguments, Memory&) {
    const bool allows_false = arguments.size() > 1 && arguments[1].is_true();
    const auto* text = input.as<std::string_view>();
    const bool is_empty = (text != nullptr && text->empty()) ||
                          (input.is_array() && length_of(input) == 0) ||
                          input.as<Empty>() != nullptr || input.as<Blank>() != nullptr;
    if (is_empty || input.is_nil()) return arguments[0];
    return input.is_true() || allows_false ? input : arguments[0];
}

Result<Value> append(const Value& input, Arguments arguments, Memory& memory) {
    std::string left_buffer;
    std::string right_buffer;
    std::string joined(TRY(text_of(input, left_buffer, memory)));
    joined += TRY(text_of(arguments[0], right_buffer, memory));
    return memory.keep(joined);
}

Result<Value> prepend(const Value& input, Arguments arguments, Memory& memory) {
    const std::array<Value, 1> reversed{input};
    return append(arguments[0], reversed, memory);
}

bool is_ascii(std::string_view text) {
    return std::all_of(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Full case mapping of the root locale, the same for every reader (Unicode, chapter 3.13).
Result<std::string> change_case(std::string_view text, bool to_upper) {
    std::string changed;
    if (is_ascii(text)) {
        changed.reserve(text.size());
        for (const char c : text) {
            const bool is_other = to_upper ? (c >= 'a' && c <= 'z') : (c >= 'A' && c <= 'Z');
            changed += is_other ? static_cast<char>(c ^ 0x20) : c;
        }
        return changed;
    }
    UErrorCode status = U_ZERO_ERROR;
    icu::StringByteSink<std::string> sink(&changed);
    const icu::StringPiece piece(text.data(), static_cast<std::int32_t>(text.size()));
    if (to_upper)
        icu::CaseMap::utf8ToUpper("", 0, piece, sink, nullptr, status);
    else
        icu::CaseMap::utf8ToLower("", 0, piece, sink, nullptr, status);
    if (U_FAILURE(status)) return Error{ErrorCode::kInternal, "case mapping failed", {}};
    return changed;
}

Result<Value> upcase(const Value& input, Arguments, Memory& memory) {
    std::string buffer;
    const auto text = TRY(text_of(input, buffer, memory));
    return memory.keep(TRY(change_case(text, true)));
}

Result<Value> downcase(const Value& input, Arguments, Memory& memory) {
    std::string buffer;
    const auto text = TRY(text_of(input, buffer, memory));
    return memory.keep(TRY(change_case(text, false)));
}

Result<Value> capitalize(const Value& input, Arguments, Memory& memory) {
    std::string buffer;
    const auto text = TRY(text_of(input, buffer, memory));
    const std::size_t first = text::byte_of_code_point(text, 1);
    std::string changed = TRY(change_case(text.substr(0, first), true));
    changed += TRY(change_case(text.substr(first), false));
    return memory.keep(changed);
}

Result<Value> strip(const Value& input, Arguments, Memory& memory) {
    std::string buffer;
    const auto text = TRY(text_of(input, buffer, memory));
    return memory.keep(trim_white_space(text));
}

Result<Value> replace(const Value& input, Arguments arguments, Memory& memory) {
    std::string buffer;
    std::string old_buffer;
    std::string new_buffer;
    const auto text = TRY(text_of(input, buffer, memory));
    const auto old_text = TRY(text_of(arguments[0], old_buffer, memory));
    const auto new_text = TRY(text_of(arguments[1], new_buffer, memory));
    if (old_text.empty()) return invalid_argument("needs a text to look for");
    std::string replaced;
    std::size_t from = 0;
    for (auto at = text.find(old_text); at != std::string_view::npos;
         at = text.find(old_text, from)) {
        replaced.append(text, from, at - from).append(new_text);
        TRY(memory.charge(new_text.size()));
        from = at + old_text.size();
    }
    replaced.append(text, from);
    return memory.keep(replaced);
}

Result<Value> truncate(const Value& input, Arguments arguments, Memory& memory) {
    constexpr std::int64_t kLengthDefault = 50;  // Of the Liquid reference.
    std::string buffer;
    std::string ellipsis_buffer;
    const auto text = TRY(text_of(input, buffer, memory));
    auto length = std::optional(kLengthDefault);
    if (!arguments.empty()) length = TRY(number_of(arguments[0])).integer;
    if (!length || *length < 0) return invalid_argument("needs a whole number of at least 0");
    std::string_view ellipsis = "...";
    if (arguments.size() > 1) ellipsis = TRY(text_of(arguments[1], ellipsis_buffer, memory));
    const auto limit = static_cast<std::size_t>(*length);
    if (text::code_point_count(text) <= limit) return memory.keep(text);
    const std::size_t taken = text::code_point_count(ellipsis);
    const auto kept = text::byte_of_code_point(text, limit > taken ? limit - taken : 0);
    return memory.keep(std::string(text.substr(0, kept)).append(ellipsis));
}

Result<Value> size(const Value& input, Arguments, Memory& memory) {
    std::size_t count = 0;
    if (const auto* text = input.as<std::string_view>()) {
        TRY(memory.charge(text->size()));
        count = text::code_point_count(*text);
    } else if (input.is_array()) {
        count = length_of(input);
    } else if (!input.is_nil()) {
        return wrong_input("text or an array", input);
    }
    return Value{static_cast<std::int64_t>(count)};
}

Result<Value> join(const Value& input, Arguments arguments, Memory& memory) {
    if (!input.is_array()) return wrong_input("an array", input);
    std::string buffer;
    std::string_view separator = " ";
    if (!arguments.empty() && !arguments[0].is_nil())
        separator = TRY(text_of(arguments[0], buffer, memory));
    std::string joined;
    for (std::size_t i = 0; i < length_of(input); ++i) {
        const std::size_t before = joined.size();
        if (i > 0) joined += separator;
        const Value item = element_of(input, i);
        if (item.is_array()) return wrong_input("an array of single values", item);
        if (!append_text(joined, item)) return wrong_input("an array of single values", item);
        TRY(memory.charge(joined.size() - before));
    }
    return memory.keep(joined);
}

Result<Value> first(const Value& input, Arguments, Memory&) {
    if (!input.is_array()) return wrong_input("an array", input);
    return length_of(input) == 0 ? Value{} : element_of(input, 0);
}

Result<Value> last(const Value& input, Arguments, Memory&) {
    if (!input.is_array()) return wrong_input("an array", input);
    const std::size_t length = length_of(input);
    return length == 0 ? Value{} : element_of(input, length - 1);
}

Result<Value> split(const Value& input, Arguments arguments, Memory& memory) {
    std::string buffer;
    std::string separator_buffer;
    std::string_view rest = TRY(text_of(input, buffer, memory));
    const auto separator = TRY(text_of(arguments[0], separator_buffer, memory));
    if (!buffer.empty()) rest = *TRY(memory.keep(rest)).as<std::string_view>();
    std::vector<std::string_view> parts;
    while (!separator.empty() && !rest.empty()) {
        const auto at = rest.find(separator);
        parts.push_back(rest.substr(0, at));
        if (at == std::string_view::npos) break;
        rest.remove_prefix(at + separator.size());
    }
    while (separator.empty() && !rest.empty()) {
        parts.push_back(rest.substr(0, text::byte_of_code_point(rest, 1)));
        rest.remove_prefix(parts.back().size());
    }
    while (!parts.empty() && parts.back().empty()) parts.pop_back();
    Value* items = TRY(memory.make_items(parts.size()));
    std::transform(
        parts.begin(), parts.end(), items, [](std::string_view part) { return Value{part}; });
    return Value{List{items, parts.size()}};
}

Result<Value> escape(const Value& input, Arguments, Memory& memory) {
    std::string buffer;
    return memory.keep(escape_html(TRY(text_of(input, buffer, memory))));
}

/// Escapes what is not yet escaped: &amp; stays &amp;.
Result<Value> escape_once(const Value& input, Arguments arguments, Memory& memory) {
    constexpr std::array<std::pair<std::string_view, char>, 5> kEntities{
        {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&#34;", '"'}, {"&#39;", '\''}}};
    std::string buffer;
    const auto text = TRY(text_of(input, buffer, memory));
    std::string plain;
    for (std::size_t i = 0; i < text.size();) {
        const auto* entity = std::find_if(kEntities.begin(), kEntities.end(), [&](const auto& e) {
            return text.substr(i).starts_with(e.first);
        });
        plain += entity == kEntities.end() ? text[i] : entity->second;
        i += entity == kEntities.end() ? 1 : entity->first.size();
    }
    return escape(TRY(memory.keep(plain)), arguments, memory);
}

/// encodeURIComponent (ECMA-262, 19.2.6.4) with + for a space, as forms have it.
Result<Value> url_encode(const Value& input, Arguments, Memory& memory) {
    constexpr std::string_view kUnreserved = "-_.!~*'()";
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string buffer;
    std::string encoded;
    for (const char c : TRY(text_of(input, buffer, memory))) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') ||
                              kUnreserved.find(c) != std::string_view::npos;
        if (is_plain)
            encoded += c;
        else if (c == ' ')
            encoded += '+';
        else
            encoded.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
    return memory.keep(encoded);
}

constexpr std::array kFilters{
    Filter{"append", 1, 1, append},
    Filter{"capitalize", 0, 0, capitalize},
    Filter{"date", 1, 1, format_date_filter},
    Filter{"default", 1, 2, default_to},
    Filter{"divided_by", 1, 1, divided_by},
    Filter{"downcase", 0, 0, downcase},
    Filter{"escape", 0, 0, escape},
    Filter{"escape_once", 0, 0, escape_once},
    Filter{"first", 0, 0, first},
    Filter{"join", 0, 1, join},
    Filter{"last", 0, 0, last},
    Filter{"minus", 1, 1, minus},
    Filter{"plus", 1, 1, plus},
    Filter{"prepend", 1, 1, prepend},
    Filter{"replace", 2, 2, replace},
    Filter{"round", 0, 1, round},
    Filter{"size", 0, 0, size},
    Filter{"split", 1, 1, split},
    Filter{"strip", 0, 0, strip},
    Filter{"times", 1, 1, times},
    Filter{"truncate", 0, 2, truncate},
    Filter{"upcase", 0, 0, upcase},
    Filter{"url_encode", 0, 0, url_encode},
};

}  // namespace

const Filter* find_filter(std::string_view name) {
    const auto* filter = std::find_if(
        kFilters.begin(), kFilters.end(), [&](const Filter& f) { return f.name == name; });
    return filter == kFilters.end() ? nullptr : filter;
}

std::string filter_names() {
    std::string names;
    for (const Filter& filter : kFilters)
        names.append(names.empty() ? "" : ", ").append(filter.name);
    return names;
}

}  // namespace cpo::generation::liquid
