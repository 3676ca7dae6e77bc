#include "agents/segmentation/number_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cpo::segmentation {
namespace {

/// Commas between the thousands of a decimal without sign.
std::string with_commas(std::string digits) {
    for (std::size_t end = std::min(digits.find('.'), digits.size()); end > 3;)
        digits.insert(end -= 3, 1, ',');
    return digits;
}

}  // namespace

std::string plain_number(double value) {
    const double size = std::abs(value);
    if (size >= 1e15) return fmt::format("{:.3g}", value);
    if (size >= 999.5)
        return fmt::format("{}{}", value < 0 ? "-" : "", with_commas(fmt::format("{:.0f}", size)));
    if (size >= 99.5) return fmt::format("{:.0f}", value);
    const std::string text = fmt::format("{:.{}f}", value, size >= 9.95 ? 1 : 2);
    // A value that would read as 0.00 keeps two digits instead.
    if (size > 0 && size < 0.005) return fmt::format("{:.2g}", value);
    const auto end = text.find_last_not_of('0');
    return text.substr(0, text[end] == '.' ? end : end + 1);
}

std::string percentage(double share) { return fmt::format("{} %", plain_number(share * 100)); }

std::string plain_days(double days) {
    const std::string number = plain_number(days);
    return number + (number == "1" ? " day" : " days");
}

std::string full_number(double value) {
    const std::string digits = fmt::format("{:.10g}", std::abs(value));
    const bool is_plain = digits.find('e') == std::string::npos;
    return fmt::format("{}{}", value < 0 ? "-" : "", is_plain ? with_commas(digits) : digits);
}

std::string whole_percentage(double share) {
    const double percent = std::round(share * 100);
    if (percent == 0 && share > 0) return "under 1 %";
    if (percent == 100 && share < 1) return "over 99 %";
    return fmt::format("{:.0f} %", percent);
}

}  // namespace cpo::segmentation
