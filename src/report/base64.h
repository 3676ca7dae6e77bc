#pragma once

#include <string>
#include <string_view>

namespace cpo::report {

/// `bytes` in base 64 with padding (RFC 4648, section 4).
std::string base64(std::string_view bytes);

/// The same of the bytes that `hex` (an even number of lower-case hex digits) writes down.
std::string base64_of_hex(std::string_view hex);

}  // namespace cpo::report
