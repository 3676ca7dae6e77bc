#include "text/utf8.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace cpo::text {
namespace {

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

}  // namespace

std::size_t code_point_count(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char byte) { return !is_continuation(byte); }));
}

std::size_t code_point_of_byte(std::string_view text, std::size_t byte) {
    return code_point_count(text.substr(0, std::min(byte, text.size())));
}

std::size_t byte_of_code_point(std::string_view text, std::size_t code_point) {
    std::size_t i = 0;
    for (; i < text.size(); ++i) {
        if (is_continuation(text[i])) continue;
        if (code_point == 0) return i;
        --code_point;
    }
    return i;
}

std::string_view slice_code_points(std::string_view text, std::size_t start, std::size_t end) {
    const std::size_t first = byte_of_code_point(text, start);
    if (end <= start) return text.substr(first, 0);
    const std::string_view rest = text.substr(first);
    return rest.substr(0, byte_of_code_point(rest, end - start));
}

char32_t next_code_point(std::string_view text, std::size_t& position) {
    assert(position < text.size());
    const auto lead = static_cast<unsigned char>(text[position]);
    const auto length = std::max<std::size_t>(1, static_cast<std::size_t>(std::countl_one(lead)));
    assert(length > 0 && position + length <= text.size());
    if (length == 1) {
        ++position;
        return lead;
    }
    char32_t code_point = lead & (0x7FU >> length);
    for (std::size_t k = 1; k < length; ++k)
        code_point = (code_point << 6U) | (static_cast<unsigned char>(text[position + k]) & 0x3FU);
    position += length;
    return code_point;
}

void append_utf8(std::string& text, char32_t code_point) {
    assert(code_point <= 0x10FFFF && (code_point < 0xD800 || code_point > 0xDFFF));
    const auto tail = [&](unsigned shift) {
        text.push_back(static_cast<char>(0x80U | ((code_point >> shift) & 0x3FU)));
    };
    if (code_point < 0x80) {
        text.push_back(static_cast<char>(code_point));
    } else if (code_point < 0x800) {
        text.push_back(static_cast<char>(0xC0U | (code_point >> 6U)));
        tail(0);
    } else if (code_point < 0x10000) {
        text.push_back(static_cast<char>(0xE0U | (code_point >> 12U)));
        tail(6);
        tail(0);
    } else {
        text.push_back(static_cast<char>(0xF0U | (code_point >> 18U)));
        tail(12);
        tail(6);
        tail(0);
    }
}

CodePointIndex::CodePointIndex(std::string_view text)
    : size_(code_point_count(text)), bytes_(text.size()) {
    if (size_ == bytes_) return;
    code_points_.reserve(bytes_);
    starts_.reserve(size_);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!is_continuation(text[i])) starts_.push_back(static_cast<std::uint32_t>(i));
        code_points_.push_back(static_cast<std::uint32_t>(starts_.size()) - 1);
    }
}

std::size_t CodePointIndex::code_point_of(std::size_t byte) const {
    if (byte >= bytes_) return size_;
    if (code_points_.empty()) return byte;
    // A byte inside a character has the whole character before it only when it is past its start.
    const std::size_t code_point = code_points_[byte];
    return starts_[code_point] == byte ? code_point : code_point + 1;
}

std::size_t CodePointIndex::byte_of(std::size_t code_point) const {
    if (code_point >= size_) return bytes_;
    return starts_.empty() ? code_point : starts_[code_point];
}

}  // namespace cpo::text
