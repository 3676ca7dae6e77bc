#pragma once

#include <string>
#include <string_view>

namespace cpo {

/// Appends `text` (UTF-8) with quotes and escapes, as write_json writes a string.
void append_json_string(std::string& out, std::string_view text);
/// Appends `number` as write_json writes it: null when it is not finite.
void append_json_number(std::string& out, double number);

}  // namespace cpo
