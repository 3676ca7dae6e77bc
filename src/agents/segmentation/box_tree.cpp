#include "agents/segmentation/box_tree.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/parallel.h"

namespace cpo::segmentation {
namespace {

constexpr double kMost = std::numeric_limits<float>::max();
constexpr float kInfinity = std::numeric_limits<float>::infinity();
/// Half the distance from 1 to the next float32.
constexpr double kRoundOff = 0x1p-24;
/// Ranges with fewer leaves are sorted whole by one thread.
constexpr std::size_t kLeavesPerTask = 256;
constexpr std::size_t kLeavesPerCopy = 64;

/// Leaves `from` ... `to` - 1.
struct LeafRange {
    std::size_t from;
    std::size_t to;
    std::size_t count() const { return to - from; }
};

/// Sorts rows into leaves: halves a range by its widest column again and again. Halves end where a
/// group of boxes ends, on every level, so that groups are compact.
class LeafSort {
public:
    /// `points` is [rows x columns], row-major.
    LeafSort(const std::vector<float>& points,
             std::size_t columns,
             std::vector<std::uint32_t>& order)
        : points_(points), columns_(columns), order_(order) {}

    void sort(int threads) {
        std::vector<LeafRange> parts{{0, (order_.size() + kLanes - 1) / kLanes}};
        while (parts.front().count() > kLeavesPerTask) {
            std::vector<std::array<LeafRange, 2>> halves(parts.size());
            parallel_for(
                threads, parts.size(), [&](std::size_t i) { halves[i] = halve(parts[i]); });
            parts.clear();
            for (const auto& pair : halves)
                for (const LeafRange& half : pair)
                    if (half.count() > 0) parts.push_back(half);
            std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
                return a.count() > b.count();
            });
        }
        parallel_for(threads, parts.size(), [&](std::size_t i) { sort_whole(parts[i]); });
    }

private:
    void sort_whole(LeafRange range) const {
        while (range.count() > 1) {
            const auto halves = halve(range);
            sort_whole(halves[0]);
            range = halves[1];
        }
    }

    /// A range of one leaf gives itself and an empty one.
    std::array<LeafRange, 2> halve(LeafRange range) const {
        if (range.count() < 2) return {range, {range.to, range.to}};
        std::size_t unit = 1;
        while (unit * kLanes < range.count()) unit *= kLanes;
        const std::size_t units = (range.count() + unit - 1) / unit;
        const std::size_t middle = range.from + (units + 1) / 2 * unit;
        split(range, middle);
        return {LeafRange{range.from, middle}, LeafRange{middle, range.to}};
    }

    void split(LeafRange range, std::size_t middle) const {
        const auto first = order_.begin() + static_cast<std::ptrdiff_t>(range.from * kLanes);
        const auto last = order_.begin() +
                          static_cast<std::ptrdiff_t>(std::min(range.to * kLanes, order_.size()));
        const std::size_t column = widest_column({&*first, static_cast<std::size_t>(last - first)});
        // Values beside their rows: the sort would miss the cache at each comparison.
        std::vector<std::pair<float, std::uint32_t>> keys;
        keys.reserve(static_cast<std::size_t>(last - first));
        for (auto row = first; row != last; ++row)
            keys.emplace_back(points_[std::size_t{*row} * columns_ + column], *row);
        const auto at = keys.begin() + static_cast<std::ptrdiff_t>((middle - range.from) * kLanes);
        std::nth_element(keys.begin(), at, keys.end());
        std::transform(keys.begin(), keys.end(), first, [](const auto& key) { return key.second; });
    }

    std::size_t widest_column(std::span<const std::uint32_t> rows) const {
        std::vector<float> lows(columns_, kInfinity);
        std::vector<float> highs(columns_, -kInfinity);
        for (const std::size_t row : rows) {
            const float* point = points_.data() + row * columns_;
            for (std::size_t j = 0; j < columns_; ++j) {
                lows[j] = std::min(lows[j], point[j]);
                highs[j] = std::max(highs[j], point[j]);
            }
        }
        std::size_t widest = 0;
        for (std::size_t j = 1; j < columns_; ++j)
            if (highs[j] - lows[j] > highs[widest] - lows[widest]) widest = j;
        return widest;
    }

