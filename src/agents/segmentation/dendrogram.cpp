#include "agents/segmentation/dendrogram.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "agents/segmentation/disjoint_sets.h"

namespace cpo::segmentation {
namespace {

/// Cluster of each row when the merges are made for which is_kept(number) holds; what they build on
/// is kept too. Numbered by their first row.
template <typename Kept>
std::vector<int> joined(const Dendrogram& tree, const Kept& is_kept) {
    // Any row of each cluster.
    std::vector<std::uint32_t> row_of(tree.rows + tree.merges.size());
    std::iota(row_of.begin(), row_of.begin() + static_cast<std::ptrdiff_t>(tree.rows), 0U);
    DisjointSets sets(tree.rows);
    for (std::size_t i = 0; i < tree.merges.size(); ++i) {
        const TreeMerge& merge = tree.merges[i];
        row_of[tree.rows + i] = row_of[merge.left];
        if (is_kept(i)) sets.join(row_of[merge.left], row_of[merge.right]);
    }
    std::vector<int> cluster_of(tree.rows);
    int next = 0;
    // A set is known by its first row, which comes before its others.
    for (std::uint32_t row = 0; row < tree.rows; ++row) {
        const std::uint32_t first = sets.find(row);
        cluster_of[row] = first == row ? next++ : cluster_of[first];
    }
    return cluster_of;
}

}  // namespace

Dendrogram ordered(std::size_t rows, std::vector<TreeMerge> merges) {
    std::stable_sort(merges.begin(), merges.end(), [](const TreeMerge& a, const TreeMerge& b) {
        return a.height < b.height;
    });
    return numbered(rows, std::move(merges));
}

Dendrogram numbered(std::size_t rows, std::vector<TreeMerge> merges) {
    assert(rows > 0 && merges.size() == rows - 1);
    DisjointSets sets(rows);
    // Of the set with this first row: its number and its rows.
    std::vector<std::uint32_t> number_of(rows);
    std::vector<std::uint32_t> size_of(rows, 1);
    std::iota(number_of.begin(), number_of.end(), 0U);
    for (std::size_t i = 0; i < merges.size(); ++i) {
        TreeMerge& merge = merges[i];
        const std::uint32_t a = sets.find(merge.left);
        const std::uint32_t b = sets.find(merge.right);
        assert(a != b);
        merge.left = std::min(number_of[a], number_of[b]);
        merge.right = std::max(number_of[a], number_of[b]);
        merge.size = size_of[a] + size_of[b];
        sets.join(a, b);
        number_of[std::min(a, b)] = static_cast<std::uint32_t>(rows + i);
        size_of[std::min(a, b)] = merge.size;
    }
    return {rows, std::move(merges)};
}

std::vector<int> cut(const Dendrogram& tree, std::size_t clusters) {
    assert(clusters >= 1 && clusters <= tree.rows);
    const std::size_t kept = tree.rows - clusters;
    return joined(tree, [kept](std::size_t merge) { return merge < kept; });
}

std::vector<int> cut_at(const Dendrogram& tree, double height) {
    // Heights may fall: of each merge, the highest in it.
    std::vector<double> highest(tree.rows + tree.merges.size(), 0.0);
    for (std::size_t i = 0; i < tree.merges.size(); ++i) {
        const TreeMerge& merge = tree.merges[i];
        highest[tree.rows + i] =
            std::max({merge.height, highest[merge.left], highest[merge.right]});
    }
    return joined(tree, [&](std::size_t merge) { return highest[tree.rows + merge] <= height; });
}

double cophenetic_correlation(const Dendrogram& tree,
                              const ExactPoints& points,
                              std::span<const std::size_t> chosen) {
    std::vector<std::vector<std::size_t>> members(tree.rows + tree.merges.size());
    for (const std::size_t row : chosen) members[row].push_back(row);
    // Means and sums of products about them, pair by pair: heights may differ in late digits only.
    double pairs = 0, x_mean = 0, y_mean = 0, xx = 0, yy = 0, xy = 0;
    for (std::size_t i = 0; i < tree.merges.size(); ++i) {
        const TreeMerge& merge = tree.merges[i];
        std::vector<std::size_t>& left = members[merge.left];
        std::vector<std::size_t>& right = members[merge.right];
        for (const std::size_t a : left)
            for (const std::size_t b : right) {
                const double x = std::sqrt(squared_distance(points.row(a), points.row(b)));
                const double x_off = x - x_mean;
                const double y_off = merge.height - y_mean;
                ++pairs;
                x_mean += x_off / pairs;
                y_mean += y_off / pairs;
                xx += x_off * (x - x_mean);
                yy += y_off * (merge.height - y_mean);
                xy += x_off * (merge.height - y_mean);
            }
        if (left.size() < right.size()) left.swap(right);
        left.insert(left.end(), right.begin(), right.end());
        right.clear();
        members[tree.rows + i] = std::move(left);
    }
    return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

}  // namespace cpo::segmentation
