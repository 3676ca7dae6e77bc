#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace cpo::segmentation {

/// Numbers distinct texts 0, 1, 2, ... in order of first appearance. Keeps one copy of each text.
/// Open addressing with linear probing. At most 2^32 - 2 texts. Not thread-safe.
class TextNumbering {
public:
    TextNumbering();
    std::uint32_t number_of(std::string_view text);
    /// REQUIRES: number < size().
    const std::string& text_of(std::uint32_t number) const { return texts_[number]; }
    std::size_t size() const { return texts_.size(); }

private:
    struct Slot {
        std::uint32_t hash = 0;
        std::uint32_t number_plus_1 = 0;  ///< 0 = free.
    };
    void grow();

    std::deque<std::string> texts_;
    std::vector<Slot> slots_;  ///< A power of two of them, at most two thirds in use.
};

/// The same for pairs of numbers.
class PairNumbering {
public:
    PairNumbering();
    /// The pair's number; `is_new` says whether it has just been given.
    std::uint32_t number_of(std::uint32_t first, std::uint32_t second, bool& is_new);

private:
    struct Slot {
        std::uint64_t pair = 0;
        std::uint32_t number_plus_1 = 0;
    };
    void grow();

    std::uint32_t size_ = 0;
    std::vector<Slot> slots_;
};

}  // namespace cpo::segmentation
