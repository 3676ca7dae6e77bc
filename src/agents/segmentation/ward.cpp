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
constexpr std::size_t kSearchesPerTask = 32;
constexpr std::size_t kFollowsPerTask = 256;
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

/// The clusters that cost least to join with, cheapest first.
class Shortlist {
public:
    /// Longer ones save searches and make each dearer: 4 to 8 are as fast.
    static constexpr std::size_t kMax = 6;

    bool is_full() const { return count_ == kMax; }
    /// No cluster that was offered and is not listed costs less.
    double limit() const {
        return !is_full() ? std::numeric_limits<double>::infinity() : rises_[kMax - 1];
    }
    std::span<const std::uint32_t> slots() const { return std::span(slots_).first(count_); }

    /// `rise` may be less than the union costs. A slot that is listed stays as it is.
    void offer(std::uint32_t slot, double rise) {
        if (rise >= limit()) return;
        const auto listed = slots();
        if (std::find(listed.begin(), listed.end(), slot) != listed.end()) return;
        std::size_t at = std::min(count_, kMax - 1);
        for (; at > 0 && rises_[at - 1] > rise; --at) {
            rises_[at] = rises_[at - 1];
            slots_[at] = slots_[at - 1];
        }
        rises_[at] = rise;
        slots_[at] = slot;
        count_ = std::min(count_ + 1, kMax);
    }

private:
    std::size_t count_ = 0;
    std::array<double, kMax> rises_;
    std::array<std::uint32_t, kMax> slots_;
};

/// Of one search.
struct Found {
    Neighbour best;
    Shortlist near;
};

/// What a cluster remembers of its last search: a union costs at least `beyond`, unless it is with
/// a cluster that has grown out of one of those listed.
struct Remembered {
    std::array<std::uint32_t, Shortlist::kMax> near;  ///< Slots; kNone behind the last.
    double beyond = 0;

    Remembered() { near.fill(kNone); }
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
          remembered_(rows_),
          home_(rows_),
          partner_(rows_, kNone),
          place_of_(rows_),
          active_(rows_),
          is_fresh_(rows_) {
        std::iota(numbers_.begin(), numbers_.end(), 0U);
        std::iota(home_.begin(), home_.end(), 0U);
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
        ceiling_ = tree_->ceiling();
        slot_at_.resize(active_.size());
        shares_.assign(tree_->leaves(), {});
        for (std::size_t place = 0; place < active_.size(); ++place) {
            const std::uint32_t slot = active_[tree_->row_at(place)];
            slot_at_[place] = slot;
            place_of_[slot] = static_cast<std::uint32_t>(place);
            shares_[place / kLanes].values[place % kLanes] = 1 / static_cast<float>(sizes_[slot]);
        }
        set_largest_shares();
        for (const std::uint32_t slot : fresh_) is_fresh_[slot] = 0;
        fresh_.clear();
    }

    /// That of the smallest cluster under each group of boxes, level by level.
    void set_largest_shares() {
        largest_shares_.clear();
        std::vector<float> below;
        below.reserve(shares_.size());
        for (const Lanes& leaf : shares_)
            below.push_back(*std::max_element(leaf.values.begin(), leaf.values.end()));
        while (largest_shares_.size() < tree_->levels()) {
            std::vector<float> largest((below.size() + kLanes - 1) / kLanes);
            for (std::size_t i = 0; i < below.size(); ++i)
                largest[i / kLanes] = std::max(largest[i / kLanes], below[i]);
            below = largest;
            largest_shares_.push_back(std::move(largest));
        }
    }

    double rise(std::uint32_t a, std::uint32_t b) const {
        const double squared = squared_distance(centres_.row(a), centres_.row(b));
        const auto n = static_cast<double>(sizes_[a]);
        const auto m = static_cast<double>(sizes_[b]);
        return n * m / (n + m) * squared;
    }

    /// Returns the rise; `best` becomes the pair if it is better. Of equal rises the pair whose
    /// younger part is older, so that what was found stays true as clusters join; then by lot, so
    /// that on a grid many pairs are mutual. With the same order of pairs for all, the first pair
    /// of all is always mutual.
    double consider(std::uint32_t slot, std::uint32_t other, Neighbour& best) const {
        const double cost = rise(slot, other);
        if (cost > best.rise) return cost;
        const auto [low, high] = std::minmax(numbers_[slot], numbers_[other]);
        const Neighbour pair{other,
                             numbers_[other],
                             cost,
                             std::max(rounds_[slot], rounds_[other]),
                             mixed(std::uint64_t{low} << 32U | high)};
        if (std::tie(pair.rise, pair.round, pair.lot) < std::tie(best.rise, best.round, best.lot))
            best = pair;
        return cost;
    }

