#pragma once

#include <span>
#include <vector>

#include "agents/segmentation/exact_points.h"
#include "base/cpu.h"
#include "base/deadline.h"
#include "base/result.h"
#include "model/segment.h"

namespace cpo::segmentation {

/// The edges of the shortest tree over all rows (Euclidean minimum spanning tree), by (height,
/// left, right): left < right are rows, height is their distance, size is 0. Of equal distances the
/// first in that order is taken. Exact: Boruvka's rounds, in which each part of the forest finds
/// its nearest row outside, searched in a BoxTree that leaves out boxes of the part itself; float32
/// leaves out what surely is farther, float64 decides. Equal rows are joined first. O(rows^2 x
/// columns) at worst, near O(rows log^2 rows) in few columns; memory O(rows x columns).
/// Thread-safe; the same at any number of threads. Source: Boruvka, 1926; March, Ram & Gray, "Fast
/// Euclidean Minimum Spanning Tree", KDD 2010. Errors: kDeadlineExceeded, soon after it. REQUIRES:
/// at least one row, finite values.
Result<std::vector<TreeMerge>> spanning_tree(const ExactPoints& points,
                                             int threads,
                                             Deadline deadline = Deadline::never(),
                                             SimdLevel simd = simd_level());

/// The same of mutual reachability distances: the largest of the distance and the core distances of
/// both rows. `squared_cores` is [rows], of equal rows the same. Source: Campello, Moulavi &
/// Sander, "Density-Based Clustering Based on Hierarchical Density Estimates", PAKDD 2013.
Result<std::vector<TreeMerge>> reachability_tree(const ExactPoints& points,
                                                 std::span<const double> squared_cores,
                                                 int threads,
                                                 Deadline deadline = Deadline::never(),
                                                 SimdLevel simd = simd_level());

}  // namespace cpo::segmentation
