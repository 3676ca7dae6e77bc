#pragma once

#include "agents/segmentation/dendrogram.h"
#include "agents/segmentation/exact_points.h"
#include "base/cpu.h"
#include "base/deadline.h"
#include "base/result.h"

namespace cpo::segmentation {

/// Joins, again and again, the two clusters whose union raises the sum of squared distances to the
/// centres least; the height is the root of twice that rise, as in SciPy. Exact: pairs of clusters
/// that are each other's nearest are joined in rounds, in any order, which gives the same tree
/// because no union comes nearer to a third cluster than the nearer of its parts was (Bruynooghe,
/// "Classification ascendante hierarchique", 1978; Yu, Wang, Gu, Dhulipala & Shun, "ParChain", VLDB
/// 2021). Nearest clusters are searched in a BoxTree of the centres that is made anew as they
/// become fewer; float32 leaves out what surely is farther, float64 decides. Each cluster remembers
/// a few near ones and what any other union costs at least: when its nearest is gone, one that has
/// grown out of these is often the nearest again, and no search is needed. Equal rows are joined
/// first. Of other equal pairs those of older clusters come first, then a lot decides that is the
/// same in each run. O(rows^2 x columns) at worst, far less on data with groups; memory O(rows x
/// columns). Thread-safe; the same tree at any number of threads. Source: Ward, "Hierarchical
/// Grouping to Optimize an Objective Function", JASA 58, 1963.
/// Errors: kDeadlineExceeded, soon after it. REQUIRES: at least one row, finite values.
Result<Dendrogram> ward(const ExactPoints& points,
                        int threads,
                        Deadline deadline = Deadline::never(),
                        SimdLevel simd = simd_level());

}  // namespace cpo::segmentation
