#include "report/display.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/month_names.h"

namespace cpo::report {
namespace {

constexpr std::string_view kMinus = "\xE2\x88\x92";     // U+2212
constexpr std::string_view kNoBreakSpace = "\xC2\xA0";  // no-break space before a unit

/// Puts commas into the digits before the decimal point; no sign in `digits`.
std::string with_commas(const std::string& digits) {
    const std::size_t whole = std::min(digits.find('.'), digits.size());
    std::string result;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0) result += ',';
        result += digits[i];
    }
    return result;
}

bool is_share(const FeatureDefinition& definition) { return definition.unit.starts_with("share"); }

/// Decimals that keep about three figures.
int useful_digits(double value) {
    const double size = std::abs(value);
    if (size >= 100 || value == std::floor(value)) return 0;
    if (size >= 10) return 1;
    return 2;
}

}  // namespace

std::string grouped(std::int64_t number) { return fixed(static_cast<double>(number), 0); }
std::string grouped(std::size_t number) { return with_commas(std::to_string(number)); }

std::string counted(std::size_t number, std::string_view singular, std::string_view plural) {
    return fmt::format("{} {}", grouped(number), number == 1 ? singular : plural);
}

std::string percent(double share) {
    if (share > 0 && share < 0.0005) return fmt::format("<{0}0.1{0}%", kNoBreakSpace);
    if (share < 1 && share >= 0.9995) return fmt::format(">{0}99.9{0}%", kNoBreakSpace);
    const double value = share * 100;
    const int digits = std::abs(value - std::round(value)) < 0.05 ? 0 : 1;
    return fmt::format("{}{}%", fixed(value, digits), kNoBreakSpace);
}

std::string fixed(double number, int digits) {
    if (!std::isfinite(number)) return "not defined";
    const std::string magnitude = with_commas(fmt::format("{:.{}f}", std::abs(number), digits));
    const bool is_zero = magnitude.find_first_of("123456789") == std::string::npos;
    return number < 0 && !is_zero ? fmt::format("{}{}", kMinus, magnitude) : magnitude;
}

std::string with_sign(double number, int digits) {
    std::string text = fixed(number, digits);
    const bool is_zero = text.find_first_of("123456789") == std::string::npos;
    return number > 0 && !is_zero ? "+" + text : text;
}

std::string feature_value(double value, const FeatureDefinition& definition) {
    if (is_share(definition)) return percent(value);
    std::string number = fixed(value, useful_digits(value));
    if (definition.unit.empty()) return number;
    return fmt::format("{}{}{}", number, kNoBreakSpace, definition.unit);
}

std::string duration(double milliseconds) {
    if (milliseconds < 0.5) return fmt::format("<{0}1{0}ms", kNoBreakSpace);
    if (milliseconds < 1000) return fmt::format("{:.0f}{}ms", milliseconds, kNoBreakSpace);
    if (milliseconds < 60'000) return fmt::format("{:.1f}{}s", milliseconds / 1000, kNoBreakSpace);
    return fmt::format("{:.1f}{}min", milliseconds / 60'000, kNoBreakSpace);
}

std::string date_words(Date date) {
    const std::chrono::year_month_day day(date);
    return fmt::format("{} {} {}",
                       static_cast<unsigned>(day.day()),
                       english_month(static_cast<unsigned>(day.month())),
                       static_cast<int>(day.year()));
}

std::string words_of(std::string_view key) {
    std::string words(key);
    std::replace(words.begin(), words.end(), '_', ' ');
    return capitalised(words);
}

std::string capitalised(std::string_view text) {
    std::string result(text);
    if (!result.empty() && result[0] >= 'a' && result[0] <= 'z')
        result[0] = static_cast<char>(result[0] - 'a' + 'A');
    return result;
}

std::string short_hash(std::string_view hex) {
    std::string result;
    for (std::size_t i = 0; i < std::min<std::size_t>(12, hex.size()); ++i) {
        if (i > 0 && i % 4 == 0) result += ' ';
        result += hex[i];
    }
    return result;
}

}  // namespace cpo::report
