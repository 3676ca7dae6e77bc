#include "agents/segmentation/dbscan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <functional>
#include <limits>

#include "agents/segmentation/called_off.h"
#include "agents/segmentation/disjoint_sets.h"
#include "agents/segmentation/row_sample.h"
#include "base/parallel.h"
#include "base/random.h"
#include "model/segment.h"

namespace cpo::segmentation {
namespace {

/// Hits that are remembered of a group: six a point, of 8 bytes each.
constexpr std::size_t kHitsMax = 6 * kLanes * kLanes;
constexpr auto kNowhere = std::numeric_limits<std::uint32_t>::max();
/// Leaves on either side whose points bound the distance to the nearest ones.
constexpr std::size_t kLeavesAround = 2;

/// Over the square of `unit`, a power of two: the same digits, but no square is infinite.
double squared_distance(std::span<const double> a, std::span<const double> b, double unit) {
    double sum = 0;
    for (std::size_t j = 0; j < a.size(); ++j) {
        const double difference = a[j] / unit - b[j] / unit;
        sum += difference * difference;
    }
    return sum;
}

std::uint32_t place_of(std::size_t leaf, int lane) {
    return static_cast<std::uint32_t>(leaf * kLanes + static_cast<std::size_t>(lane));
}

class DbscanRun {
public:
    DbscanRun(const ExactPoints& points, const BoxTree& tree, const DbscanOptions& options)
        : points_(points),
          tree_(tree),
          options_(options),
          kernels_(tree.kernels()),
          limits_(tree.limits(options.radius)),
          squared_radius_(options.radius / tree.unit() * (options.radius / tree.unit())),
          core_(tree.leaves()),
          joined_(tree.leaves()),
          joined_groups_(groups()),
          hits_(groups()),
          sets_(tree.rows()),
          cluster_at_(tree.rows(), kNoSegment) {}

    Result<DbscanResult> run() {
        each_group([this](std::size_t group) { find_core(group); });
        each_group([this](std::size_t group) { join_inside(group); });
        each_group([this](std::size_t group) { join_across(group); });
        DbscanResult result = numbered();
        each_group([this](std::size_t group) { add_border(group); });
        if (options_.deadline.has_passed()) return called_off();
        for (std::size_t place = 0; place < tree_.rows(); ++place) {
            result.cluster_of[tree_.row_at(place)] = cluster_at_[place];
            result.noise += cluster_at_[place] == kNoSegment ? 1U : 0U;
        }
        return result;
    }

private:
    /// `lanes` of a leaf are within the radius of a point.
    struct Hit {
        std::uint32_t leaf;
        std::uint16_t lanes;
        std::uint8_t place;  ///< In the group of the point.
    };
    static_assert(kLanes * kLanes <= 256);
    /// What is near the points of a group that are no core points.
    struct BorderHits {
        std::vector<Hit> hits;
        bool are_all = true;  ///< None was left out for want of room.
    };
    /// Of the core points of a leaf or group.
    struct Joined {
        std::uint32_t first = kNowhere;  ///< Place of one.
        bool is_one_set = true;
    };

    /// Of kLanes leaves each: one box of the second level, and one task.
    std::size_t groups() const { return (tree_.leaves() + kLanes - 1) / kLanes; }

    template <typename Work>
    void each_group(const Work& work) {
        parallel_for(options_.threads, groups(), [&](std::size_t group) {
            if (!options_.deadline.has_passed()) work(group);
        });
    }

    template <typename Work>
    void each_leaf(std::size_t group, const Work& work) const {
        const std::size_t to = std::min((group + 1) * kLanes, tree_.leaves());
        for (std::size_t leaf = group * kLanes; leaf < to; ++leaf) work(leaf);
    }

    LaneQueries lanes(std::size_t leaf, unsigned wanted) const {
        return {tree_.point(leaf * kLanes), wanted};
    }