    void offer(std::uint32_t slot, std::uint32_t other, Found& found) const {
        if (slot != other) found.near.offer(other, consider(slot, other, found.best));
    }

    /// What some slots have found so far, and what may be better yet.
    struct Searches {
        std::span<const std::uint32_t> slots;  ///< Up to BoxTree::kSearchesMax.
        std::vector<float> coordinates;        ///< [slots x columns], of the tree.
        std::array<const float*, BoxTree::kSearchesMax> points;  ///< Of each slot.
        std::array<ShareLimit, BoxTree::kSearchesMax> limits;
        std::array<Found, BoxTree::kSearchesMax> found;
    };

    /// A union of n and m rows costs at most L when the squared distance of their centres is at
    /// most L / m + L / n; the share of a cluster is one by its rows.
    void tighten(std::size_t which, Searches& searches) const {
        constexpr double kMost = 1e30;  // More than any rise in the unit of the tree.
        const Found& found = searches.found[which];
        // The list may hold less than a union costs; all that cost what the best does are compared.
        const double rise = std::max(found.near.limit(), found.best.rise);
        const double most = rise * ceiling_.factor;
        const double slope = most < kMost ? most : kMost;  // No number: of 0 in a unit too small.
        const double own = sizes_[searches.slots[which]];
        searches.limits[which] = {static_cast<float>(slope),
                                  static_cast<float>(slope / own + ceiling_.offset)};
    }

    /// Compares the clusters of a leaf with the `wanted` of the searches.
    void look_at_leaf(std::size_t leaf, unsigned wanted, Searches& searches) const {
        static_assert(BoxTree::kSearchesMax <= kLanes);
        std::array<Lanes, BoxTree::kSearchesMax> squared;
        const LaneMasks masks =
            tree_->kernels().within_shares(tree_->leaf(leaf),
                                           columns_,
                                           {searches.points.data(), searches.limits.data(), wanted},
                                           shares_[leaf],
                                           squared.data());
        for (; wanted != 0; wanted &= wanted - 1) {
            const auto which = static_cast<std::size_t>(std::countr_zero(wanted));
            if (masks[which] != 0) look_closer(leaf, masks[which], squared[which], which, searches);
        }
    }

    /// Lists clusters by what float32 leaves of their rise; only where that is below the best of
    /// all, float64 decides.
    void look_closer(std::size_t leaf,
                     unsigned within,
                     const Lanes& squared,
                     std::size_t which,
                     Searches& searches) const {
        const std::uint32_t slot = searches.slots[which];
        const double own_share = 1 / static_cast<double>(sizes_[slot]);
        Found& found = searches.found[which];
        for (; within != 0; within &= within - 1) {
            const auto lane = static_cast<std::size_t>(std::countr_zero(within));
            const std::uint32_t other = slot_at_[leaf * kLanes + lane];
            if (other == slot) continue;
            const double share = own_share + static_cast<double>(shares_[leaf].values[lane]);
            const double least = (static_cast<double>(squared.values[lane]) - ceiling_.offset) /
                                 (share * ceiling_.factor);
            found.near.offer(other, least);
            if (least <= found.best.rise) consider(slot, other, found.best);
        }
        tighten(which, searches);
    }

    /// The nearest clusters of up to BoxTree::kSearchesMax slots, sought together: where pruning
    /// does little, most leaves are looked at for all of them, and a loaded leaf is used that
    /// often.
    void search(std::span<const std::uint32_t> slots) {
        Searches searches{slots, std::vector<float>(slots.size() * columns_), {}, {}, {}};
        std::array<BoxView, BoxTree::kSearchesMax> boxes{};
        for (std::size_t which = 0; which < slots.size(); ++which) {
            const std::uint32_t slot = slots[which];
            float* point = searches.coordinates.data() + which * columns_;
            tree_->round(centres_.row(slot), point);
            boxes[which] = {point, point};
            searches.points[which] = point;
            for (const std::uint32_t other : remembered_[slot].near)
                if (other != kNone) offer(slot, other, searches.found[which]);
            for (const std::uint32_t other : fresh_) offer(slot, other, searches.found[which]);
            tighten(which, searches);
            // Beside its place there are near ones most likely: a limit to begin with.
            if (!searches.found[which].near.is_full())
                look_at_leaf(place_of_[slot] / kLanes, 1U << which, searches);
        }
        tree_->search_together(
            std::span(boxes).first(slots.size()),
            [&](std::size_t which, std::size_t level, std::size_t group) {
                const ShareLimit& limit = searches.limits[which];
                return limit.slope * largest_shares_[level][group] + limit.offset;
            },
            [&](std::size_t leaf, unsigned wanted) { look_at_leaf(leaf, wanted, searches); });
        for (std::size_t which = 0; which < slots.size(); ++which) {
            const Found& found = searches.found[which];
            keep(slots[which], found, found.near.limit());
        }
    }

