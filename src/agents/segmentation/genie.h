#pragma once

#include <vector>

#include "agents/segmentation/dendrogram.h"
#include "model/segment.h"

namespace cpo::segmentation {

/// Above this inequality of the sizes of the clusters (Gini index, 0 = all equal, 1 = one has all)
/// the smallest is joined next: the authors' advice.
inline constexpr double kGiniLimit = 0.3;

/// Genie: joins along the edges of the spanning tree, the shortest first, but while the sizes of
/// the clusters are more unequal than `gini_limit` the shortest edge of a smallest cluster. Heights
/// are lengths of edges and may fall. `edges` are spanning_tree() of the rows. O(rows x distinct
/// sizes), which are below sqrt(2 rows). Source: Gagolewski, Bartoszuk & Cena, "Genie: A new, fast,
/// and outlier-resistant hierarchical clustering algorithm", Information Sciences 363, 2016.
Dendrogram genie(const std::vector<TreeMerge>& edges, double gini_limit = kGiniLimit);

}  // namespace cpo::segmentation
