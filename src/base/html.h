#pragma once

#include <string>
#include <string_view>

namespace cpo {

/// `text` so that it can stand in an element or in a quoted attribute: & < > " ' as entities
/// (HTML standard, section 13.1.2.3). Everything else stays byte for byte. O(text).
std::string escape_html(std::string_view text);

}  // namespace cpo
