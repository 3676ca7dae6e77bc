#include "agents/segmentation/neighbours.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <tuple>

#include "agents/segmentation/called_off.h"
#include "base/parallel.h"

namespace cpo::segmentation {
namespace {

constexpr std::size_t kLeavesPerTask = 16;
constexpr std::size_t kRowsPerTask = 256;
constexpr std::size_t kProbesMax = 64;
static_assert(kProbesMax % kLanes == 0);
/// A point so much farther from the middle than any of the tree is rounded too coarsely for it.
constexpr double kFarthest = 2;

/// The `count` smallest squared distances of one point to others.
class Nearest {
public:
    Nearest(std::size_t count, BoxTree::Ceiling ceiling) : count_(count), ceiling_(ceiling) {
        heap_.reserve(count);
    }

    /// Float32 distances above it are not among the smallest.
    float limit() const { return limit_; }
    double largest() const { return heap_.front(); }

    void add(double squared) {
        if (heap_.size() == count_) {
            if (squared >= heap_.front()) return;
            std::pop_heap(heap_.begin(), heap_.end());
            heap_.back() = squared;
        } else {
            heap_.push_back(squared);
        }
        std::push_heap(heap_.begin(), heap_.end());
        if (heap_.size() < count_) return;
        constexpr double kMost = std::numeric_limits<float>::max();
        limit_ =
            static_cast<float>(std::min(heap_.front() * ceiling_.factor + ceiling_.offset, kMost));
    }

private:
    std::size_t count_;
    BoxTree::Ceiling ceiling_;
    std::vector<double> heap_;  ///< The largest first.
    float limit_ = std::numeric_limits<float>::max();
};

/// Calls visit(place) for the places of a leaf that lie within limit(), asked for each, of `from`.
template <typename Limit, typename Visit>
void look_at(const BoxTree& tree,
             std::size_t leaf,
             std::size_t from,
             const Limit& limit,
             const Visit& visit) {
    std::array<float, kLanes> squared;
    tree.kernels().squared_distances(
        {tree.leaf(leaf), 1, tree.columns()}, tree.point(from), squared.data());
    // A lane without a row is infinite.
    for (std::size_t lane = 0; lane < kLanes; ++lane)
        if (squared[lane] <= limit()) visit(leaf * kLanes + lane);
}

class NeighbourRun {
public:
    NeighbourRun(const ExactPoints& points, const BoxTree& tree, std::size_t count)
        : tree_(tree), count_(count), ceiling_(tree.ceiling()), points_(tree.by_place(points)) {}

    double search(std::size_t place) const {
        Nearest nearest(count_, ceiling_);
        // Beside its place there are near ones most likely.
        const std::size_t home = place / kLanes;
        const std::size_t around = count_ / kLanes / 2 + 1;
        const std::size_t from = home - std::min(home, around);
        const std::size_t to = std::min(home + around + 1, tree_.leaves());
        for (std::size_t leaf = from; leaf < to; ++leaf) look_at_leaf(leaf, place, nearest);
        const float* point = tree_.point(place);
        tree_.search(
            {point, point},
            [&](std::size_t /*level*/, std::size_t /*group*/) { return nearest.limit(); },
            [&](std::size_t leaf) {
                if (leaf < from || leaf >= to) look_at_leaf(leaf, place, nearest);
            });
        return nearest.largest();
    }

private:
    void look_at_leaf(std::size_t leaf, std::size_t place, Nearest& nearest) const {
        look_at(
            tree_,
            leaf,
            place,
            [&] { return nearest.limit(); },
            [&](std::size_t other) {
                if (other != place)
                    nearest.add(squared_distance(points_.row(place), points_.row(other)));
            });
    }

