#include "base/id.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <mutex>

namespace cpo {
namespace {

constexpr std::size_t kIdLength = 36;
constexpr std::uint64_t kTimeMask = (1ULL << 48) - 1;
constexpr std::uint64_t kHighMask = (1ULL << 12) - 1;  ///< RFC 9562 calls it rand_a.
constexpr std::uint64_t kLowMask = (1ULL << 62) - 1;   ///< rand_b.

/// The two random words of one id, fetched for 16 ids at once. Without them no id is safe, so
/// failing is fatal. One thread at a time.
std::array<std::uint64_t, 2> random_words() {
    static std::array<std::uint64_t, 32> words{};
    static std::size_t used = words.size();
    if (used == words.size()) {
        if (getentropy(words.data(), sizeof words) != 0) std::abort();
        used = 0;
    }
    used += 2;
    return {words.at(used - 2), words.at(used - 1)};
}

/// Fields of the last id that was given out; the next one is larger (RFC 9562 section 6.2,
/// method 2: within a millisecond the random field counts up by a random step).
struct LastId {
    std::uint64_t time = 0;
    std::uint64_t high = 0;
    std::uint64_t low = 0;
};

LastId next(const LastId& last, std::uint64_t time) {
    const auto random = random_words();
    // The counter's top bit starts at 0, which leaves room to count.
    if (time > last.time) return {time, random[0] & (kHighMask >> 1), random[1] & kLowMask};
    LastId id = last;
    id.low += 1 + (random[0] & 0xFFFF'FFFF);
    if (id.low > kLowMask) {
        id.low &= kLowMask;
        ++id.high;
    }
    if (id.high > kHighMask) {
        id.high = 0;
        ++id.time;
    }
    return id;
}

}  // namespace

std::string new_id(MilliTime now) {
    static std::mutex mutex;
    static LastId last;
    LastId id;
    {
        const std::lock_guard lock(mutex);
        const auto time = static_cast<std::uint64_t>(now.time_since_epoch().count()) & kTimeMask;
        last = next(last, time);
        id = last;
    }
    const std::uint64_t variant_and_low = (0b10ULL << 62) | id.low;
    return fmt::format("{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}",
                       id.time >> 16,
                       id.time & 0xFFFF,
                       id.high,
                       variant_and_low >> 48,
                       variant_and_low & kTimeMask);
}

bool is_id(std::string_view text) {
    if (text.size() != kIdLength) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool is_dash_place = i == 8 || i == 13 || i == 18 || i == 23;
        const bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (is_dash_place ? c != '-' : !is_hex) return false;
    }
    return true;
}

}  // namespace cpo
