#include "agents/segmentation/hdbscan.h"

#include <algorithm>
#include <cassert>

#include "agents/segmentation/box_tree.h"
#include "agents/segmentation/condensed_tree.h"
#include "agents/segmentation/neighbours.h"
#include "agents/segmentation/spanning_tree.h"
#include "model/segment.h"

namespace cpo::segmentation {
namespace {

Result<Dendrogram> density_tree(const ExactPoints& points, const HdbscanOptions& options) {
    ExactPoints scaled = points;
    const double unit = scale_to_unit(scaled);
    const auto cores = TRY(squared_core_distances(scaled,
                                                  BoxTree(scaled, options.threads),
                                                  options.points_min,
                                                  options.threads,
                                                  options.deadline));
    auto edges = TRY(reachability_tree(scaled, cores, options.threads, options.deadline));
    for (TreeMerge& edge : edges) edge.height *= unit;
    return ordered(points.rows(), std::move(edges));
}

/// The clusters of the tree that were chosen become 0, 1 ... in the order of their first rows.
void set_labels(const CondensedTree& tree,
                const std::vector<bool>& is_chosen,
                HdbscanResult& result) {
    // Which chosen cluster the rows of each cluster are in: itself or one above it.
    std::vector<std::size_t> chosen_of(tree.clusters.size());  // 0 = none: never chosen.
    for (std::size_t i = 1; i < chosen_of.size(); ++i)
        chosen_of[i] = is_chosen[i] ? i : chosen_of[tree.clusters[i].parent];
    std::vector<int> number_of(tree.clusters.size(), kNoSegment);
    std::vector<std::size_t> size_of;
    result.cluster_of.assign(tree.cluster_of.size(), kNoSegment);
    result.strength.assign(tree.cluster_of.size(), 0);
    for (std::size_t row = 0; row < tree.cluster_of.size(); ++row) {
        const std::size_t chosen = chosen_of[tree.cluster_of[row]];
        if (chosen == 0) {
            ++result.noise;
            continue;
        }
        const CondensedTree::Cluster& cluster = tree.clusters[chosen];
        int& number = number_of[chosen];
        if (number == kNoSegment) {
            number = static_cast<int>(size_of.size());
            size_of.push_back(0);
            result.persistence.push_back(cluster.excess / tree.densest);
        }
        ++size_of[static_cast<std::size_t>(number)];
        result.cluster_of[row] = number;
        result.strength[row] =
            static_cast<float>(std::min(tree.left_at[row] / cluster.densest, 1.0));
    }
    for (std::size_t i = 0; i < size_of.size(); ++i)
        result.persistence[i] /= static_cast<double>(size_of[i]);
    result.cluster_tree = tree_of_clusters(tree, number_of);
}

}  // namespace

Result<HdbscanResult> hdbscan(const ExactPoints& points, const HdbscanOptions& options) {
    assert(options.size_min >= 2 && options.points_min >= 1 && options.points_min < points.rows());
    HdbscanResult result;
    result.tree = TRY(density_tree(points, options));
    const CondensedTree condensed = condense(result.tree, options.size_min);
    set_labels(condensed, longest_lasting(condensed), result);
    return result;
}

}  // namespace cpo::segmentation
