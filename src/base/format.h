#pragma once

#include <string>

namespace cpo {

/// The shortest decimal that reads back to the same double, whatever the locale: "12", "0.1",
/// "-3.75". Without an exponent from 1e-6 up to 1e15; "1e+300" outside. Negative zero is "0".
/// REQUIRES: `value` is finite. Thread-safe.
std::string format_number(double value);

}  // namespace cpo
