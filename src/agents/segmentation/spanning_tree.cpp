#include "agents/segmentation/spanning_tree.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <limits>
#include <tuple>
#include <utility>

#include "agents/segmentation/box_tree.h"
#include "agents/segmentation/called_off.h"
#include "agents/segmentation/disjoint_sets.h"
#include "base/parallel.h"

namespace cpo::segmentation {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kMixed = kNone - 1;  ///< Rows of several parts of the forest.
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kPlacesPerTask = 64;

void lower(std::atomic<double>& value, double to) {
    double now = value.load(std::memory_order_relaxed);
    while (to < now && !value.compare_exchange_weak(now, to, std::memory_order_relaxed)) {
    }
}

/// Rows by their place in the tree; parts of the forest are known by one of their places.
class BoruvkaRun {
public:
    /// `cores` is [rows] or empty: squared, no edge of a row is shorter.
    BoruvkaRun(const ExactPoints& points,
               std::span<const double> cores,
               int threads,
               Deadline deadline,
               SimdLevel simd)
        : threads_(threads),
          deadline_(deadline),
          columns_(points.columns),
          tree_(points, threads, simd),
          ceiling_(tree_.ceiling()),
          points_(tree_.by_place(points)),
          cores_(tree_.rows()),
          sets_(tree_.rows()),
          part_of_(tree_.rows()),
          outside_(tree_.rows()),
          least_(tree_.rows()) {
        for (std::size_t place = 0; place < cores.size(); ++place)
            outside_[place].squared = cores_[place] = cores[tree_.row_at(place)];
        set_least_cores();
    }

    /// The heights of these edges are squared.
    Result<std::vector<TreeMerge>> run() {
        while (edges_.size() + 1 < tree_.rows()) {
            set_parts();
            search_all();
            if (deadline_.has_passed()) return called_off();
            join();
        }
        return std::move(edges_);
    }

private:
    /// What is known of a row's nearest row outside its part.
    struct Outside {
        std::uint32_t place = kNone;  ///< Of that row, when known.
        double squared = 0;           ///< Its distance, else what that distance is not below.
    };

    bool is_known(std::size_t place) const {
        const std::uint32_t other = outside_[place].place;
        return other != kNone && part_of_[other] != part_of_[place];
    }

    void set_least_cores() {
        std::vector<double> below = cores_;
        while (least_cores_.size() <= tree_.levels()) {
            std::vector<double> least((below.size() + kLanes - 1) / kLanes, kInfinity);
            for (std::size_t i = 0; i < below.size(); ++i)
                least[i / kLanes] = std::min(least[i / kLanes], below[i]);
            below = least;
            least_cores_.push_back(std::move(least));
        }
    }

    void set_parts() {
        std::vector<std::uint32_t> parts(tree_.leaves() * kLanes, kNone);
        for (std::uint32_t place = 0; place < part_of_.size(); ++place)
            parts[place] = part_of_[place] = sets_.find(place);
        for (std::size_t place = 0; place < part_of_.size(); ++place)
            least_[part_of_[place]].store(kInfinity, std::memory_order_relaxed);
        for (std::size_t place = 0; place < part_of_.size(); ++place)
            if (is_known(place)) lower(least_[part_of_[place]], outside_[place].squared);
        only_.clear();
        while (only_.size() <= tree_.levels()) {
            std::vector<std::uint32_t> only((parts.size() + kLanes - 1) / kLanes, kNone);
            for (std::size_t i = 0; i < parts.size(); ++i) {
                std::uint32_t& part = only[i / kLanes];
                if (part == kNone)
                    part = parts[i];
                else if (parts[i] != kNone && parts[i] != part)
                    part = kMixed;
            }
            parts = only;
            only_.push_back(std::move(only));
        }
    }

    void search_all() {
        const std::size_t tasks = (tree_.rows() + kPlacesPerTask - 1) / kPlacesPerTask;
        parallel_for(threads_, tasks, [&](std::size_t task) {
            if (deadline_.has_passed()) return;
            const std::size_t to = std::min((task + 1) * kPlacesPerTask, tree_.rows());
            for (std::size_t place = task * kPlacesPerTask; place < to; ++place) search(place);
        });
    }

    /// One search; `limit` is a float32 distance that nothing worth a look is above.
    struct Search {
        std::size_t place;
        std::atomic<double>& least;  ///< Of the part: all of its searches lower it.
        Outside best;
        float limit = 0;
    };

    void search(std::size_t place) {
        const std::uint32_t part = part_of_[place];
        std::atomic<double>& least = least_[part];
        if (is_known(place) || outside_[place].squared > least.load(std::memory_order_relaxed))
            return;
        Search search{place, least, {kNone, kInfinity}};
        tighten(search);
        // Beside its place there are near ones most likely.
        const std::size_t home = place / kLanes;
        look_at_leaf(home, search);
        const float* point = tree_.point(place);
        tree_.search(
            {point, point},
            [&](std::size_t level, std::size_t group) {
                if (only_[level + 1][group] == part ||
                    least_cores_[level + 1][group] > least.load(std::memory_order_relaxed))
                    return -1.0F;
                tighten(search);
                return search.limit;
            },
            [&](std::size_t leaf) {
                if (leaf != home) look_at_leaf(leaf, search);
            });
        // What was left out is farther than `least` was then, and that only falls.
        const double seen = least.load(std::memory_order_relaxed);
        outside_[place] = search.best.squared <= seen ? search.best : Outside{kNone, seen};
    }

    void tighten(Search& search) const {
        search.limit = ceiling_.limit(search.least.load(std::memory_order_relaxed));
    }

