#include "agents/segmentation/condensed_tree.h"

#include <algorithm>
#include <cassert>

namespace cpo::segmentation {
namespace {

class Condensation {
public:
    Condensation(const Dendrogram& tree, std::size_t size_min) : tree_(tree), size_min_(size_min) {
        double shortest = 0;
        for (const TreeMerge& merge : tree.merges)
            if (merge.height > 0 && (shortest == 0 || merge.height < shortest))
                shortest = merge.height;
        density_max_ = shortest > 0 ? 1 / shortest : 1;
        result_.cluster_of.resize(tree.rows);
        result_.left_at.resize(tree.rows);
    }

    CondensedTree run() {
        result_.clusters.push_back({.size = tree_.rows});
        if (tree_.merges.empty()) return std::move(result_);
        std::vector<Part> parts{{tree_.rows + tree_.merges.size() - 1, 0}};
        while (!parts.empty()) {
            const Part part = parts.back();
            parts.pop_back();
            split(part, parts);
        }
        return std::move(result_);
    }

private:
    /// A node of the dendrogram, rows before merges, that stands for what is left of a cluster.
    struct Part {
        std::size_t node;
        std::size_t cluster;
    };

    std::size_t size_of(std::size_t node) const {
        return node < tree_.rows ? 1 : tree_.merges[node - tree_.rows].size;
    }

    void split(const Part& part, std::vector<Part>& parts) {
        const TreeMerge& merge = tree_.merges[part.node - tree_.rows];
        const double density = merge.height > 0 ? 1 / merge.height : density_max_;
        const bool is_left_kept = size_of(merge.left) >= size_min_;
        const bool is_right_kept = size_of(merge.right) >= size_min_;
        if (is_left_kept && is_right_kept && merge.height > 0) {
            for (const std::size_t node : {merge.left, merge.right})
                parts.push_back({node, begin_cluster(part.cluster, density, size_of(node))});
            return;
        }
        if (is_left_kept && is_right_kept) {  // Equal rows: nothing sets the halves apart.
            drop(part.node, part.cluster, density);
            return;
        }
        if (is_left_kept)
            parts.push_back({merge.left, part.cluster});
        else
            drop(merge.left, part.cluster, density);
        if (is_right_kept)
            parts.push_back({merge.right, part.cluster});
        else
            drop(merge.right, part.cluster, density);
    }

    std::size_t begin_cluster(std::size_t parent, double density, std::size_t size) {
        leave(parent, density, size);
        result_.clusters.push_back(
            {.parent = parent, .born = density, .densest = 0, .excess = 0, .size = size});
        return result_.clusters.size() - 1;
    }

    void leave(std::size_t cluster, double density, std::size_t rows) {
        CondensedTree::Cluster& left = result_.clusters[cluster];
        left.excess += (density - left.born) * static_cast<double>(rows);
        left.densest = std::max(left.densest, density);
        result_.densest = std::max(result_.densest, density);
    }

    /// All rows below the node fall out of the cluster.
    void drop(std::size_t top, std::size_t cluster, double density) {
        leave(cluster, density, size_of(top));
        std::vector<std::size_t> nodes{top};
        while (!nodes.empty()) {
            const std::size_t node = nodes.back();
            nodes.pop_back();
            if (node < tree_.rows) {
                result_.cluster_of[node] = cluster;
                result_.left_at[node] = density;
                continue;
            }
            nodes.push_back(tree_.merges[node - tree_.rows].left);
            nodes.push_back(tree_.merges[node - tree_.rows].right);
        }
    }

    const Dendrogram& tree_;
    const std::size_t size_min_;
    double density_max_;
    CondensedTree result_;
};

}  // namespace

CondensedTree condense(const Dendrogram& tree, std::size_t size_min) {
    assert(size_min >= 2);
    return Condensation(tree, size_min).run();
}

std::vector<bool> longest_lasting(const CondensedTree& tree) {
    const std::size_t count = tree.clusters.size();
    std::vector<double> best_below(count);  // Of the clusters inside it, chosen as well as can be.
    std::vector<bool> is_chosen(count);
    for (std::size_t i = count; i-- > 1;) {
        const auto& cluster = tree.clusters[i];
        is_chosen[i] = cluster.excess >= best_below[i];
        best_below[cluster.parent] += std::max(cluster.excess, best_below[i]);
    }
    // What lies inside a chosen one is not chosen itself.
    std::vector<bool> is_inside(count);
    for (std::size_t i = 1; i < count; ++i) {
        const std::size_t parent = tree.clusters[i].parent;
        is_inside[i] = is_inside[parent] || is_chosen[parent];
        if (is_inside[i]) is_chosen[i] = false;
    }
    return is_chosen;
}

SegmentTree tree_of_clusters(const CondensedTree& tree, const std::vector<int>& number_of) {
    SegmentTree result;
    const std::size_t count = tree.clusters.size();
    if (count < 2) return result;
    std::vector<std::vector<std::size_t>> children(count);
    for (std::size_t i = 1; i < count; ++i) children[tree.clusters[i].parent].push_back(i);
    std::vector<std::uint32_t> node_of(count);
    std::vector<std::size_t> splits;  // Children come after their parent, so here before it.
    for (std::size_t i = count; i-- > 0;)
        if (!children[i].empty()) splits.push_back(i);
    std::stable_sort(splits.begin(), splits.end(), [&](std::size_t a, std::size_t b) {
        return tree.clusters[children[a][0]].born > tree.clusters[children[b][0]].born;
    });
    for (std::size_t i = 0; i < count; ++i) {
        if (!children[i].empty()) continue;
        node_of[i] = static_cast<std::uint32_t>(result.leaf_sizes.size());
        result.leaf_sizes.push_back(static_cast<std::uint32_t>(tree.clusters[i].size));
    }
    for (const std::size_t parent : splits) {
        const std::size_t a = children[parent][0];
        const std::size_t b = children[parent][1];
        node_of[parent] = static_cast<std::uint32_t>(splits.size() + 1 + result.merges.size());
        result.merges.push_back(
            {std::min(node_of[a], node_of[b]),
             std::max(node_of[a], node_of[b]),
             1 / tree.clusters[a].born,
             static_cast<std::uint32_t>(tree.clusters[a].size + tree.clusters[b].size)});
    }
    for (std::size_t i = 0; i < count; ++i)
        if (number_of[i] != kNoSegment) result.segments.push_back({number_of[i], node_of[i]});
    std::sort(result.segments.begin(), result.segments.end(), [](const auto& x, const auto& y) {
        return x.segment < y.segment;
    });
    return result;
}

}  // namespace cpo::segmentation
