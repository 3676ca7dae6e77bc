#include "agents/segmentation/numbering.h"

#include <functional>
#include <utility>

namespace cpo::segmentation {
namespace {

constexpr std::size_t kSlotsAtFirst = 1024;

/// Finaliser of SplitMix64: spreads neighbouring numbers over the table.
std::size_t mixed(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31);
}

bool is_crowded(std::size_t used, std::size_t slots) { return 3 * (used + 1) > 2 * slots; }

}  // namespace

TextNumbering::TextNumbering() : slots_(kSlotsAtFirst) {}

std::uint32_t TextNumbering::number_of(std::string_view text) {
    if (is_crowded(texts_.size(), slots_.size())) grow();
    const auto hash = static_cast<std::uint32_t>(std::hash<std::string_view>{}(text));
    std::size_t at = hash & (slots_.size() - 1);
    for (; slots_[at].number_plus_1 != 0; at = (at + 1) & (slots_.size() - 1)) {
        const Slot& slot = slots_[at];
        if (slot.hash == hash && texts_[slot.number_plus_1 - 1] == text)
            return slot.number_plus_1 - 1;
    }
    texts_.emplace_back(text);
    slots_[at] = {hash, static_cast<std::uint32_t>(texts_.size())};
    return slots_[at].number_plus_1 - 1;
}

void TextNumbering::grow() {
    const auto old = std::exchange(slots_, std::vector<Slot>(2 * slots_.size()));
    for (const Slot& slot : old) {
        if (slot.number_plus_1 == 0) continue;
        std::size_t at = slot.hash & (slots_.size() - 1);
        while (slots_[at].number_plus_1 != 0) at = (at + 1) & (slots_.size() - 1);
        slots_[at] = slot;
    }
}

PairNumbering::PairNumbering() : slots_(kSlotsAtFirst) {}

std::uint32_t PairNumbering::number_of(std::uint32_t first, std::uint32_t second, bool& is_new) {
    if (is_crowded(size_, slots_.size())) grow();
    const std::uint64_t pair = (std::uint64_t{first} << 32) | second;
    std::size_t at = mixed(pair) & (slots_.size() - 1);
    for (; slots_[at].number_plus_1 != 0; at = (at + 1) & (slots_.size() - 1)) {
        if (slots_[at].pair != pair) continue;
        is_new = false;
        return slots_[at].number_plus_1 - 1;
    }
    is_new = true;
    slots_[at] = {pair, ++size_};
    return size_ - 1;
}

void PairNumbering::grow() {
    const auto old = std::exchange(slots_, std::vector<Slot>(2 * slots_.size()));
    for (const Slot& slot : old) {
        if (slot.number_plus_1 == 0) continue;
        std::size_t at = mixed(slot.pair) & (slots_.size() - 1);
        while (slots_[at].number_plus_1 != 0) at = (at + 1) & (slots_.size() - 1);
        slots_[at] = slot;
    }
}

}  // namespace cpo::segmentation
