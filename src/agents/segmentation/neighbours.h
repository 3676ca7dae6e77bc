#pragma once

#include <vector>

#include "agents/segmentation/box_tree.h"
#include "agents/segmentation/exact_points.h"
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

/// Gives each row in kNoSegment the label of the nearest row that has one, of several that of the
/// first. `label_of` is [rows]. Exact and thread-safe as the above; near O(rows log rows) in few
/// columns. REQUIRES: a row has a label.
std::vector<int> with_nearest_label(const ExactPoints& points,
                                    const BoxTree& tree,
                                    const std::vector<int>& label_of,
                                    int threads);

}  // namespace cpo::segmentation
