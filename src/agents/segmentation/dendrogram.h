#pragma once

#include <span>
#include <vector>

#include "agents/segmentation/exact_points.h"
#include "model/segment.h"

namespace cpo::segmentation {

/// Merges of all rows into one cluster, in the order in which a cut undoes them: SciPy's linkage
/// matrix.
struct Dendrogram {
    std::size_t rows = 0;
    std::vector<TreeMerge> merges;  ///< [rows - 1].
};

/// Puts merges that name clusters by any of their rows, in any order, into SciPy's order and
/// numbering. A merge is never lower than one it builds on: rounding that says so is undone.
/// O(rows log rows).
Dendrogram ordered(std::size_t rows, std::vector<TreeMerge> merges);

/// The same for merges that stay in their order, whatever their heights.
Dendrogram numbered(std::size_t rows, std::vector<TreeMerge> merges);

/// Cluster of each row when the last clusters - 1 merges are left out, numbered by their first row.
/// REQUIRES: 1 <= clusters <= rows.
std::vector<int> cut(const Dendrogram& tree, std::size_t clusters);

/// Cluster of each row when only the merges are kept that are not higher than `height`, themselves
/// and what they build on, numbered by their first row: SciPy's fcluster(criterion="distance").
std::vector<int> cut_at(const Dendrogram& tree, double height);

/// Pearson correlation of the distances of all pairs of the rows `chosen` with the heights at which
/// they come together (Sokal & Rohlf, "The Comparison of Dendrograms by Objective Methods", Taxon
/// 11, 1962); 0 when either does not vary. O(rows + chosen^2 x columns).
double cophenetic_correlation(const Dendrogram& tree,
                              const ExactPoints& points,
                              std::span<const std::size_t> chosen);

}  // namespace cpo::segmentation
