#include "base/format.h"

#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <system_error>

namespace cpo {

std::string format_number(double value) {
    assert(std::isfinite(value));
    if (value == 0) return "0";
    const double size = std::abs(value);
    const auto format =
        size >= 1e-6 && size < 1e15 ? std::chars_format::fixed : std::chars_format::scientific;
    // Sign, 15 digits before the point, the point and at most 22 after it.
    std::array<char, 64> text{};
    const auto [end, failure] =
        std::to_chars(text.data(), text.data() + text.size(), value, format);
    assert(failure == std::errc());
    if (failure != std::errc()) return {};
    return {text.data(), end};
}

}  // namespace cpo
