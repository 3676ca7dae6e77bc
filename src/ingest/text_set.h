#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cpo::ingest {

/// Set of texts, kept one behind the other and found by open addressing: 25 to 35 bytes a text
/// beside its own, and no allocation for each. At most 2^32 - 2 texts. Not thread-safe.
class TextSet {
public:
    TextSet() : slots_(1024) {}

    /// False when it was there.
    bool insert(std::string_view text) {
        if (4 * (ends_.size() + 1) > 3 * slots_.size()) grow();
        const auto hash = static_cast<std::uint32_t>(std::hash<std::string_view>{}(text));
        std::size_t place = hash & (slots_.size() - 1);
        for (; slots_[place].number != 0; place = next(place))
            if (slots_[place].hash == hash && text_of(slots_[place]) == text) return false;
        bytes_ += text;
        ends_.push_back(bytes_.size());
        slots_[place] = {hash, static_cast<std::uint32_t>(ends_.size())};
        return true;
    }

private:
    struct Slot {
        std::uint32_t hash;
        std::uint32_t number;  ///< Of the text, from 1; 0 = free.
    };

    std::size_t next(std::size_t place) const { return (place + 1) & (slots_.size() - 1); }

    std::string_view text_of(Slot slot) const {
        const std::size_t begin = slot.number == 1 ? 0 : ends_[slot.number - 2];
        return std::string_view(bytes_).substr(begin, ends_[slot.number - 1] - begin);
    }

    void grow() {
        std::vector<Slot> old(2 * slots_.size());
        old.swap(slots_);
        for (const Slot slot : old) {
            if (slot.number == 0) continue;
            std::size_t place = slot.hash & (slots_.size() - 1);
            while (slots_[place].number != 0) place = next(place);
            slots_[place] = slot;
        }
    }

    std::string bytes_;
    std::vector<std::size_t> ends_;  ///< [texts], in bytes_.
    std::vector<Slot> slots_;        ///< A power of two of them.
};

}  // namespace cpo::ingest
