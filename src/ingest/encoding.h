#pragma once

#include <string>
#include <string_view>

namespace cpo::ingest {

// Two encodings are read: UTF-8 and Windows-1252. All functions are pure and thread-safe.

/// True when every byte is below 128.
bool is_ascii(std::string_view bytes);

/// Appends `bytes`, read as Windows-1252, to `out` as UTF-8. Every byte has a meaning: the five
/// that the code page leaves open become the C1 controls of the same number, as in the WHATWG
/// Encoding Standard.
void append_windows_1252(std::string_view bytes, std::string& out);

/// `bytes` for a message: as they are when they are UTF-8, else read as Windows-1252; cut to at
/// most `bytes_max` bytes between two characters.
std::string readable_text(std::string_view bytes, std::size_t bytes_max);

}  // namespace cpo::ingest
