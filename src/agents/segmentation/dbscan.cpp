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

constexpr std::size_t kLeavesPerTask = 16;
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
          is_joined_(tree.leaves()),
          sets_(tree.rows()),
          cluster_at_(tree.rows(), kNoSegment) {}

    Result<DbscanResult> run() {
        each_leaf([this](std::size_t leaf, auto& near) { find_core(leaf, near); });
        each_leaf([this](std::size_t leaf, auto&) { join_inside(leaf); });
        each_leaf([this](std::size_t leaf, auto& near) { join_across(leaf, near); });
        DbscanResult result = numbered();
        each_leaf([this](std::size_t leaf, auto& near) { add_border(leaf, near); });
        if (options_.deadline.has_passed()) return called_off();
        for (std::size_t place = 0; place < tree_.rows(); ++place) {
            result.cluster_of[tree_.row_at(place)] = cluster_at_[place];
            result.noise += cluster_at_[place] == kNoSegment ? 1U : 0U;
        }
        return result;
    }

private:
    using Leaves = std::vector<std::uint32_t>;

    template <typename Work>
    void each_leaf(const Work& work) {
        const std::size_t tasks = (tree_.leaves() + kLeavesPerTask - 1) / kLeavesPerTask;
        parallel_for(options_.threads, tasks, [&](std::size_t task) {
            if (options_.deadline.has_passed()) return;
            Leaves near;
            const std::size_t to = std::min((task + 1) * kLeavesPerTask, tree_.leaves());
            for (std::size_t leaf = task * kLeavesPerTask; leaf < to; ++leaf) work(leaf, near);
        });
    }

    /// Leaves that may have a point within the radius of a point in `box`.
    void find_near(BoxView box, Leaves& near) const {
        near.clear();
        tree_.search(
            box,
            [&](std::size_t /*level*/, std::size_t /*group*/) { return limits_.far; },
            [&](std::size_t leaf) { near.push_back(static_cast<std::uint32_t>(leaf)); });
    }
    void find_near(std::uint32_t place, Leaves& near) const {
        find_near({tree_.point(place), tree_.point(place)}, near);
    }

    /// Lanes of `leaf` that may have a point of `other` within the radius.
    std::uint16_t lanes_near(std::size_t leaf, std::size_t other) const {
        const Lanes* points = tree_.leaf(leaf);
        return kernels_.near_boxes(
            {points, points, tree_.columns()}, tree_.box(other), limits_.far);
    }

    /// Calls visit(lane, lanes of `other` within the radius) for the `wanted` lanes of `leaf`, as
    /// long as it gives true.
    template <typename Visit>
    void compare(std::size_t leaf, unsigned wanted, std::size_t other, const Visit& visit) const {
        while (wanted != 0) {
            std::array<int, kQueries> lanes{};
            std::array<const float*, kQueries> queries{};
            std::size_t count = 0;
            for (; wanted != 0 && count < kQueries; wanted &= wanted - 1)
                lanes[count++] = std::countr_zero(wanted);
            for (std::size_t q = 0; q < kQueries; ++q)
                queries[q] = tree_.point(place_of(leaf, lanes[std::min(q, count - 1)]));
            const NearMasks masks =
                kernels_.compare(tree_.leaf(other), tree_.columns(), queries, count, limits_);
            for (std::size_t q = 0; q < count; ++q) {
                const unsigned within =
                    masks.near[q] | decide(place_of(leaf, lanes[q]), other, masks.perhaps[q]);
                if (!visit(lanes[q], within)) return;
            }
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

    void find_core(std::size_t leaf, Leaves& near) {
        std::array<int, kLanes> counts{};
        unsigned open = tree_.lanes_of(leaf);
        const auto count = [&](int lane, unsigned within) {
            int& found = counts[static_cast<std::size_t>(lane)];
            found += std::popcount(within);
            if (found >= options_.points_min) open &= ~(1U << static_cast<unsigned>(lane));
            return true;
        };
        // The nearest first: most core points need no other leaf.
        compare(leaf, open, leaf, count);
        for (unsigned left = open; left != 0; left &= left - 1) {
            const unsigned lane = left & -left;
            find_near(place_of(leaf, std::countr_zero(left)), near);
            for (auto other = near.begin(); (open & lane) != 0 && other != near.end(); ++other)
                if (*other != leaf) compare(leaf, lane, *other, count);
        }
        core_[leaf] = static_cast<std::uint16_t>(tree_.lanes_of(leaf) & ~open);
    }

    void join_inside(std::size_t leaf) {
        const unsigned core = core_[leaf];
        compare(leaf, core, leaf, [&](int lane, unsigned within) {
            for (unsigned other = within & core; other != 0; other &= other - 1)
                sets_.join(place_of(leaf, lane), place_of(leaf, std::countr_zero(other)));
            return true;
        });
        is_joined_[leaf] = 1;
        if (core == 0) return;
        const std::uint32_t set = sets_.find(place_of(leaf, std::countr_zero(core)));
        for (unsigned rest = core & (core - 1); rest != 0; rest &= rest - 1)
            if (sets_.find(place_of(leaf, std::countr_zero(rest))) != set) is_joined_[leaf] = 0;
    }

    void join_across(std::size_t leaf, Leaves& near) {
        const unsigned core = core_[leaf];
        if (core == 0) return;
        const std::uint32_t one = place_of(leaf, std::countr_zero(core));
        find_near(tree_.box(leaf), near);
        // Each pair of leaves once.
        for (auto next = std::upper_bound(near.begin(), near.end(), leaf); next != near.end();
             ++next) {
            const std::uint32_t other = *next;
            const unsigned other_core = core_[other];
            if (other_core == 0) continue;
            // Where each side is one set already, one pair says all.
            const bool is_one_enough = is_joined_[leaf] != 0 && is_joined_[other] != 0;
            if (is_one_enough &&
                sets_.find(one) == sets_.find(place_of(other, std::countr_zero(other_core))))
                continue;
            compare(leaf, core & lanes_near(leaf, other), other, [&](int lane, unsigned within) {
                for (unsigned hit = within & other_core; hit != 0; hit &= hit - 1) {
                    sets_.join(place_of(leaf, lane), place_of(other, std::countr_zero(hit)));
                    if (is_one_enough) return false;
                }
                return true;
            });
        }
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
            if ((core_[place / kLanes] >> (place % kLanes) & 1U) == 0) continue;
            ++result.core_points;
            int& number = number_of[sets_.find(place)];
            if (number == kNoSegment) number = result.clusters++;
            cluster_at_[place] = number;
        }
        return result;
    }

    void add_border(std::size_t leaf, Leaves& near) {
        unsigned others = tree_.lanes_of(leaf) & ~unsigned{core_[leaf]};
        for (; others != 0; others &= others - 1) {
            const std::uint32_t place = place_of(leaf, std::countr_zero(others));
            int lowest = kNoSegment;
            find_near(place, near);
            for (const std::uint32_t other : near) {
                if (core_[other] == 0) continue;
                compare(leaf, others & -others, other, [&](int, unsigned within) {
                    for (unsigned hit = within & core_[other]; hit != 0; hit &= hit - 1) {
                        const int found = cluster_at_[place_of(other, std::countr_zero(hit))];
                        if (lowest == kNoSegment || found < lowest) lowest = found;
                    }
                    return true;
                });
            }
            // Only core points are read above, so nobody looks at what is written here.
            cluster_at_[place] = lowest;
        }
    }

    const ExactPoints& points_;
    const BoxTree& tree_;
    const DbscanOptions options_;
    const Kernels& kernels_;
    const NearLimits limits_;
    const double squared_radius_;          ///< In the unit of the tree.
    std::vector<std::uint16_t> core_;      ///< [leaves], lanes that are core points.
    std::vector<std::uint8_t> is_joined_;  ///< [leaves], its core points are in one set.
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
