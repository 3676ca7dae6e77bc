#pragma once

#include <cstdint>
#include <string>

namespace cpo::experiments {

// How the sentences of plans and verdicts write numbers: English, no locale.

/// 8155 -> "8,155".
std::string with_thousands(std::int64_t number);

/// 0.2 -> "20 %", 0.0345 -> "3.5 %": one decimal at most, two below 1 %.
std::string percent(double share);

/// Four significant digits, all digits of whole numbers: "0.001234", "12.35", "8,911,408".
std::string amount(double number);

}  // namespace cpo::experiments
