#pragma once

#include <limits>
#include <span>
#include <vector>

#include "agents/segmentation/box_tree.h"
#include "agents/segmentation/exact_points.h"
#include "agents/segmentation/point_blocks.h"
#include "base/deadline.h"
#include "base/result.h"
#include "model/segment.h"

namespace cpo::segmentation {

/// Squared distance of each row to the `count`-th nearest other row, [rows]. Exact: float32 leaves
/// out what surely is farther, float64 decides. Near O(rows x (count log count + log rows)) in few
/// columns, O(rows^2 x columns) at worst; 8 bytes a row beside the tree. Thread-safe; the same at
/// any number of threads. Errors: kDeadlineExceeded, soon after it. REQUIRES: `tree` is made of
/// `points`, 1 <= count < rows.
Result<std::vector<double>> squared_core_distances(const ExactPoints& points,
                                                   const BoxTree& tree,
                                                   std::size_t count,
                                                   int threads,
                                                   Deadline deadline = Deadline::never());

/// The nearest of given points, in a tree of boxes. Thread-safe; keeps about 9 bytes a value of the
/// tree and 8 of a copy.
class NearestSearch {
public:
    struct Found {
        double squared = std::numeric_limits<double>::infinity();  ///< Distance.
        std::size_t row = 0;
    };

    /// REQUIRES: at least one row, finite values.
    NearestSearch(const ExactPoints& points, int threads);

    /// The row nearest to `point` [columns], of several the first. Exact: float32 leaves out what
    /// surely is farther, float64 decides. Near O(log rows) in few columns; in many O(rows x
    /// columns) of the group that the point lies in, when groups lie apart.
    Found nearest_to(std::span<const double> point) const;

private:
    /// One with a near row, most likely: the nearest of some that are spread over the tree.
    std::size_t likely_leaf(const float* rounded) const;
    void look_at_leaf(std::size_t leaf,
                      std::span<const double> point,
                      const float* rounded,
                      Found& nearest) const;
    void look_at(std::size_t place, std::span<const double> point, Found& nearest) const;

    const BoxTree tree_;
    const ExactPoints points_;  ///< By place.
    const BoxTree::Ceiling ceiling_;
    std::size_t leaves_a_probe_ = 1;
    PointBlocks probes_;   ///< The first point of each leaves_a_probe_-th leaf.
    double norm_max_ = 0;  ///< Of the float32 copies.
};

/// The label of each of `rows`, or that of the nearest row that has one, of several the first; none
/// when no row has one. `label_of` is [rows of the points], kNoSegment = none. Exact and the same
/// at any number of threads; a NearestSearch among the rows with a label for each that has none.
/// Errors: kDeadlineExceeded, soon after it.
Result<std::vector<int>> nearest_labels(const ExactPoints& points,
                                        const std::vector<int>& label_of,
                                        std::span<const std::size_t> rows,
                                        int threads,
                                        Deadline deadline = Deadline::never());

}  // namespace cpo::segmentation
