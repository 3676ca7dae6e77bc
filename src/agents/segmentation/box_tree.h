#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "agents/segmentation/exact_points.h"
#include "agents/segmentation/kernels.h"
#include "agents/segmentation/point_blocks.h"

namespace cpo::segmentation {

/// Points sorted into leaves of kLanes near neighbours, under boxes, under boxes of kLanes boxes
/// and so on: one step of a search looks at sixteen boxes at once. Works on float32 copies of the
/// points, shifted to the middle of each column and scaled by a power of two to -1 ... 1; a
/// distance that float32 cannot decide is left to the caller. Building sorts by the widest column,
/// half by half (a k-d tree; Bentley, "Multidimensional binary search trees used for associative
/// searching", CACM 18(9), 1975): O(rows log rows). About 14 bytes a value while it is
/// built, 9 later. Reading is thread-safe.
class BoxTree {
public:
    /// REQUIRES: at least one row and column, finite values, fewer than 2^32 - kLanes rows.
    BoxTree(const ExactPoints& points, int threads, SimdLevel simd = simd_level());

    const Kernels& kernels() const { return kernels_; }
    std::size_t rows() const { return order_.size(); }
    std::size_t columns() const { return columns_; }
    std::size_t leaves() const { return blocks_.blocks(); }
    /// [columns] lanes of a leaf; lanes without a point are infinite, so near nothing.
    const Lanes* leaf(std::size_t number) const { return blocks_.block(number); }
    /// Bit i is set when lane i of the leaf has a point.
    std::uint16_t lanes_of(std::size_t leaf) const;
    BoxView box(std::size_t leaf) const {
        return {lows_.data() + leaf * columns_, highs_.data() + leaf * columns_};
    }
    /// Point at `place` = leaf x kLanes + lane: [columns], float32.
    const float* point(std::size_t place) const { return rows_.data() + place * columns_; }
    /// Number of the row at that place.
    std::size_t row_at(std::size_t place) const { return order_[place]; }

    /// Squared float32 distances that are surely and perhaps within `radius`, which is in the unit
    /// of the exact points.
    NearLimits limits(double radius) const;
    /// A power of two that no difference of two values is much larger than.
    double unit() const { return unit_; }
    /// The largest distance, in the unit of the exact points, that a squared one of this tree may
    /// be; 0 for 0.
    double distance_of(float squared) const;

    /// A squared distance s of exact points is at most s x factor + offset in float32.
    struct Ceiling {
        double factor;
        double offset;

        float limit(double squared) const {
            constexpr double kMost = std::numeric_limits<float>::max();
            return static_cast<float>(std::min(squared * factor + offset, kMost));
        }
    };
    Ceiling ceiling() const;
    /// The float32 copy, [columns], of a point of the exact ones' unit.
    void round(std::span<const double> exact, float* point) const;
    /// The exact rows in the order of their places.
    ExactPoints by_place(const ExactPoints& points) const;
    /// Takes the point at `place` out: it is infinite then. Not while others read.
    void remove(std::size_t place);

    static constexpr std::size_t kSearchesMax = 16;

    /// Levels of groups of boxes. A group of level 0 has kLanes leaves, one of the next kLanes of
    /// these.
    std::size_t levels() const { return levels_.size(); }
    /// Calls visit(leaf), ascending, for the leaves whose boxes lie within limit(level, group) of
    /// `box`: a squared distance, asked for anew at each group on the way.
    template <typename Limit, typename Visit>
    void search(BoxView box, const Limit& limit, const Visit& visit) const {
        search_in(levels_.size() - 1, 0, box, limit, visit);
    }

    /// search() for some of kLanes points at once, all within one limit: visit(leaf, lanes) gets
    /// those that reach the leaf as bits. A group whose limit is below 0 is passed over.
    template <typename Limit, typename Visit>
    void search_lanes(LaneQueries points, const Limit& limit, const Visit& visit) const {
        search_lanes_in(levels_.size() - 1, 0, points, limit, visit);
    }
    /// search_lanes() among the leaves of group `group` of level 0 alone.
    template <typename Limit, typename Visit>
    void search_lanes_in_group(std::size_t group,
                               LaneQueries points,
                               const Limit& limit,
                               const Visit& visit) const {
        search_lanes_in(0, group, points, limit, visit);
    }