    /// Calls visit(lane, lanes of `other` within the radius) for the `wanted` lanes of `leaf` that
    /// have any, as long as it gives true.
    template <typename Visit>
    void compare(std::size_t leaf, unsigned wanted, std::size_t other, const Visit& visit) const {
        const NearMasks masks =
            kernels_.compare(tree_.leaf(other), tree_.columns(), lanes(leaf, wanted), limits_);
        for (; wanted != 0; wanted &= wanted - 1) {
            const int lane = std::countr_zero(wanted);
            unsigned within = masks.near[static_cast<std::size_t>(lane)];
            if (const unsigned perhaps = masks.perhaps[static_cast<std::size_t>(lane)])
                within |= decide(place_of(leaf, lane), other, perhaps);
            if (within != 0 && !visit(lane, within)) return;
        }
    }

    /// Those of the lanes `perhaps` of a leaf that are within the radius in float64.
    unsigned decide(std::size_t place, std::size_t leaf, unsigned perhaps) const {
        unsigned within = 0;
        for (; perhaps != 0; perhaps &= perhaps - 1) {
            const int lane = std::countr_zero(perhaps);
            const double distance =
                squared_distance(points_.row(tree_.row_at(place)),
                                 points_.row(tree_.row_at(place_of(leaf, lane))),
                                 tree_.unit());
            if (distance <= squared_radius_) within |= 1U << static_cast<unsigned>(lane);
        }
        return within;
    }

    static Hit hit(std::size_t leaf, int lane, std::size_t other, unsigned within) {
        return {static_cast<std::uint32_t>(other),
                static_cast<std::uint16_t>(within),
                static_cast<std::uint8_t>(place_of(leaf % kLanes, lane))};
    }

    void find_core(std::size_t group) {
        BorderHits& border = hits_[group];
        std::vector<Hit> hits;
        each_leaf(group, [&](std::size_t leaf) {
            hits.clear();
            find_core(leaf, hits);
            if (!border.are_all) return;
            for (const Hit& hit : hits)
                if (!is_core(group * kLanes * kLanes + hit.place)) border.hits.push_back(hit);
            if (border.hits.size() > kHitsMax) border = {{}, false};
        });
    }

    void find_core(std::size_t leaf, std::vector<Hit>& hits) {
        std::array<int, kLanes> counts{};
        unsigned open = tree_.lanes_of(leaf);
        const auto look_at = [&](std::size_t other, unsigned wanted) {
            if ((wanted & open) == 0) return;
            compare(leaf, wanted & open, other, [&](int lane, unsigned within) {
                int& found = counts[static_cast<std::size_t>(lane)];
                found += std::popcount(within);
                if (found >= options_.points_min)
                    open &= ~(1U << static_cast<unsigned>(lane));
                else
                    hits.push_back(hit(leaf, lane, other, within));
                return true;
            });
        };
        // The nearest first: most core points need no other leaf.
        look_at(leaf, open);
        const std::size_t home = leaf / kLanes;
        if (open != 0)
            tree_.search_lanes_in_group(
                home,
                lanes(leaf, open),
                [&](std::size_t /*level*/, std::size_t /*group*/) { return limits_.far; },
                [&](std::size_t other, unsigned wanted) {
                    if (other != leaf) look_at(other, wanted);
                });
        if (open != 0)
            tree_.search_lanes(
                lanes(leaf, open),
                [&](std::size_t level, std::size_t group) {
                    return level == 0 && group == home ? -1 : limits_.far;
                },
                look_at);
        core_[leaf] = static_cast<std::uint16_t>(tree_.lanes_of(leaf) & ~open);
    }

    bool is_core(std::size_t place) const {
        return (core_[place / kLanes] >> (place % kLanes) & 1U) != 0;
    }

    /// Joins the core points of the leaves of a group with each other.
    void join_inside(std::size_t group) {
        each_leaf(group, [&](std::size_t leaf) {
            join_leaves(leaf, core_[leaf], leaf);
            note_joined(leaf, joined_[leaf]);
        });
        each_leaf(group, [&](std::size_t leaf) {
            if (core_[leaf] == 0) return;
            tree_.search_lanes_in_group(
                group,
                lanes(leaf, core_[leaf]),
                [&](std::size_t /*level*/, std::size_t /*group*/) { return limits_.far; },
                [&](std::size_t other, unsigned near) {
                    if (other > leaf) join_leaves(leaf, near, other);
                });
        });
        each_leaf(group, [&](std::size_t leaf) {
            joined_[leaf] = {};
            note_joined(leaf, joined_[leaf]);
            note_joined(leaf, joined_groups_[group]);
        });
    }

