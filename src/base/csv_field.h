#pragma once

#include <string>
#include <string_view>

namespace cpo {

/// `text` as one field of a comma-separated line (RFC 4180, section 2): quoted, with quotes
/// doubled, only when it holds a comma, a quote or a line break, or starts or ends with a space or
/// a tab (which some readers would trim). The bytes stay as they are: nothing is put in front of
/// = + - @, which a spreadsheet would run as a formula, because a file of ids that come back
/// changed is worth nothing. Thread-safe.
std::string csv_field(std::string_view text);

}  // namespace cpo
