#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agents/generation/liquid.h"

/// Input: a template, a NUL byte, then a JSON object of variables (both may be missing).
// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto separator = input.find('\0');
    const auto parsed = cpo::generation::LiquidTemplate::parse(input.substr(0, separator));
    if (!parsed) return 0;
    cpo::json::object variables;
    if (separator != std::string_view::npos) {
        const auto read = cpo::parse_json(input.substr(separator + 1));
        if (read && read->is_object()) variables = read->get_object();
    }
    const auto rendered = parsed->render(variables);
    // The same variables give the same answer.
    const auto again = parsed->render(variables);
    if (rendered.has_value() != again.has_value()) __builtin_trap();
    if (rendered && *rendered != *again) __builtin_trap();
    return 0;
}