    void note_joined(std::size_t leaf, Joined& joined) {
        for (unsigned core = core_[leaf]; core != 0; core &= core - 1) {
            const std::uint32_t place = place_of(leaf, std::countr_zero(core));
            if (joined.first == kNowhere) joined.first = place;
            if (sets_.find(place) != sets_.find(joined.first)) joined.is_one_set = false;
        }
    }

    /// Both have core points, and these are in one set.
    bool are_one_set(const Joined& a, const Joined& b) {
        return a.is_one_set && b.is_one_set && sets_.find(a.first) == sets_.find(b.first);
    }

    void join_leaves(std::size_t leaf, unsigned near, std::size_t other) {
        const unsigned other_core = core_[other];
        if (other_core == 0 || near == 0) return;
        const bool is_other = other != leaf;
        if (is_other && are_one_set(joined_[leaf], joined_[other])) return;
        // Where each side is one set already, one pair says all.
        const bool is_one_enough =
            is_other && joined_[leaf].is_one_set && joined_[other].is_one_set;
        compare(leaf, near, other, [&](int lane, unsigned within) {
            for (unsigned hit = within & other_core; hit != 0; hit &= hit - 1) {
                sets_.join(place_of(leaf, lane), place_of(other, std::countr_zero(hit)));
                if (is_one_enough) return false;
            }
            return true;
        });
    }

    /// Joins the core points of the leaves of a group with those of the groups behind it.
    void join_across(std::size_t home) {
        each_leaf(home, [&](std::size_t leaf) {
            if (core_[leaf] == 0) return;
            tree_.search_lanes(
                lanes(leaf, core_[leaf]),
                [&](std::size_t level, std::size_t group) {
                    const bool is_done =
                        level == 0 && (group <= home || joined_groups_[group].first == kNowhere ||
                                       are_one_set(joined_[leaf], joined_groups_[group]));
                    return is_done ? -1 : limits_.far;
                },
                [&](std::size_t other, unsigned near) { join_leaves(leaf, near, other); });
        });
    }

    /// Numbers the clusters by their first core row.
    DbscanResult numbered() {
        DbscanResult result;
        result.cluster_of.assign(tree_.rows(), kNoSegment);
        std::vector<std::uint32_t> place_of_row(tree_.rows());
        for (std::uint32_t place = 0; place < tree_.rows(); ++place)
            place_of_row[tree_.row_at(place)] = place;
        std::vector<int> number_of(tree_.rows(), kNoSegment);
        for (const std::uint32_t place : place_of_row) {
            if (!is_core(place)) continue;
            ++result.core_points;
            int& number = number_of[sets_.find(place)];
            if (number == kNoSegment) number = result.clusters++;
            cluster_at_[place] = number;
        }
        return result;
    }

    void add_border(std::size_t group) {
        const auto add = [&](const Hit& hit) {
            int& cluster = cluster_at_[group * kLanes * kLanes + hit.place];
            // Only core points are read here, so nobody looks at what is written.
            for (unsigned core = hit.lanes & core_[hit.leaf]; core != 0; core &= core - 1) {
                const int found = cluster_at_[hit.leaf * kLanes +
                                              static_cast<std::size_t>(std::countr_zero(core))];
                if (cluster == kNoSegment || found < cluster) cluster = found;
            }
        };
        if (hits_[group].are_all)
            for (const Hit& hit : hits_[group].hits) add(hit);
        else
            each_leaf(group, [&](std::size_t leaf) { search_border(leaf, add); });
    }

