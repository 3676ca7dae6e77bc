#include "agents/segmentation/ward.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <tuple>

#include "agents/segmentation/box_tree.h"
#include "agents/segmentation/called_off.h"
#include "agents/segmentation/mixed.h"
#include "base/parallel.h"

namespace cpo::segmentation {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
constexpr float kNever = std::numeric_limits<float>::max();
constexpr std::size_t kSearchesPerTask = 32;
/// So many new clusters are compared one by one before the tree is made anew.
constexpr std::size_t kFreshMin = 64;
constexpr std::size_t kFreshShare = 64;  ///< Or this part of all.

struct Neighbour {
    std::uint32_t slot = kNone;
    std::uint32_t number = kNone;  ///< Of the cluster that was in the slot.
    double rise = std::numeric_limits<double>::infinity();
    std::uint32_t round = 0;  ///< In which the younger of the two was made.
    std::uint64_t lot = 0;    ///< Of the pair.
};

/// Clusters live in slots, one a row at first; a union takes the slot of one of its parts.
class WardRun {
public:
    WardRun(const ExactPoints& points, int threads, Deadline deadline, SimdLevel simd)
        : threads_(threads),
          deadline_(deadline),
          simd_(simd),
          columns_(points.columns),
          rows_(points.rows()),
          centres_(points),
          unit_(scale_to_unit(centres_)),
          sizes_(rows_, 1),
          numbers_(rows_),
          rounds_(rows_),
          nearest_(rows_),
          place_of_(rows_),
          active_(rows_),
          is_fresh_(rows_) {
        std::iota(numbers_.begin(), numbers_.end(), 0U);
        std::iota(active_.begin(), active_.end(), 0U);
    }

    Result<Dendrogram> run() {
        join_equal();
        merges_.reserve(rows_ - 1);
        plant();
        while (active_.size() > 1) {
            ++round_;
            search_all();
            if (deadline_.has_passed()) return called_off();
            merge_pairs();
            if (fresh_.size() > std::max(kFreshMin, active_.size() / kFreshShare)) plant();
        }
        return ordered(rows_, std::move(merges_));
    }

private:
    /// Equal rows are one cluster from the start: each would be as near to each.
    void join_equal() {
        merges_ = equal_rows(centres_);
        for (const TreeMerge& merge : merges_) {
            ++sizes_[merge.left];
            numbers_[merge.right] = kNone;
        }
        std::erase_if(active_, [&](std::uint32_t slot) { return numbers_[slot] == kNone; });
    }

    /// Makes the tree of all clusters.
    void plant() {
        ExactPoints centres{columns_, {}};
        centres.values.reserve(active_.size() * columns_);
        for (const std::uint32_t slot : active_) {
            const auto centre = centres_.row(slot);
            centres.values.insert(centres.values.end(), centre.begin(), centre.end());
        }
        tree_.emplace(centres, threads_, simd_);
        slot_at_.resize(active_.size());
        sizes_at_.assign(tree_->leaves() * kLanes, 1);
        for (std::size_t place = 0; place < active_.size(); ++place) {
            const std::uint32_t slot = active_[tree_->row_at(place)];
            slot_at_[place] = slot;
            place_of_[slot] = static_cast<std::uint32_t>(place);
            sizes_at_[place] = static_cast<float>(sizes_[slot]);
        }
        set_least();
        for (const std::uint32_t slot : fresh_) is_fresh_[slot] = 0;
        fresh_.clear();
    }

    /// Smallest cluster under each box, level by level.
    void set_least() {
        least_.clear();
        std::vector<float> below(sizes_at_.begin(), sizes_at_.end());
        for (std::size_t place = active_.size(); place < below.size(); ++place)
            below[place] = kNever;
        while (least_.size() <= tree_->levels()) {
            std::vector<float> least((below.size() + kLanes - 1) / kLanes, kNever);
            for (std::size_t i = 0; i < below.size(); ++i)
                least[i / kLanes] = std::min(least[i / kLanes], below[i]);
            below = least;
            least_.push_back(std::move(least));
        }
    }

    double rise(std::uint32_t a, std::uint32_t b) const {
        const double squared = squared_distance(centres_.row(a), centres_.row(b));
        const auto n = static_cast<double>(sizes_[a]);
        const auto m = static_cast<double>(sizes_[b]);
        return n * m / (n + m) * squared;
    }