    void keep(std::uint32_t slot, const Found& found, double beyond) {
        nearest_[slot] = found.best;
        remembered_[slot] = {};
        const auto near = found.near.slots();
        std::copy(near.begin(), near.end(), remembered_[slot].near.begin());
        remembered_[slot].beyond = beyond;
        partner_[slot] = kNone;
    }

    /// Slot of the cluster that has grown out of the one that was in `slot`.
    std::uint32_t home(std::uint32_t slot) const {
        while (home_[slot] != slot) slot = home_[slot];
        return slot;
    }

    /// Looks for the nearest cluster among those that have grown out of the listed ones, and leaves
    /// it unknown when others may be nearer.
    void follow(std::uint32_t slot) {
        constexpr double kRounding = 1e-9;  // More than float64 makes of a rise, but far from 0.
        Found found;
        for (const std::uint32_t part : {slot, partner_[slot]}) {
            if (part == kNone) continue;
            for (const std::uint32_t near : remembered_[part].near)
                if (near != kNone) offer(slot, home(near), found);
        }
        const double beyond = remembered_[slot].beyond;
        keep(slot, found, std::min(beyond, found.near.limit()));
        if (!(found.best.rise < beyond * (1 - kRounding))) nearest_[slot] = {};
    }

    bool is_known(std::uint32_t slot) const {
        const Neighbour& nearest = nearest_[slot];
        return nearest.slot != kNone && numbers_[nearest.slot] == nearest.number;
    }

    void search_all() {
        std::vector<std::uint32_t> open;
        for (const std::uint32_t slot : active_)
            if (!is_known(slot)) open.push_back(slot);
        parallel_for(
            threads_, (open.size() + kFollowsPerTask - 1) / kFollowsPerTask, [&](std::size_t task) {
                const std::size_t to = std::min((task + 1) * kFollowsPerTask, open.size());
                for (std::size_t i = task * kFollowsPerTask; i < to; ++i) follow(open[i]);
            });
        std::erase_if(open, [this](std::uint32_t slot) { return is_known(slot); });
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
            for (const std::uint32_t slot : active_) {
                nearest_[slot] = {};
                remembered_[slot].beyond = 0;
            }
        for (const std::uint32_t slot : active_)
            if (numbers_[slot] != kNone) left.push_back(slot);
        std::erase_if(fresh_, [&](std::uint32_t slot) { return numbers_[slot] == kNone; });
        active_ = std::move(left);
    }

    /// What the union of a, b and a third cluster, listed by neither, costs at least. The formula
    /// (Lance & Williams, "A General Theory of Classificatory Sorting Strategies", 1967) falls or
    /// rises with the size of the third: the least is at 1 or at infinity.
    double beyond_union(std::uint32_t a, std::uint32_t b) const {
        const auto n = static_cast<double>(sizes_[a]);
        const auto m = static_cast<double>(sizes_[b]);
        const double with_a = remembered_[a].beyond;
        const double with_b = remembered_[b].beyond;
        const double if_large = with_a + with_b - nearest_[a].rise;
        return std::min((n * with_a + m * with_b + if_large) / (n + m + 1), if_large);
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
        remembered_[a].beyond = beyond_union(a, b);
        partner_[a] = b;
        home_[b] = a;
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
    std::vector<Remembered> remembered_;   ///< By slot.
    std::vector<std::uint32_t> home_;      ///< By slot: that its cluster went to, or itself.
    std::vector<std::uint32_t> partner_;   ///< By slot: that of the other part of a new cluster.
    std::vector<std::uint32_t> place_of_;  ///< By slot, in the tree; that of a part when fresh.
    std::vector<std::uint32_t> active_;    ///< Slots with a cluster.
    std::vector<std::uint32_t> fresh_;     ///< Slots whose cluster is not in the tree.
    std::vector<std::uint8_t> is_fresh_;   ///< By slot.
    std::optional<BoxTree> tree_;
    BoxTree::Ceiling ceiling_{};
    std::vector<std::uint32_t> slot_at_;  ///< By place.
    std::vector<Lanes> shares_;           ///< By leaf: one by the rows of each cluster, or 0.
    std::vector<std::vector<float>> largest_shares_;  ///< By level and group.
    std::vector<TreeMerge> merges_;
    std::uint32_t round_ = 0;
};

}  // namespace

Result<Dendrogram> ward(const ExactPoints& points, int threads, Deadline deadline, SimdLevel simd) {
    return WardRun(points, threads, deadline, simd).run();
}

}  // namespace cpo::segmentation