    template <typename Visit>
    void search_border(std::size_t leaf, const Visit& visit) const {
        const unsigned others = tree_.lanes_of(leaf) & ~unsigned{core_[leaf]};
        if (others == 0) return;
        tree_.search_lanes(
            lanes(leaf, others),
            [&](std::size_t level, std::size_t group) {
                return level == 0 && joined_groups_[group].first == kNowhere ? -1 : limits_.far;
            },
            [&](std::size_t other, unsigned near) {
                if (core_[other] == 0) return;
                compare(leaf, near, other, [&](int lane, unsigned within) {
                    visit(hit(leaf, lane, other, within));
                    return true;
                });
            });
    }

    const ExactPoints& points_;
    const BoxTree& tree_;
    const DbscanOptions options_;
    const Kernels& kernels_;
    const NearLimits limits_;
    const double squared_radius_;        ///< In the unit of the tree.
    std::vector<std::uint16_t> core_;    ///< [leaves], lanes that are core points.
    std::vector<Joined> joined_;         ///< [leaves].
    std::vector<Joined> joined_groups_;  ///< [groups].
    std::vector<BorderHits> hits_;       ///< [groups].
    DisjointSets sets_;
    std::vector<int> cluster_at_;  ///< [places].
};

/// Appends the squared distances of at most `limit` from a place to the points of a leaf.
void add_distances(const BoxTree& tree,
                   std::size_t place,
                   std::size_t leaf,
                   float limit,
                   std::vector<float>& distances) {
    std::array<float, kLanes> found{};
    tree.kernels().squared_distances(
        {tree.leaf(leaf), 1, tree.columns()}, tree.point(place), found.data());
    for (const float distance : found)
        if (distance <= limit) distances.push_back(distance);
}

float nth(std::vector<float>& distances, int number) {
    const auto at = distances.begin() + (number - 1);
    std::nth_element(distances.begin(), at, distances.end());
    return *at;
}

}  // namespace

Result<DbscanResult> dbscan(const ExactPoints& points,
                            const BoxTree& tree,
                            const DbscanOptions& options) {
    assert(options.radius > 0 && options.points_min >= 1 && points.rows() == tree.rows());
    return DbscanRun(points, tree, options).run();
}

std::vector<double> core_distances(const BoxTree& tree,
                                   int points_min,
                                   std::size_t rows_max,
                                   int threads) {
    assert(points_min >= 1 && static_cast<std::size_t>(points_min) <= tree.rows());
    const auto places =
        spread_sample(tree.rows(), std::min(rows_max, tree.rows()), Random(tree.rows()));
    const std::size_t around = kLeavesAround + static_cast<std::size_t>(points_min) / kLanes;
    std::vector<double> curve(places.size());
    parallel_for(threads, places.size(), [&](std::size_t i) {
        const std::size_t leaf = places[i] / kLanes;
        const std::size_t from = leaf - std::min(leaf, around);
        const std::size_t to = std::min(leaf + around + 1, tree.leaves());
        std::vector<float> distances;
        float limit = std::numeric_limits<float>::max();
        for (std::size_t other = from; other < to; ++other)
            add_distances(tree, places[i], other, limit, distances);
        // Near leaves give a distance that is surely enough; all leaves within it the true one.
        if (distances.size() >= static_cast<std::size_t>(points_min))
            limit = nth(distances, points_min);
        distances.clear();
        tree.search(
            {tree.point(places[i]), tree.point(places[i])},
            [&](std::size_t /*level*/, std::size_t /*group*/) { return limit; },
            [&](std::size_t other) { add_distances(tree, places[i], other, limit, distances); });
        curve[i] = tree.distance_of(nth(distances, points_min));
    });
    std::sort(curve.begin(), curve.end(), std::greater<>());
    return curve;
}

std::size_t bend_of(const std::vector<double>& falling) {
    const double steps = static_cast<double>(falling.size() - 1);
    const double drop = falling.front() - falling.back();
    std::size_t bend = 0;
    double depth_max = 0;
    for (std::size_t i = 0; i < falling.size() && drop > 0; ++i) {
        const double line = 1 - static_cast<double>(i) / steps;
        const double depth = line - (falling[i] - falling.back()) / drop;
        if (depth <= depth_max) continue;
        depth_max = depth;
        bend = i;
    }
    return bend;
}

}  // namespace cpo::segmentation
