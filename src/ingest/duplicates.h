#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace cpo::ingest {

/// Counts lines that repeat an earlier line of the same order byte by byte. It looks only at orders
/// whose lines stand together, up to kLinesMax of them, so memory is bounded. Not thread-safe.
class DuplicateCounter {
public:
    static constexpr std::size_t kLinesMax = 4096;

    void add(std::string_view order, std::string_view line) {
        if (order != order_) {
            order_ = order;
            seen_.clear();
        }
        if (seen_.size() < kLinesMax && !seen_.insert(std::hash<std::string_view>{}(line)).second)
            ++count_;
    }
    std::size_t count() const { return count_; }

private:
    std::string order_;
    std::unordered_set<std::size_t> seen_;  ///< Only asked for membership; order never shows.
    std::size_t count_ = 0;
};

}  // namespace cpo::ingest
