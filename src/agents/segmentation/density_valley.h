#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "agents/segmentation/point_blocks.h"

namespace cpo::segmentation {

/// How deep the deepest valley between two dense places is, seen at each of the scales
/// `neighbours`: log of the density at the less dense of their peaks over that at the pass between
/// them, 0 (one dense place) ... infinity; [scales]. The density at a row follows from the distance
/// r to its `neighbours`-th nearest other row, as r^-columns; places come together along the
/// shortest tree over max(distance, r of either), and those of fewer than `neighbours` rows are
/// none. r counts as 1e-12 at least. Sources: Campello, Moulavi, Zimek & Sander, "Hierarchical
/// Density Estimates for Data Clustering, Visualization, and Outlier Detection", ACM TKDD 10(1),
/// 2015 (the tree); Chazal, Guibas, Oudot & Skraba, "Persistence-Based Clustering in Riemannian
/// Manifolds", J. ACM 60(6), 2013 (the depth). O(scales x rows^2 x columns), memory O(rows).
/// Thread-safe. REQUIRES: at least one row; each scale is 1 ... rows - 1.
std::vector<double> density_valleys(const PointBlocks& points,
                                    std::span<const std::size_t> neighbours);

}  // namespace cpo::segmentation
