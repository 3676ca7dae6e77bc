#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/document.h"

namespace cpo::claims {

// Normal forms of claim values: the same statement always gives the same text.

/// Bytes with 'A' ... 'Z' as lower case; all others as they are.
std::string lower_ascii(std::string_view text);

/// A number as people write it ("1,200", "12.5"; "1.200,50" when `has_decimal_comma`), or nothing.
std::optional<double> parse_number(std::string_view text, bool has_decimal_comma);

/// Shortest decimal: "15", "12.5".
std::string number_value(double number);

/// "30.00 GBP".
std::string money_value(std::int64_t cents, std::string_view currency);
std::string money_value(const Money& money);

/// ISO 4217 code of a symbol or word: "£" and "pounds" are GBP; empty when unknown.
std::string currency_of(std::string_view sign);

/// "30 days", "3 working days"; weeks and fortnights are given in days so that "2 weeks" and "14
/// days" are the same. `amount` is "3", "3-5" or a word from two to twelve.
std::string duration_value(std::string_view amount, bool is_working, std::string_view unit);

/// Host in lower case and path, without scheme, "www." and closing punctuation.
std::string url_value(std::string_view url);

/// What a gift is, comparable: lower case, without a leading article or "free".
std::string gift_value(std::string_view gift);

}  // namespace cpo::claims
