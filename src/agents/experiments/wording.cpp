#include "agents/experiments/wording.h"

#include <fmt/format.h>

#include <cmath>

namespace cpo::experiments {

std::string with_thousands(std::int64_t number) {
    const std::string digits = std::to_string(number < 0 ? -number : number);
    std::string text = number < 0 ? "-" : "";
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
        text += digits[i];
    }
    return text;
}

std::string percent(double share) {
    const int decimals = std::abs(share) < 0.01 ? 2 : 1;
    std::string text = fmt::format("{:.{}f}", share * 100, decimals);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return (text == "-0" ? "0" : text) + " %";
}

std::string amount(double number) {
    if (std::abs(number) >= 1000 && std::abs(number) < 1e15)
        return with_thousands(std::llround(number));
    return fmt::format("{:.4g}", number);
}

}  // namespace cpo::experiments
