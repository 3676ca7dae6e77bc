#include "agents/segmentation/genie.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <numeric>
#include <utility>

#include "agents/segmentation/disjoint_sets.h"

namespace cpo::segmentation {
namespace {

/// Sizes of clusters and how unequal they are.
class Sizes {
public:
    explicit Sizes(std::int64_t rows) : counts_{{1, rows}}, rows_(rows), clusters_(rows) {}

    std::int64_t smallest() const { return counts_.begin()->first; }

    /// REQUIRES: at least two clusters.
    double gini() const {
        return static_cast<double>(differences_) / static_cast<double>((clusters_ - 1) * rows_);
    }

    void join(std::int64_t a, std::int64_t b) {
        remove(a);
        remove(b);
        differences_ += differences_from(a + b);
        ++counts_[a + b];
        --clusters_;
    }

private:
    void remove(std::int64_t size) {
        const auto entry = counts_.find(size);
        if (--entry->second == 0) counts_.erase(entry);
        differences_ -= differences_from(size);
    }

    std::int64_t differences_from(std::int64_t size) const {
        std::int64_t sum = 0;
        for (const auto& [other, count] : counts_) sum += count * std::abs(size - other);
        return sum;
    }

    std::map<std::int64_t, std::int64_t> counts_;  ///< By size.
    std::int64_t rows_;
    std::int64_t clusters_;
    std::int64_t differences_ = 0;  ///< Of all pairs of clusters.
};

/// The edges that are not taken are a list, shortest first; edge i is its node i + 1.
class GenieRun {
public:
    GenieRun(const std::vector<TreeMerge>& edges, double gini_limit)
        : edges_(edges),
          gini_limit_(gini_limit),
          sets_(edges.size() + 1),
          size_of_(edges.size() + 1, 1),
          sizes_(static_cast<std::int64_t>(edges.size() + 1)),
          next_(edges.size() + 1) {
        std::iota(next_.begin(), next_.end(), std::size_t{1});
    }

    Dendrogram run() {
        std::vector<TreeMerge> merges;
        merges.reserve(edges_.size());
        while (merges.size() < edges_.size()) {
            merges.push_back(edges_[take() - 1]);
            const std::uint32_t a = sets_.find(merges.back().left);
            const std::uint32_t b = sets_.find(merges.back().right);
            sizes_.join(size_of_[a], size_of_[b]);
            sets_.join(a, b);
            size_of_[std::min(a, b)] = size_of_[a] + size_of_[b];
        }
        return numbered(edges_.size() + 1, std::move(merges));
    }

private:
    std::size_t take() {
        if (sizes_.gini() <= gini_limit_) {
            if (passed_ == next_[kHead]) passed_ = kHead;
            return take_after(kHead);
        }
        // Edges up to passed_ join larger clusters, and these only grow.
        if (passed_for_ != sizes_.smallest()) passed_ = kHead;
        passed_for_ = sizes_.smallest();
        while (!joins_smallest(next_[passed_])) passed_ = next_[passed_];
        return take_after(passed_);
    }

    std::size_t take_after(std::size_t node) {
        const std::size_t taken = next_[node];
        next_[node] = next_[taken];
        return taken;
    }

    bool joins_smallest(std::size_t node) {
        const TreeMerge& edge = edges_[node - 1];
        return size_of_[sets_.find(edge.left)] == passed_for_ ||
               size_of_[sets_.find(edge.right)] == passed_for_;
    }

    static constexpr std::size_t kHead = 0;

    const std::vector<TreeMerge>& edges_;
    const double gini_limit_;
    DisjointSets sets_;
    std::vector<std::int64_t> size_of_;  ///< By first row of a set.
    Sizes sizes_;
    std::vector<std::size_t> next_;  ///< By node.
    std::size_t passed_ = kHead;
    std::int64_t passed_for_ = 0;  ///< Smallest size for which edges were passed over.
};

}  // namespace

Dendrogram genie(const std::vector<TreeMerge>& edges, double gini_limit) {
    return GenieRun(edges, gini_limit).run();
}

}  // namespace cpo::segmentation