    void look_at_leaf(std::size_t leaf, Search& search) const {
        const std::uint32_t part = part_of_[search.place];
        if (only_[0][leaf] == part || least_cores_[0][leaf] > search.best.squared) return;
        std::array<float, kLanes> squared;
        tree_.kernels().squared_distances(
            {tree_.leaf(leaf), 1, columns_}, tree_.point(search.place), squared.data());
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            const std::size_t other = leaf * kLanes + lane;
            // A lane without a row is infinite.
            if (squared[lane] <= search.limit && part_of_[other] != part) consider(other, search);
        }
    }

    void consider(std::size_t other, Search& search) const {
        const double core = std::max(cores_[search.place], cores_[other]);
        if (core > search.best.squared) return;
        const double squared =
            std::max(core, squared_distance(points_.row(search.place), points_.row(other)));
        if (squared > search.best.squared) return;
        if (squared == search.best.squared &&
            key(search.place, other, squared) >
                key(search.place, search.best.place, search.best.squared))
            return;
        search.best = {static_cast<std::uint32_t>(other), squared};
        lower(search.least, squared);
        tighten(search);
    }

    /// The order of all edges: with one order for all, the nearest edges of the parts make no ring.
    std::tuple<double, std::size_t, std::size_t> key(std::size_t a,
                                                     std::size_t b,
                                                     double squared) const {
        const auto [left, right] = std::minmax(tree_.row_at(a), tree_.row_at(b));
        return {squared, left, right};
    }

    /// Takes the nearest edge of each part.
    void join() {
        std::vector<std::uint32_t> best_of(tree_.rows(), kNone);
        for (std::uint32_t place = 0; place < part_of_.size(); ++place) {
            if (!is_known(place)) continue;
            std::uint32_t& best = best_of[part_of_[place]];
            if (best == kNone || edge_key(place) < edge_key(best)) best = place;
        }
        for (const std::uint32_t place : best_of) {
            if (place == kNone) continue;
            const Outside& outside = outside_[place];
            if (sets_.find(place) == sets_.find(outside.place)) continue;  // The other took it too.
            sets_.join(place, outside.place);
            const auto [squared, left, right] = edge_key(place);
            edges_.push_back(
                {static_cast<std::uint32_t>(left), static_cast<std::uint32_t>(right), squared, 0});
        }
    }

    std::tuple<double, std::size_t, std::size_t> edge_key(std::size_t place) const {
        return key(place, outside_[place].place, outside_[place].squared);
    }

    const int threads_;
    const Deadline deadline_;
    const std::size_t columns_;
    const BoxTree tree_;
    const BoxTree::Ceiling ceiling_;
    const ExactPoints points_;   ///< By place.
    std::vector<double> cores_;  ///< By place, squared; 0 for plain distances.
    DisjointSets sets_;          ///< Of places: the parts.
    std::vector<std::uint32_t> part_of_;
    std::vector<Outside> outside_;  ///< By place.
    /// By part: the smallest squared distance to a row outside that was found in this round.
    std::vector<std::atomic<double>> least_;
    /// By level and box, [0] the leaves: the part of all rows below, or kMixed.
    std::vector<std::vector<std::uint32_t>> only_;
    std::vector<std::vector<double>> least_cores_;  ///< As only_: the smallest of the rows below.
    std::vector<TreeMerge> edges_;
};

Result<std::vector<TreeMerge>> tree_of(const ExactPoints& points,
                                       std::span<const double> squared_cores,
                                       int threads,
                                       Deadline deadline,
                                       SimdLevel simd) {
    ExactPoints scaled = points;
    const double unit = scale_to_unit(scaled);
    // Equal rows have the same core distance, and no edge of one is shorter than to its equal.
    std::vector<TreeMerge> edges = equal_rows(scaled);
    std::vector<bool> is_later(points.rows());
    for (TreeMerge& equal : edges) {
        is_later[equal.right] = true;
        if (!squared_cores.empty()) equal.height = std::sqrt(squared_cores[equal.right]);
    }
    ExactPoints different{points.columns, {}};
    std::vector<double> cores;
    std::vector<std::uint32_t> row_of;
    for (std::uint32_t row = 0; row < points.rows(); ++row) {
        if (is_later[row]) continue;
        row_of.push_back(row);
        const auto values = scaled.row(row);
        different.values.insert(different.values.end(), values.begin(), values.end());
        if (!squared_cores.empty()) cores.push_back(squared_cores[row] / unit / unit);
    }
    for (TreeMerge& edge : TRY(BoruvkaRun(different, cores, threads, deadline, simd).run()))
        edges.push_back({row_of[edge.left], row_of[edge.right], unit * std::sqrt(edge.height), 0});
    std::sort(edges.begin(), edges.end(), [](const TreeMerge& a, const TreeMerge& b) {
        return std::tie(a.height, a.left, a.right) < std::tie(b.height, b.left, b.right);
    });
    return edges;
}

}  // namespace

Result<std::vector<TreeMerge>> spanning_tree(const ExactPoints& points,
                                             int threads,
                                             Deadline deadline,
                                             SimdLevel simd) {
    return tree_of(points, {}, threads, deadline, simd);
}

Result<std::vector<TreeMerge>> reachability_tree(const ExactPoints& points,
                                                 std::span<const double> squared_cores,
                                                 int threads,
                                                 Deadline deadline,
                                                 SimdLevel simd) {
    return tree_of(points, squared_cores, threads, deadline, simd);
}

}  // namespace cpo::segmentation
