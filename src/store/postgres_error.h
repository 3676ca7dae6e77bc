#pragma once

#include <string_view>

#include "base/error.h"

namespace cpo::store {

/// Our code for an SQLSTATE (PostgreSQL manual, appendix A). An empty one means that the connection
/// broke.
ErrorCode postgres_error_code(std::string_view sqlstate);

/// `reason` is the server's primary message; it goes to the log only.
Error postgres_error(std::string_view sqlstate, std::string_view reason, std::string_view sql);

}  // namespace cpo::store
