#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "model/customer.h"

namespace cpo::report {

// Numbers, dates and words as people read them on the page. English; files carry exact values.

/// 4338 -> "4,338".
std::string grouped(std::int64_t number);
std::string grouped(std::size_t number);

/// Count with its noun: "1 variant", "4,338 customers".
std::string counted(std::size_t number, std::string_view singular, std::string_view plural);

/// 0.142 -> "14.2 %"; "< 0.1 %" and "> 99.9 %" instead of a rounded 0 or 100.
std::string percent(double share);

/// `number` with `digits` decimals, grouped thousands and a true minus sign: "−0.94", "1,204.5".
std::string fixed(double number, int digits);
/// The same with a plus sign for positive numbers.
std::string with_sign(double number, int digits);

/// A value of a feature in its unit: "21 days", "14.2 %", "1,204".
std::string feature_value(double value, const FeatureDefinition& definition);

/// 12.3 -> "12 ms", 1234.0 -> "1.2 s".
std::string duration(double milliseconds);

/// "9 December 2011".
std::string date_words(Date date);

/// "social_proof" -> "Social proof".
std::string words_of(std::string_view key);

/// First letter as a capital (ASCII only).
std::string capitalised(std::string_view text);

/// SHA-256 cut to the first 12 digits in groups of four: "a41f 09c2 77de".
std::string short_hash(std::string_view hex);

}  // namespace cpo::report