    /// Of equal rises the pair whose younger part is older, so that what was found stays true as
    /// clusters join; then by lot, so that on a grid many pairs are mutual. With the same order of
    /// pairs for all, the first pair of all is always mutual.
    void consider(std::uint32_t slot, std::uint32_t other, Neighbour& best) const {
        if (slot == other) return;
        const double found = rise(slot, other);
        if (found > best.rise) return;
        const auto [low, high] = std::minmax(numbers_[slot], numbers_[other]);
        const Neighbour pair{other,
                             numbers_[other],
                             found,
                             std::max(rounds_[slot], rounds_[other]),
                             mixed(std::uint64_t{low} << 32U | high)};
        if (std::tie(pair.rise, pair.round, pair.lot) < std::tie(best.rise, best.round, best.lot))
            best = pair;
    }

    /// What some slots have found so far, and what may be better yet.
    struct Searches {
        std::span<const std::uint32_t> slots;                  ///< Up to BoxTree::kSearchesMax.
        std::vector<float> points;                             ///< [slots x columns], of the tree.
        std::array<RiseQuery, BoxTree::kSearchesMax> queries;  ///< Behind the last one copies.
        std::array<Neighbour, BoxTree::kSearchesMax> best;
    };

    void tighten(std::size_t which, Searches& searches) const {
        constexpr double kMost = 1e30;  // More than any rise in the unit of the tree.
        const BoxTree::Ceiling ceiling = tree_->ceiling();
        const double own = sizes_[searches.slots[which]];
        searches.queries[which].limit = {
            static_cast<float>(own),
            static_cast<float>(std::min(searches.best[which].rise * ceiling.factor / own, kMost)),
            static_cast<float>(ceiling.offset)};
    }

    /// Compares the clusters of a leaf with the `wanted` of the searches, and with those that come
    /// with them.
    void look_at_leaf(std::size_t leaf, unsigned wanted, Searches& searches) const {
        for (std::size_t first = 0; wanted >> first != 0; first += kQueries) {
            if ((wanted >> first & ((1U << kQueries) - 1)) == 0) continue;
            const RiseMasks masks =
                tree_->kernels().smaller_rises(tree_->leaf(leaf),
                                               columns_,
                                               &searches.queries[first],
                                               sizes_at_.data() + leaf * kLanes);
            const std::size_t count = std::min(kQueries, searches.slots.size() - first);
            for (std::size_t q = 0; q < count; ++q)
                if (masks[q] != 0) look_closer(leaf, masks[q], first + q, searches);
        }
    }

    void look_closer(std::size_t leaf,
                     unsigned better,
                     std::size_t which,
                     Searches& searches) const {
        for (; better != 0; better &= better - 1) {
            const auto lane = static_cast<std::size_t>(std::countr_zero(better));
            consider(searches.slots[which], slot_at_[leaf * kLanes + lane], searches.best[which]);
        }
        tighten(which, searches);
    }

    /// The nearest clusters of up to BoxTree::kSearchesMax slots, sought together: where pruning
    /// does little, most leaves are looked at for all of them, and a loaded leaf is used that
    /// often.
    void search(std::span<const std::uint32_t> slots) {
        Searches searches{slots, std::vector<float>(slots.size() * columns_), {}, {}};
        std::array<BoxView, BoxTree::kSearchesMax> boxes{};
        for (std::size_t which = 0; which < slots.size(); ++which) {
            float* point = searches.points.data() + which * columns_;
            tree_->round(centres_.row(slots[which]), point);
            boxes[which] = {point, point};
            searches.queries[which].point = point;
            for (const std::uint32_t other : fresh_)
                consider(slots[which], other, searches.best[which]);
            tighten(which, searches);
        }
        for (std::size_t which = slots.size(); which < searches.queries.size(); ++which)
            searches.queries[which] = searches.queries[0];
        // Beside its place there are near ones most likely.
        for (std::size_t which = 0; which < slots.size(); ++which)
            look_at_leaf(place_of_[slots[which]] / kLanes, 1U << which, searches);
        tree_->search_together(
            std::span(boxes).first(slots.size()),
            [&](std::size_t which, std::size_t level, std::size_t group) {
                // The smallest cluster below has the widest limit.
                const float least = least_[level + 1][group];
                const RiseLimit& limit = searches.queries[which].limit;
                return limit.factor * (limit.own + least) / least + limit.offset;
            },
            [&](std::size_t leaf, unsigned wanted) { look_at_leaf(leaf, wanted, searches); });
        for (std::size_t which = 0; which < slots.size(); ++which)
            nearest_[slots[which]] = searches.best[which];
    }

