#pragma once

#include <string_view>

#include "base/error.h"

namespace cpo::store {

/// Our code for an extended result code of SQLite (sqlite.org/rescode.html).
ErrorCode sqlite_error_code(int extended_code);

/// `reason` is SQLite's own text; it goes to the log only.
Error sqlite_error(int extended_code, std::string_view reason, std::string_view sql);

}  // namespace cpo::store