    const BoxTree& tree_;
    const std::size_t count_;
    const BoxTree::Ceiling ceiling_;
    const ExactPoints points_;  ///< By place.
};

double norm_of(const float* point, std::size_t columns) {
    double norm = 0;
    for (std::size_t j = 0; j < columns; ++j) norm += static_cast<double>(point[j]) * point[j];
    return std::sqrt(norm);
}

}  // namespace

Result<std::vector<double>> squared_core_distances(const ExactPoints& points,
                                                   const BoxTree& tree,
                                                   std::size_t count,
                                                   int threads,
                                                   Deadline deadline) {
    assert(count >= 1 && count < tree.rows() && points.rows() == tree.rows());
    const NeighbourRun run(points, tree, count);
    std::vector<double> distances(tree.rows());
    const std::size_t tasks = (tree.leaves() + kLeavesPerTask - 1) / kLeavesPerTask;
    parallel_for(threads, tasks, [&](std::size_t task) {
        if (deadline.has_passed()) return;
        const std::size_t to = std::min((task + 1) * kLeavesPerTask * kLanes, tree.rows());
        for (std::size_t place = task * kLeavesPerTask * kLanes; place < to; ++place)
            distances[tree.row_at(place)] = run.search(place);
    });
    if (deadline.has_passed()) return called_off();
    return distances;
}

NearestSearch::NearestSearch(const ExactPoints& points, int threads)
    : tree_(points, threads),
      points_(tree_.by_place(points)),
      ceiling_(tree_.ceiling()),
      leaves_a_probe_((tree_.leaves() + kProbesMax - 1) / kProbesMax),
      probes_((tree_.leaves() + leaves_a_probe_ - 1) / leaves_a_probe_, tree_.columns()) {
    for (std::size_t probe = 0; probe < probes_.rows(); ++probe)
        for (std::size_t j = 0; j < tree_.columns(); ++j)
            probes_.set(probe, j, tree_.point(probe * leaves_a_probe_ * kLanes)[j]);
    for (std::size_t place = 0; place < tree_.rows(); ++place)
        norm_max_ = std::max(norm_max_, norm_of(tree_.point(place), tree_.columns()));
}

NearestSearch::Found NearestSearch::nearest_to(std::span<const double> point) const {
    std::vector<float> rounded(point.size());
    tree_.round(point, rounded.data());
    Found nearest;
    if (norm_of(rounded.data(), rounded.size()) <= kFarthest * norm_max_) {
        const std::size_t likely = likely_leaf(rounded.data());
        look_at_leaf(likely, point, rounded.data(), nearest);
        tree_.search(
            {rounded.data(), rounded.data()},
            [&](std::size_t /*level*/, std::size_t /*group*/) {
                return ceiling_.limit(nearest.squared);
            },
            [&](std::size_t leaf) {
                if (leaf != likely) look_at_leaf(leaf, point, rounded.data(), nearest);
            });
    } else {
        for (std::size_t place = 0; place < tree_.rows(); ++place) look_at(place, point, nearest);
    }
    return nearest;
}

std::size_t NearestSearch::likely_leaf(const float* rounded) const {
    std::array<float, kProbesMax> squared;
    tree_.kernels().squared_distances(
        {probes_.block(0), probes_.blocks(), probes_.columns()}, rounded, squared.data());
    const auto end = squared.begin() + static_cast<std::ptrdiff_t>(probes_.rows());
    const auto probe = std::min_element(squared.begin(), end) - squared.begin();
    return static_cast<std::size_t>(probe) * leaves_a_probe_;
}

void NearestSearch::look_at_leaf(std::size_t leaf,
                                 std::span<const double> point,
                                 const float* rounded,
                                 Found& nearest) const {
    std::array<float, kLanes> squared;
    tree_.kernels().squared_distances(
        {tree_.leaf(leaf), 1, tree_.columns()}, rounded, squared.data());
    // A lane without a row is infinite.
    for (std::size_t lane = 0; lane < kLanes; ++lane)
        if (squared[lane] <= ceiling_.limit(nearest.squared))
            look_at(leaf * kLanes + lane, point, nearest);
}

void NearestSearch::look_at(std::size_t place,
                            std::span<const double> point,
                            Found& nearest) const {
    const std::size_t row = tree_.row_at(place);
    const double squared = squared_distance(point, points_.row(place));
    if (std::tie(squared, row) < std::tie(nearest.squared, nearest.row)) nearest = {squared, row};
}

Result<std::vector<int>> nearest_labels(const ExactPoints& points,
                                        const std::vector<int>& label_of,
                                        std::span<const std::size_t> rows,
                                        int threads,
                                        Deadline deadline) {
    assert(label_of.size() == points.rows());
    ExactPoints labelled{points.columns, {}};
    std::vector<int> labels;
    for (std::size_t row = 0; row < points.rows(); ++row) {
        if (label_of[row] == kNoSegment) continue;
        const auto values = points.row(row);
        labelled.values.insert(labelled.values.end(), values.begin(), values.end());
        labels.push_back(label_of[row]);
    }
    std::vector<int> result(rows.size(), kNoSegment);
    if (labels.empty()) return result;
    const NearestSearch search(labelled, threads);
    const std::size_t tasks = (rows.size() + kRowsPerTask - 1) / kRowsPerTask;
    parallel_for(threads, tasks, [&](std::size_t task) {
        if (deadline.has_passed()) return;
        const std::size_t to = std::min((task + 1) * kRowsPerTask, rows.size());
        for (std::size_t i = task * kRowsPerTask; i < to; ++i) {
            const int own = label_of[rows[i]];
            result[i] =
                own != kNoSegment ? own : labels[search.nearest_to(points.row(rows[i])).row];
        }
    });
    if (deadline.has_passed()) return called_off();
    return result;
}

}  // namespace cpo::segmentation
