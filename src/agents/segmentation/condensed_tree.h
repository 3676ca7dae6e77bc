#pragma once

#include <cstddef>
#include <vector>

#include "agents/segmentation/dendrogram.h"
#include "model/segment.h"

namespace cpo::segmentation {

/// A tree of the clusters that have at least a number of rows; what else leaves a cluster as the
/// density rises falls out of it row by row. Density is 1 / height, at most that of the lowest
/// merge above 0.
struct CondensedTree {
    struct Cluster {
        std::size_t parent = 0;  ///< Of cluster 0, which has all rows: 0.
        double born = 0;         ///< Density at which its parent splits; 0 for cluster 0.
        double densest = 0;      ///< Density at which its last row has left or it splits.
        double excess = 0;       ///< Sum over its rows of the density they leave at - `born`.
        std::size_t size = 0;    ///< Rows at its birth.
    };
    std::vector<Cluster> clusters;        ///< A parent comes before its children, of which it has
                                          ///< none or two.
    std::vector<std::size_t> cluster_of;  ///< [rows], that which the row falls out of.
    std::vector<double> left_at;          ///< [rows], the density at which it does.
    double densest = 0;                   ///< The largest density at which anything leaves.
};

/// O(rows). REQUIRES: heights do not fall, size_min >= 2.
CondensedTree condense(const Dendrogram& tree, std::size_t size_min);

/// The clusters, none inside another and never all rows, with the largest sum of excess: excess of
/// mass. [clusters], is it one of them. O(clusters).
std::vector<bool> longest_lasting(const CondensedTree& tree);

/// The clusters as merges, those that part at the lowest density last: SegmentTree's leaf_sizes,
/// merges and, in the order of their numbers, segments; `number_of` is [clusters], kNoSegment where
/// a cluster is no segment. No leaves when nothing splits. O(clusters log clusters).
SegmentTree tree_of_clusters(const CondensedTree& tree, const std::vector<int>& number_of);

}  // namespace cpo::segmentation
