#include "store/postgres_value.h"

#include <fmt/format.h>

#include <charconv>

#include "base/overloaded.h"

namespace cpo::store {
namespace {

// Object identifiers of built-in types; fixed for ever (pg_type.dat of PostgreSQL).
constexpr Oid kBool = 16;
constexpr Oid kBytea = 17;
constexpr Oid kName = 19;
constexpr Oid kInt8 = 20;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kText = 25;
constexpr Oid kFloat4 = 700;
constexpr Oid kFloat8 = 701;
constexpr Oid kVarchar = 1043;
constexpr Oid kNumeric = 1700;
constexpr Oid kVoid = 2278;

Error unreadable(std::string_view text, Oid type) {
    return {ErrorCode::kInternal,
            "The request could not be completed.",
            fmt::format("PostgreSQL: a value of type {} and {} bytes cannot be read; cast it",
                        type,
                        text.size())};
}

template <typename Number>
Result<Value> number_of(std::string_view text, Oid type) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return unreadable(text, type);
    return Value(number);
}

int digit_of(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

/// "\x00ff", which the server writes in lower case.
Result<Value> bytes_of(std::string_view text) {
    if (!text.starts_with("\\x") || text.size() % 2 != 0) return unreadable(text, kBytea);
    Bytes bytes;
    bytes.value.reserve(text.size() / 2 - 1);
    for (std::size_t i = 2; i < text.size(); i += 2)
        bytes.value += static_cast<char>(digit_of(text[i]) * 16 + digit_of(text[i + 1]));
    return Value(std::move(bytes));
}

}  // namespace

PostgresParameters::PostgresParameters(std::span<const Value> values) {
    digits.reserve(values.size());  // `texts` points into it.
    const auto add = [&](Oid type, const char* text, std::size_t length, bool is_binary) {
        types.push_back(type);
        texts.push_back(text);
        lengths.push_back(static_cast<int>(length));
        formats.push_back(is_binary ? 1 : 0);
    };
    const auto add_number = [&](Oid type, std::string text) {
        digits.push_back(std::move(text));
        add(type, digits.back().c_str(), digits.back().size(), false);
    };
    for (const Value& value : values)
        std::visit(
            Overloaded{
                [&](std::nullptr_t) { add(0, nullptr, 0, false); },
                [&](std::int64_t whole) { add_number(kInt8, fmt::format("{}", whole)); },
                [&](double real) { add_number(kFloat8, fmt::format("{}", real)); },
                [&](const std::string& text) { add(kText, text.c_str(), text.size(), false); },
                [&](const Bytes& bytes) {
                    add(kBytea, bytes.value.data(), bytes.value.size(), true);
                },
            },
            value);
}

Result<Value> postgres_value(const PGresult* result, int row, int column) {
    if (PQgetisnull(result, row, column) != 0) return Value(nullptr);
    const std::string_view text(PQgetvalue(result, row, column),
                                static_cast<std::size_t>(PQgetlength(result, row, column)));
    const Oid type = PQftype(result, column);
    switch (type) {
        case kBool:  // Of a comparison; INTEGER on SQLite.
            return Value(std::int64_t{text == "t" ? 1 : 0});
        case kInt2:
        case kInt4:
        case kInt8:
            return number_of<std::int64_t>(text, type);
        case kFloat4:
        case kFloat8:
            return number_of<double>(text, type);
        case kNumeric:  // Of SUM and AVG over whole numbers.
            return text.find_first_of(".N") == std::string_view::npos
                       ? number_of<std::int64_t>(text, type)
                       : number_of<double>(text, type);
        case kText:
        case kVarchar:
        case kName:
            return Value(std::string(text));
        case kBytea:
            return bytes_of(text);
        case kVoid:
            return Value(nullptr);
        default:
            return unreadable(text, type);
    }
}

}  // namespace cpo::store
