#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cpo {

/// Bytes of the well-formed sequence at the front of `bytes`, 0 when there is none. The rules are
/// those of Unicode 15, table 3-7 (RFC 3629): shortest form, no surrogates, at most U+10FFFF.
std::size_t utf8_sequence_length(std::string_view bytes);

/// True when all of `bytes` is well-formed UTF-8. O(bytes).
bool is_utf8(std::string_view bytes);

/// `text` with every byte that is not part of well-formed UTF-8 replaced by U+FFFD.
std::string repair_utf8(std::string_view text);

}  // namespace cpo