    bool is_known(std::uint32_t slot) const {
        const Neighbour& nearest = nearest_[slot];
        return nearest.slot != kNone && numbers_[nearest.slot] == nearest.number;
    }

    void search_all() {
        std::vector<std::uint32_t> open;
        for (const std::uint32_t slot : active_)
            if (!is_known(slot)) open.push_back(slot);
        // Those that are near each other reach the same leaves.
        std::sort(open.begin(), open.end(), [this](std::uint32_t a, std::uint32_t b) {
            return std::tie(place_of_[a], a) < std::tie(place_of_[b], b);
        });
        const std::size_t tasks = (open.size() + kSearchesPerTask - 1) / kSearchesPerTask;
        parallel_for(threads_, tasks, [&](std::size_t task) {
            if (deadline_.has_passed()) return;
            const std::size_t to = std::min((task + 1) * kSearchesPerTask, open.size());
            for (std::size_t i = task * kSearchesPerTask; i < to; i += BoxTree::kSearchesMax)
                search(std::span(open).subspan(i, std::min(BoxTree::kSearchesMax, to - i)));
        });
    }

    /// Joins the mutual pairs. A rise that rounding puts below one that it equals can leave old
    /// neighbours that are no longer the first, and then none may be mutual: all are searched anew.
    void merge_pairs() {
        const std::size_t before = merges_.size();
        std::vector<std::uint32_t> left;
        left.reserve(active_.size());
        for (const std::uint32_t slot : active_) {
            const std::uint32_t other = nearest_[slot].slot;
            const bool is_mutual =
                nearest_[other].slot == slot && numbers_[slot] != kNone && numbers_[other] != kNone;
            if (is_mutual && slot < other) merge(slot, other);
        }
        if (merges_.size() == before)
            for (const std::uint32_t slot : active_) nearest_[slot] = {};
        for (const std::uint32_t slot : active_)
            if (numbers_[slot] != kNone) left.push_back(slot);
        std::erase_if(fresh_, [&](std::uint32_t slot) { return numbers_[slot] == kNone; });
        active_ = std::move(left);
    }

    void merge(std::uint32_t a, std::uint32_t b) {
        merges_.push_back({a, b, unit_ * std::sqrt(2 * nearest_[a].rise), 0});
        for (const std::uint32_t slot : {a, b}) tree_->remove(place_of_[slot]);
        const auto n = static_cast<double>(sizes_[a]);
        const auto m = static_cast<double>(sizes_[b]);
        double* centre = centres_.values.data() + a * columns_;
        const double* other = centres_.values.data() + b * columns_;
        for (std::size_t j = 0; j < columns_; ++j)
            centre[j] += (other[j] - centre[j]) * (m / (n + m));
        sizes_[a] += sizes_[b];
        numbers_[a] = static_cast<std::uint32_t>(rows_ + merges_.size() - 1);
        numbers_[b] = kNone;
        rounds_[a] = round_;
        nearest_[a] = {};
        if (is_fresh_[a] == 0) fresh_.push_back(a);
        is_fresh_[a] = 1;
    }

    const int threads_;
    const Deadline deadline_;
    const SimdLevel simd_;
    const std::size_t columns_;
    const std::size_t rows_;
    ExactPoints centres_;  ///< By slot, over the unit.
    const double unit_;
    std::vector<std::uint32_t> sizes_;     ///< By slot.
    std::vector<std::uint32_t> numbers_;   ///< By slot, of its cluster; kNone when there is none.
    std::vector<std::uint32_t> rounds_;    ///< By slot, in which its cluster was made.
    std::vector<Neighbour> nearest_;       ///< By slot.
    std::vector<std::uint32_t> place_of_;  ///< By slot, in the tree; that of a part when fresh.
    std::vector<std::uint32_t> active_;    ///< Slots with a cluster.
    std::vector<std::uint32_t> fresh_;     ///< Slots whose cluster is not in the tree.
    std::vector<std::uint8_t> is_fresh_;   ///< By slot.
    std::optional<BoxTree> tree_;
    std::vector<std::uint32_t> slot_at_;     ///< By place.
    std::vector<float> sizes_at_;            ///< By place.
    std::vector<std::vector<float>> least_;  ///< By level and box, [0] the leaves.
    std::vector<TreeMerge> merges_;
    std::uint32_t round_ = 0;
};

}  // namespace

Result<Dendrogram> ward(const ExactPoints& points, int threads, Deadline deadline, SimdLevel simd) {
    return WardRun(points, threads, deadline, simd).run();
}

}  // namespace cpo::segmentation
