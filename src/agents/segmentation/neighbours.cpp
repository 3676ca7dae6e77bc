#include "agents/segmentation/neighbours.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <tuple>

#include "agents/segmentation/called_off.h"
#include "base/parallel.h"

namespace cpo::segmentation {
namespace {

constexpr std::size_t kLeavesPerTask = 16;

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

/// The nearest row that has a label.
class LabelRun {
public:
    LabelRun(const ExactPoints& points, const BoxTree& tree, const std::vector<int>& label_of)
        : tree_(tree),
          label_of_(label_of),
          ceiling_(tree.ceiling()),
          points_(tree.by_place(points)) {}

    int label(std::size_t place) const {
        Nearest nearest;
        const float* point = tree_.point(place);
        look_at_leaf(place / kLanes, place, nearest);
        tree_.search(
            {point, point},
            [&](std::size_t /*level*/, std::size_t /*group*/) { return nearest.limit; },
            [&](std::size_t leaf) { look_at_leaf(leaf, place, nearest); });
        return label_of_[nearest.row];
    }

private:
    struct Nearest {
        double squared = std::numeric_limits<double>::infinity();
        std::size_t row = 0;
        float limit = std::numeric_limits<float>::max();
    };

    void look_at_leaf(std::size_t leaf, std::size_t place, Nearest& nearest) const {
        look_at(
            tree_,
            leaf,
            place,
            [&] { return nearest.limit; },
            [&](std::size_t other) {
                const std::size_t row = tree_.row_at(other);
                if (label_of_[row] == kNoSegment) return;
                const double exact = squared_distance(points_.row(place), points_.row(other));
                if (std::tie(exact, row) < std::tie(nearest.squared, nearest.row))
                    nearest = {exact, row, ceiling_.limit(exact)};
            });
    }

    const BoxTree& tree_;
    const std::vector<int>& label_of_;  ///< By row.
    const BoxTree::Ceiling ceiling_;
    const ExactPoints points_;  ///< By place.
};

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

std::vector<int> with_nearest_label(const ExactPoints& points,
                                    const BoxTree& tree,
                                    const std::vector<int>& label_of,
                                    int threads) {
    const LabelRun run(points, tree, label_of);
    std::vector<int> labels = label_of;
    const std::size_t tasks = (tree.leaves() + kLeavesPerTask - 1) / kLeavesPerTask;
    parallel_for(threads, tasks, [&](std::size_t task) {
        const std::size_t to = std::min((task + 1) * kLeavesPerTask * kLanes, tree.rows());
        for (std::size_t place = task * kLeavesPerTask * kLanes; place < to; ++place) {
            int& label = labels[tree.row_at(place)];
            if (label == kNoSegment) label = run.label(place);
        }
    });
    return labels;
}

}  // namespace cpo::segmentation
