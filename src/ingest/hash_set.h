#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cpo::ingest {

/// Set of 64-bit hashes, open addressing with linear probing; at most three quarters of the slots
/// are in use: 11 to 22 bytes each. Not thread-safe.
class HashSet {
public:
    HashSet() : slots_(1024) {}

    /// False when it was there.
    bool insert(std::uint64_t hash) {
        hash = std::max<std::uint64_t>(hash, 1);  // 0 is a free slot.
        if (4 * (size_ + 1) > 3 * slots_.size()) grow();
        std::uint64_t& slot = slots_[place_of(hash)];
        if (slot == hash) return false;
        slot = hash;
        ++size_;
        return true;
    }

private:
    /// Of the hash, or where it belongs.
    std::size_t place_of(std::uint64_t hash) const {
        std::size_t place = hash & (slots_.size() - 1);
        while (slots_[place] != 0 && slots_[place] != hash)
            place = (place + 1) & (slots_.size() - 1);
        return place;
    }

    void grow() {
        std::vector<std::uint64_t> old(2 * slots_.size());
        old.swap(slots_);
        for (const std::uint64_t hash : old)
            if (hash != 0) slots_[place_of(hash)] = hash;
    }

    std::vector<std::uint64_t> slots_;  ///< A power of two of them.
    std::size_t size_ = 0;
};

}  // namespace cpo::ingest