    /// search() for up to kSearchesMax boxes at once: visit(leaf, which) gets those that reach the
    /// leaf as bits, and limit(which, level, group) is asked for each by itself.
    template <typename Limit, typename Visit>
    void search_together(std::span<const BoxView> boxes,
                         const Limit& limit,
                         const Visit& visit) const {
        search_together_in(levels_.size() - 1,
                           0,
                           (1U << boxes.size()) - 1,
                           Together<Limit, Visit>{boxes, limit, visit});
    }

private:
    template <typename Limit, typename Visit>
    struct Together {
        std::span<const BoxView> boxes;
        const Limit& limit;
        const Visit& visit;
    };

    /// Boxes of one height, by groups of kLanes under one parent.
    struct Level {
        std::vector<Lanes> lows, highs;  ///< [groups x columns].
    };

    BoxBlock group_of(std::size_t level, std::size_t group) const {
        const Level& boxes = levels_[level];
        return {
            boxes.lows.data() + group * columns_, boxes.highs.data() + group * columns_, columns_};
    }

    template <typename Limit, typename Visit>
    void search_in(std::size_t level,
                   std::size_t group,
                   BoxView box,
                   const Limit& limit,
                   const Visit& visit) const {
        unsigned near = kernels_.near_boxes(group_of(level, group), box, limit(level, group));
        for (; near != 0; near &= near - 1) {
            const auto below = group * kLanes + static_cast<std::size_t>(std::countr_zero(near));
            if (level == 0)
                visit(below);
            else
                search_in(level - 1, below, box, limit, visit);
        }
    }

    template <typename Limit, typename Visit>
    void search_lanes_in(std::size_t level,
                         std::size_t group,
                         LaneQueries points,
                         const Limit& limit,
                         const Visit& visit) const {
        const float most = limit(level, group);
        if (most < 0) return;
        const LaneMasks near = kernels_.near_boxes_of(group_of(level, group), points, most);
        LaneMasks reached{};
        unsigned any = 0;
        for (unsigned left = points.wanted; left != 0; left &= left - 1) {
            const auto lane = static_cast<std::size_t>(std::countr_zero(left));
            any |= near[lane];
            for (unsigned boxes = near[lane]; boxes != 0; boxes &= boxes - 1)
                reached[static_cast<std::size_t>(std::countr_zero(boxes))] |=
                    static_cast<std::uint16_t>(1U << lane);
        }
        for (; any != 0; any &= any - 1) {
            const auto box = static_cast<std::size_t>(std::countr_zero(any));
            const std::size_t below = group * kLanes + box;
            if (level == 0)
                visit(below, unsigned{reached[box]});
            else
                search_lanes_in(level - 1, below, {points.points, reached[box]}, limit, visit);
        }
    }

    template <typename Limit, typename Visit>
    void search_together_in(std::size_t level,
                            std::size_t group,
                            unsigned wanted,
                            const Together<Limit, Visit>& together) const {
        std::array<unsigned, kSearchesMax> near{};
        unsigned any = 0;
        for (; wanted != 0; wanted &= wanted - 1) {
            const auto which = static_cast<std::size_t>(std::countr_zero(wanted));
            near[which] = kernels_.near_boxes(
                group_of(level, group), together.boxes[which], together.limit(which, level, group));
            any |= near[which];
        }
        for (; any != 0; any &= any - 1) {
            const int lane = std::countr_zero(any);
            unsigned reached = 0;
            for (std::size_t which = 0; which < together.boxes.size(); ++which)
                reached |= (near[which] >> lane & 1U) << which;
            const std::size_t below = group * kLanes + static_cast<std::size_t>(lane);
            if (level == 0)
                together.visit(below, reached);
            else
                search_together_in(level - 1, below, reached, together);
        }
    }

    void set_unit(const ExactPoints& points);
    /// The float32 copies in the order of the rows, [rows x columns].
    std::vector<float> rounded(const ExactPoints& points, int threads);
    void fill(const std::vector<float>& unsorted, int threads);
    void fill_leaf(const std::vector<float>& unsorted, std::size_t leaf);
    void add_levels();
    double slack() const;

    const Kernels& kernels_;
    std::size_t columns_;
    std::vector<double> middle_;  ///< [columns], of the exact points.
    double unit_ = 1;             ///< A power of two: exact = float32 x unit + middle.
    double error_ = 0;            ///< Largest error of a float32 distance by rounding of points.
    std::vector<std::uint32_t> order_;  ///< [rows], row at each place.
    PointBlocks blocks_;
    std::vector<float> rows_;          ///< [places x columns].
    std::vector<float> lows_, highs_;  ///< [leaves x columns].
    std::vector<Level> levels_;        ///< From the leaves up; the last has one group.
};

}  // namespace cpo::segmentation
