#pragma once

#include <string>

#include "base/result.h"

namespace cpo::app {

/// The password a verb needs, never from the command line, where other users of the machine could
/// see it: the first line of `file`, or of standard input when `file` is empty. A person at a
/// terminal is asked twice, without echo. Errors: kInvalidArgument as store::check_password().
Result<std::string> read_new_password(const std::string& file);

}  // namespace cpo::app
