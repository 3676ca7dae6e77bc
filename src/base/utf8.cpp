#include "base/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace cpo {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::size_t kWordBytes = 8;

/// Most texts are mostly ASCII: eight bytes at once.
bool starts_with_ascii_word(std::string_view bytes) {
    std::uint64_t word = 0;
    if (bytes.size() < kWordBytes) return false;
    std::memcpy(&word, bytes.data(), kWordBytes);
    return (word & 0x8080808080808080U) == 0;
}

}  // namespace

std::size_t utf8_sequence_length(std::string_view bytes) {
    const auto at = [&](std::size_t i) {
        return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U;
    };
    const auto is_tail = [&](std::size_t i) { return (at(i) & 0xC0U) == 0x80U; };
    const unsigned lead = at(0);
    const unsigned second = at(1);
    if (lead < 0x80) return 1;
    if (lead < 0xC2) return 0;
    if (lead < 0xE0) return is_tail(1) ? 2 : 0;
    if (lead < 0xF0) {
        const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;   // Overlong below.
        const unsigned high = lead == 0xED ? 0x9F : 0xBF;  // Surrogates above.
        return second >= low && second <= high && is_tail(2) ? 3 : 0;
    }
    if (lead > 0xF4) return 0;
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return second >= low && second <= high && is_tail(2) && is_tail(3) ? 4 : 0;
}

bool is_utf8(std::string_view bytes) {
    while (!bytes.empty()) {
        if (starts_with_ascii_word(bytes)) {
            bytes.remove_prefix(kWordBytes);
            continue;
        }
        const std::size_t length = utf8_sequence_length(bytes);
        if (length == 0) return false;
        bytes.remove_prefix(length);
    }
    return true;
}

std::string repair_utf8(std::string_view text) {
    if (is_utf8(text)) return std::string(text);
    std::string repaired;
    while (!text.empty()) {
        const std::size_t length = utf8_sequence_length(text);
        repaired += length == 0 ? kReplacement : text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(1, length));
    }
    return repaired;
}

}  // namespace cpo