    const std::vector<float>& points_;
    const std::size_t columns_;
    std::vector<std::uint32_t>& order_;
};

}  // namespace

BoxTree::BoxTree(const ExactPoints& points, int threads, SimdLevel simd)
    : kernels_(kernels_of(simd)),
      columns_(points.columns),
      order_(points.rows()),
      blocks_(points.rows(), points.columns) {
    assert(points.rows() > 0 && points.columns > 0);
    set_unit(points);
    const std::vector<float> unsorted = rounded(points, threads);
    std::iota(order_.begin(), order_.end(), 0U);
    LeafSort(unsorted, columns_, order_).sort(threads);
    fill(unsorted, threads);
    add_levels();
}

void BoxTree::set_unit(const ExactPoints& points) {
    std::vector<double> lows(points.values.begin(),
                             points.values.begin() + static_cast<std::ptrdiff_t>(columns_));
    std::vector<double> highs = lows;
    for (std::size_t row = 1; row < points.rows(); ++row)
        for (std::size_t j = 0; j < columns_; ++j) {
            const double value = points.row(row)[j];
            lows[j] = std::min(lows[j], value);
            highs[j] = std::max(highs[j], value);
        }
    middle_.resize(columns_);
    double half_max = 0;
    for (std::size_t j = 0; j < columns_; ++j) {
        middle_[j] = lows[j] / 2 + highs[j] / 2;
        half_max = std::max(half_max, highs[j] / 2 - lows[j] / 2);
    }
    int exponent = 0;
    if (half_max > 0) std::frexp(half_max, &exponent);
    unit_ = std::ldexp(1.0, std::min(exponent, std::numeric_limits<double>::max_exponent - 1));
}

std::vector<float> BoxTree::rounded(const ExactPoints& points, int threads) {
    std::vector<float> unsorted(points.values.size());
    const std::size_t tasks = (leaves() + kLeavesPerCopy - 1) / kLeavesPerCopy;
    std::vector<double> norms_max(tasks);
    parallel_for(threads, tasks, [&](std::size_t task) {
        const std::size_t from = task * kLeavesPerCopy * kLanes;
        const std::size_t to = std::min(from + kLeavesPerCopy * kLanes, points.rows());
        for (std::size_t row = from; row < to; ++row) {
            double norm = 0;
            for (std::size_t j = 0; j < columns_; ++j) {
                const double value = (points.row(row)[j] - middle_[j]) / unit_;
                norm += value * value;
                unsorted[row * columns_ + j] = static_cast<float>(value);
            }
            norms_max[task] = std::max(norms_max[task], norm);
        }
    });
    // Each of two points is off by its norm x round-off at most; doubled for what is left out here.
    error_ = 4 * kRoundOff * std::sqrt(*std::max_element(norms_max.begin(), norms_max.end()));
    return unsorted;
}

void BoxTree::fill(const std::vector<float>& unsorted, int threads) {
    rows_.assign(leaves() * kLanes * columns_, kInfinity);
    lows_.resize(leaves() * columns_);
    highs_.resize(leaves() * columns_);
    parallel_for(threads, (leaves() + kLeavesPerCopy - 1) / kLeavesPerCopy, [&](std::size_t task) {
        const std::size_t to = std::min((task + 1) * kLeavesPerCopy, leaves());
        for (std::size_t leaf = task * kLeavesPerCopy; leaf < to; ++leaf) fill_leaf(unsorted, leaf);
    });
    for (std::size_t place = rows(); place < leaves() * kLanes; ++place)
        for (std::size_t j = 0; j < columns_; ++j) blocks_.set(place, j, kInfinity);
}

