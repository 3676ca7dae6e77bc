#pragma once

#include "agents/safety/rules.h"

namespace cpo::safety {

/// Severity of a candidate for a telephone number: 3 when libphonenumber holds it valid, 0 when
/// not. International numbers (+, 00) need no context; national ones are tried for the US, Canada
/// and the UK when they are written like a number there, and for more countries when a word such as
/// "call" stands near. Dates, prices and order numbers are no candidates. Thread-safe.
int grade_phone(Match& match);

}  // namespace cpo::safety
