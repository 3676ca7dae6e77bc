#include "ingest/encoding.h"

#include <emmintrin.h>

#include <array>
#include <cstdint>

#include "base/utf8.h"

namespace cpo::ingest {
namespace {

/// Code points of the bytes 0x80 ... 0x9F; the bytes above stand for their own number.
constexpr std::array<std::uint16_t, 32> kWindows1252 = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

void append_code_point(unsigned code, std::string& out) {
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0U | (code >> 6));
        out += static_cast<char>(0x80U | (code & 0x3FU));
    } else {
        out += static_cast<char>(0xE0U | (code >> 12));
        out += static_cast<char>(0x80U | ((code >> 6) & 0x3FU));
        out += static_cast<char>(0x80U | (code & 0x3FU));
    }
}

}  // namespace

bool is_ascii(std::string_view bytes) {
    std::size_t i = 0;
    __m128i high = _mm_setzero_si128();
    for (; i + 16 <= bytes.size(); i += 16)
        high =
            _mm_or_si128(high, _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes.data() + i)));
    unsigned rest = static_cast<unsigned>(_mm_movemask_epi8(high)) != 0 ? 0x80U : 0U;
    for (; i < bytes.size(); ++i) rest |= static_cast<unsigned char>(bytes[i]);
    return (rest & 0x80U) == 0;
}

void append_windows_1252(std::string_view bytes, std::string& out) {
    for (const char c : bytes) {
        const unsigned byte = static_cast<unsigned char>(c);
        append_code_point(byte >= 0x80 && byte < 0xA0 ? kWindows1252[byte - 0x80] : byte, out);
    }
}

std::string readable_text(std::string_view bytes, std::size_t bytes_max) {
    // A little more than is shown, so that a character cut in two does not look like bad UTF-8.
    std::string_view front = bytes.substr(0, bytes_max + 4);
    while (front.size() < bytes.size() && !front.empty() &&
           (static_cast<unsigned char>(bytes[front.size()]) & 0xC0U) == 0x80U)
        front.remove_suffix(1);
    std::string text;
    if (is_utf8(front))
        text = front;
    else
        append_windows_1252(front, text);
    if (text.size() <= bytes_max) return text;
    std::size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text.resize(end);
    return text;
}

}  // namespace cpo::ingest