void BoxTree::fill_leaf(const std::vector<float>& unsorted, std::size_t leaf) {
    float* low = lows_.data() + leaf * columns_;
    float* high = highs_.data() + leaf * columns_;
    std::fill_n(low, columns_, kInfinity);
    std::fill_n(high, columns_, -kInfinity);
    const std::size_t to = std::min((leaf + 1) * kLanes, rows());
    for (std::size_t place = leaf * kLanes; place < to; ++place)
        for (std::size_t j = 0; j < columns_; ++j) {
            const float value = unsorted[std::size_t{order_[place]} * columns_ + j];
            blocks_.set(place, j, value);
            rows_[place * columns_ + j] = value;
            low[j] = std::min(low[j], value);
            high[j] = std::max(high[j], value);
        }
}

void BoxTree::add_levels() {
    std::vector<float> lows = lows_;
    std::vector<float> highs = highs_;
    while (true) {
        const std::size_t boxes = lows.size() / columns_;
        const std::size_t groups = (boxes + kLanes - 1) / kLanes;
        Level& level = levels_.emplace_back();
        Lanes nowhere;
        nowhere.values.fill(kInfinity);
        level.lows.assign(groups * columns_, nowhere);
        nowhere.values.fill(-kInfinity);
        level.highs.assign(groups * columns_, nowhere);
        std::vector<float> group_lows(groups * columns_, kInfinity);
        std::vector<float> group_highs(groups * columns_, -kInfinity);
        for (std::size_t box = 0; box < boxes; ++box)
            for (std::size_t j = 0; j < columns_; ++j) {
                const float low = lows[box * columns_ + j];
                const float high = highs[box * columns_ + j];
                const std::size_t in_group = box / kLanes * columns_ + j;
                level.lows[in_group].values[box % kLanes] = low;
                level.highs[in_group].values[box % kLanes] = high;
                group_lows[in_group] = std::min(group_lows[in_group], low);
                group_highs[in_group] = std::max(group_highs[in_group], high);
            }
        if (groups == 1) return;
        lows = std::move(group_lows);
        highs = std::move(group_highs);
    }
}

std::uint16_t BoxTree::lanes_of(std::size_t leaf) const {
    const std::size_t count = std::min(kLanes, rows() - leaf * kLanes);
    return static_cast<std::uint16_t>((1U << count) - 1U);
}

/// Of a sum of squares: one rounding of each difference, and one of each addition.
double BoxTree::slack() const { return 1 + static_cast<double>(2 * columns_ + 16) * kRoundOff; }

NearLimits BoxTree::limits(double radius) const {
    const double scaled = radius / unit_;
    const double sure = scaled - error_;
    const double near = sure > 0 ? std::min(sure * sure / slack(), kMost) : -1;
    const double far = std::min((scaled + error_) * (scaled + error_) * slack(), kMost);
    NearLimits limits{static_cast<float>(near), static_cast<float>(far)};
    if (limits.near > 0) limits.near = std::nextafter(limits.near, 0.0F);
    if (far < kMost) limits.far = std::nextafter(limits.far, kInfinity);
    return limits;
}

BoxTree::Ceiling BoxTree::ceiling() const {
    // (a + e)^2 <= (1 + m) a^2 + (1 + 1 / m) e^2, and room for a few float32 roundings.
    constexpr double kMargin = 1e-3;
    const double room = slack() * (1 + 1e-5);
    return {(1 + kMargin) * room / unit_ / unit_, (1 + 1 / kMargin) * room * error_ * error_};
}

void BoxTree::round(std::span<const double> exact, float* point) const {
    for (std::size_t j = 0; j < columns_; ++j)
        point[j] = static_cast<float>((exact[j] - middle_[j]) / unit_);
}

double BoxTree::distance_of(float squared) const {
    if (squared == 0) return 0;
    return (std::sqrt(static_cast<double>(squared) * slack()) + error_) * unit_;
}

ExactPoints BoxTree::by_place(const ExactPoints& points) const {
    ExactPoints sorted{columns_, {}};
    sorted.values.reserve(points.values.size());
    for (const std::uint32_t row : order_) {
        const auto values = points.row(row);
        sorted.values.insert(sorted.values.end(), values.begin(), values.end());
    }
    return sorted;
}

void BoxTree::remove(std::size_t place) {
    for (std::size_t j = 0; j < columns_; ++j) blocks_.set(place, j, kInfinity);
}

}  // namespace cpo::segmentation
