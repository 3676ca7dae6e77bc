#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

namespace cpo::segmentation {

/// Sets that are joined by many threads at once; each is known by its smallest member. Source:
/// Anderson & Woll, "Wait-free Parallel Algorithms for the Union-Find Problem", STOC 1991, with
/// path halving. Thread-safe; near O(1) a call, 4 bytes a member.
class DisjointSets {
public:
    explicit DisjointSets(std::size_t members) : parents_(members) {
        for (std::size_t i = 0; i < members; ++i)
            parents_[i].store(static_cast<std::uint32_t>(i), std::memory_order_relaxed);
    }

    std::uint32_t find(std::uint32_t member) {
        while (true) {
            std::uint32_t parent = parents_[member].load(std::memory_order_relaxed);
            if (parent == member) return member;
            const std::uint32_t above = parents_[parent].load(std::memory_order_relaxed);
            if (above == parent) return parent;
            // Another thread may have halved it already: either is an ancestor.
            parents_[member].compare_exchange_weak(parent, above, std::memory_order_relaxed);
            member = above;
        }
    }

    void join(std::uint32_t a, std::uint32_t b) {
        while (true) {
            a = find(a);
            b = find(b);
            if (a == b) return;
            if (a < b) std::swap(a, b);
            std::uint32_t root = a;
            if (parents_[a].compare_exchange_strong(root, b, std::memory_order_relaxed)) return;
        }
    }

private:
    std::vector<std::atomic<std::uint32_t>> parents_;
};

}  // namespace cpo::segmentation
