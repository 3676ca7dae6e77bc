#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cpo::text {

// Offsets inside the product are either bytes (std::string) or Unicode code points (every offset
// that leaves it). These functions are the only place that converts between the two.

/// Number of code points. REQUIRES: valid UTF-8.
std::size_t code_point_count(std::string_view text);

/// Code points before byte `byte` (clamped to the end). O(byte). REQUIRES: valid UTF-8.
std::size_t code_point_of_byte(std::string_view text, std::size_t byte);

/// Byte at which code point `code_point` starts; text.size() when there are not so many. O(result).
/// REQUIRES: valid UTF-8.
std::size_t byte_of_code_point(std::string_view text, std::size_t code_point);

/// Code points [start, end) of `text` as bytes of it, both clamped. REQUIRES: valid UTF-8.
std::string_view slice_code_points(std::string_view text, std::size_t start, std::size_t end);

/// The code point that starts at `position`, which is moved behind it. REQUIRES: valid UTF-8,
/// position < text.size() at the start of a code point.
char32_t next_code_point(std::string_view text, std::size_t& position);

/// Appends one code point as UTF-8. REQUIRES: a scalar value (no surrogate, at most U+10FFFF).
void append_utf8(std::string& text, char32_t code_point);

/// Both conversions in O(1) for many offsets of one text; built in O(size). Does not keep the text.
/// Plain ASCII needs no memory.
class CodePointIndex {
public:
    /// REQUIRES: valid UTF-8, shorter than 4 GiB.
    explicit CodePointIndex(std::string_view text);

    /// Code points in the text.
    std::size_t size() const { return size_; }
    /// Code points before `byte`; clamped to size().
    std::size_t code_point_of(std::size_t byte) const;
    /// Start of `code_point` in bytes; clamped to the length of the text.
    std::size_t byte_of(std::size_t code_point) const;

private:
    std::size_t size_ = 0;
    std::size_t bytes_ = 0;
    std::vector<std::uint32_t> code_points_;  ///< [bytes], empty for ASCII.
    std::vector<std::uint32_t> starts_;       ///< [code points], empty for ASCII.
};

}  // namespace cpo::text
