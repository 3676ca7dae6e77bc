#pragma once

#include "agents/segmentation/dendrogram.h"
#include "agents/segmentation/exact_points.h"
#include "agents/segmentation/linkage.h"
#include "base/deadline.h"
#include "base/result.h"

namespace cpo::segmentation {

/// Average (UPGMA), complete, centroid (UPGMC) or median (WPGMC) linkage from the distances of all
/// pairs. Heights are distances as in SciPy; those of centroid and median may fall. Exact, by the
/// generic algorithm of Müllner, "Modern hierarchical, agglomerative clustering algorithms", 2011,
/// section 3.1, with the updates of Lance & Williams, "A General Theory of Classificatory Sorting
/// Strategies", Computer Journal 9(4), 1967. O(rows^2 x columns) to measure and O(rows^2) to join
/// on usual data, O(rows^3) at worst; memory 4 bytes x rows^2. Thread-safe; the same tree at any
/// number of threads. Errors: kDeadlineExceeded, soon after it. REQUIRES: at least one row, finite
/// values, one of the four.
Result<Dendrogram> matrix_linkage(Linkage linkage,
                                  const ExactPoints& points,
                                  int threads,
                                  Deadline deadline = Deadline::never());

}  // namespace cpo::segmentation
