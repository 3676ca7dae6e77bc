#pragma once

#include <string_view>

namespace cpo {

/// "January" for 1 ... "December" for 12.
std::string_view english_month(unsigned month);

}  // namespace cpo
