#include "agents/segmentation/hdbscan.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "agents/segmentation/condensed_tree.h"
#include "agents/segmentation/disjoint_sets.h"
#include "agents/segmentation/neighbours.h"
#include "agents/segmentation/points_fixture.h"
#include "agents/segmentation/spanning_tree.h"

namespace cpo::segmentation {
namespace {

using testing::Each;
using testing::ElementsAre;

/// Squared distance to the `count`-th nearest other row.
std::vector<double> cores_by_definition(const ExactPoints& points, std::size_t count) {
    std::vector<double> cores;
    for (std::size_t a = 0; a < points.rows(); ++a) {
        std::vector<double> distances;
        for (std::size_t b = 0; b < points.rows(); ++b)
            if (a != b) distances.push_back(squared_distance(points.row(a), points.row(b)));
        std::sort(distances.begin(), distances.end());
        cores.push_back(distances[count - 1]);
    }
    return cores;
}

/// Lengths of the edges of the shortest tree of mutual reachability distances, by Prim's method.
std::vector<double> lengths_by_definition(const ExactPoints& points,
                                          const std::vector<double>& cores) {
    std::vector<double> nearest(points.rows(), std::numeric_limits<double>::infinity());
    std::vector<bool> is_in(points.rows());
    std::vector<double> lengths;
    std::size_t last = 0;
    for (std::size_t i = 1; i < points.rows(); ++i) {
        is_in[last] = true;
        std::size_t next = points.rows();
        for (std::size_t row = 0; row < points.rows(); ++row) {
            if (is_in[row]) continue;
            nearest[row] = std::min(nearest[row],
                                    std::max({squared_distance(points.row(last), points.row(row)),
                                              cores[last],
                                              cores[row]}));
            if (next == points.rows() || nearest[row] < nearest[next]) next = row;
        }
        lengths.push_back(std::sqrt(nearest[next]));
        last = next;
    }
    std::sort(lengths.begin(), lengths.end());
    return lengths;
}

std::vector<ExactPoints> density_sets() {
    std::vector<ExactPoints> sets;
    for (const std::size_t columns : {1U, 2U, 5U, 20U})
        for (const std::size_t rows : {2U, 17U, 33U, 400U})
            sets.push_back(random_points(rows, columns, rows + columns));
    ExactPoints twice = random_points(100, 3, 7);
    twice.values.insert(twice.values.end(), twice.values.begin(), twice.values.end());
    sets.push_back(twice);
    for (double& value : twice.values) value = std::round(value);
    sets.push_back(twice);
    sets.push_back({2, std::vector<double>(80, 3.5)});
    return sets;
}

TEST(CoreDistances, AreThoseOfTheDefinition) {
    for (const ExactPoints& points : density_sets())
        for (const std::size_t count : {std::size_t{1}, std::size_t{5}, std::size_t{40}}) {
            if (count >= points.rows()) continue;
            const auto cores = squared_core_distances(points, BoxTree(points, 2), count, 2);
            EXPECT_EQ(*cores, cores_by_definition(points, count)) << points.rows();
        }
}

std::vector<std::size_t> all_rows(const ExactPoints& points) {
    std::vector<std::size_t> rows(points.rows());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    return rows;
}

TEST(NearestLabel, IsThatOfTheDefinition) {
    for (const ExactPoints& points : density_sets()) {
        std::vector<int> label_of(points.rows(), kNoSegment);
        for (std::size_t row = 0; row < points.rows(); row += 7)
            label_of[row] = static_cast<int>(row % 3);
        const auto labels = *nearest_labels(points, label_of, all_rows(points), 2);
        for (std::size_t row = 0; row < points.rows(); ++row) {
            std::size_t nearest = 0;
            double least = std::numeric_limits<double>::infinity();
            for (std::size_t other = 0; other < points.rows(); other += 7) {
                const double squared = squared_distance(points.row(row), points.row(other));
                if (squared >= least) continue;
                least = squared;
                nearest = other;
            }
            const std::size_t expected = label_of[row] == kNoSegment ? nearest : row;
            EXPECT_EQ(labels[row], label_of[expected]);
        }
    }
}

// Rounded to float32 beside the others, such a point would be as near to one as to the other.
TEST(NearestLabel, IsThatOfTheDefinitionFarFromAllThatHaveOne) {
    ExactPoints points{2, {}};
    for (int row = 0; row < 100; ++row) {
        points.values.push_back(row < 40 ? row : 1e9 * (row - 70));
        points.values.push_back(row < 40 ? row % 2 * 1e-7 : 0);
    }
    std::vector<int> label_of(100, kNoSegment);
    for (std::size_t row = 0; row < 40; ++row) label_of[row] = static_cast<int>(row);
    const auto labels = *nearest_labels(points, label_of, all_rows(points), 2);
    for (std::size_t row = 40; row < 100; ++row) EXPECT_EQ(labels[row], row <= 70 ? 0 : 39) << row;
}

TEST(NearestLabel, IsNoneWhenNobodyHasOne) {
    const ExactPoints points{1, {1, 2, 3}};
    const std::vector<int> none(3, kNoSegment);
    EXPECT_EQ(*nearest_labels(points, none, all_rows(points), 2), none);
}

TEST(NearestLabel, EndsWhenItIsCalledOff) {
    const ExactPoints points{1, std::vector<double>(1'000, 1.0)};
    std::vector<int> label_of(1'000, kNoSegment);
    label_of[3] = 7;
    EXPECT_EQ(*nearest_labels(points, label_of, all_rows(points), 2), std::vector<int>(1'000, 7));
    const auto ended = nearest_labels(points, label_of, all_rows(points), 2, Deadline::after({}));
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, ErrorCode::kDeadlineExceeded);
}

TEST(ReachabilityTree, IsAShortestOne) {
    for (const ExactPoints& points : density_sets()) {
        const std::size_t count = std::min<std::size_t>(5, points.rows() - 1);
        const auto cores = cores_by_definition(points, count);
        const auto edges = *reachability_tree(points, cores, 2);
        std::vector<double> lengths;
        for (const TreeMerge& edge : edges) {
            const double squared = squared_distance(points.row(edge.left), points.row(edge.right));
            EXPECT_DOUBLE_EQ(edge.height,
                             std::sqrt(std::max({squared, cores[edge.left], cores[edge.right]})));
            lengths.push_back(edge.height);
        }
        const auto expected = lengths_by_definition(points, cores);
        ASSERT_EQ(lengths.size(), expected.size());
        for (std::size_t i = 0; i < lengths.size(); ++i) EXPECT_DOUBLE_EQ(lengths[i], expected[i]);
        DisjointSets sets(points.rows());
        for (const TreeMerge& edge : edges) sets.join(edge.left, edge.right);
        for (std::uint32_t row = 0; row < points.rows(); ++row) EXPECT_EQ(sets.find(row), 0U);
    }
}

/// Rows 0 ... 2 come together at height 1, 3 ... 5 at 1, all at 4, row 6 at 8.
Dendrogram two_groups() {
    return {7,
            {{0, 1, 1, 2}, {3, 4, 1, 2}, {2, 7, 1, 3}, {5, 8, 1, 3}, {9, 10, 4, 6}, {6, 11, 8, 7}}};
}

TEST(CondensedTree, KeepsWhatIsLargeEnough) {
    const CondensedTree tree = condense(two_groups(), 3);
    ASSERT_EQ(tree.clusters.size(), 3U);
    EXPECT_EQ(tree.cluster_of[6], 0U);
    EXPECT_EQ(tree.left_at[6], 1.0 / 8);
    for (const std::size_t row : {0U, 1U, 2U, 3U, 4U, 5U}) EXPECT_EQ(tree.left_at[row], 1);
    // All rows: six leave at 1/4, one at 1/8. Each group: three rows from 1/4 to 1.
    EXPECT_EQ(tree.clusters[0].excess, 6.0 / 4 + 1.0 / 8);
    EXPECT_EQ(tree.clusters[1].excess, 3 * 0.75);
    EXPECT_EQ(tree.clusters[2].excess, 3 * 0.75);
    EXPECT_THAT(longest_lasting(tree), ElementsAre(false, true, true));
}

TEST(CondensedTree, HasOnlyItsRootWhenNothingIsLargeEnough) {
    const CondensedTree tree = condense(two_groups(), 4);
    EXPECT_EQ(tree.clusters.size(), 1U);
    EXPECT_THAT(longest_lasting(tree), ElementsAre(false));
}

TEST(CondensedTree, IsATreeOfItsClusters) {
    const SegmentTree tree = tree_of_clusters(condense(two_groups(), 3), {kNoSegment, 1, 0});
    EXPECT_THAT(tree.leaf_sizes, ElementsAre(3U, 3U));
    ASSERT_EQ(tree.merges.size(), 1U);
    EXPECT_EQ(tree.merges[0].left, 0U);
    EXPECT_EQ(tree.merges[0].right, 1U);
    EXPECT_EQ(tree.merges[0].height, 4);
    EXPECT_EQ(tree.merges[0].size, 6U);
    ASSERT_EQ(tree.segments.size(), 2U);
    EXPECT_EQ(tree.segments[0].segment, 0);
    EXPECT_EQ(tree.segments[0].cluster, 1U);
    EXPECT_EQ(tree.segments[1].cluster, 0U);
    EXPECT_TRUE(tree_of_clusters(condense(two_groups(), 4), {kNoSegment}).merges.empty());
}

TEST(Hdbscan, HasATreeWhoseSplitsAreThoseOfTheSingleLinkage) {
    // Ten groups of their own density.
    ExactPoints points{2, {}};
    Random random(4);
    for (int i = 0; i < 2000; ++i)
        for (int j = 0; j < 2; ++j)
            points.values.push_back(random.normal() * (1 + i % 10) / 10 + (i % 10) * (j + 3));
    const auto found = hdbscan(points, {.size_min = 20, .points_min = 5});
    ASSERT_TRUE(found);
    const SegmentTree& tree = found->cluster_tree;
    ASSERT_GT(tree.merges.size(), 3U);
    ASSERT_EQ(tree.leaf_sizes.size(), tree.merges.size() + 1);
    EXPECT_EQ(tree.segments.size(), found->persistence.size());
    const auto size_of = [&](std::uint32_t node) {
        return node < tree.leaf_sizes.size() ? tree.leaf_sizes[node]
                                             : tree.merges[node - tree.leaf_sizes.size()].size;
    };
    for (std::size_t i = 0; i < tree.merges.size(); ++i) {
        const TreeMerge& merge = tree.merges[i];
        EXPECT_LT(merge.left, merge.right);
        EXPECT_LT(merge.right, tree.leaf_sizes.size() + i);
        if (i > 0) EXPECT_GE(merge.height, tree.merges[i - 1].height);
        // The same split stands in the tree of all rows, before any of them fell out.
        EXPECT_TRUE(std::any_of(
            found->tree.merges.begin(), found->tree.merges.end(), [&](const TreeMerge& whole) {
                return std::abs(whole.height - merge.height) < 1e-9 * merge.height &&
                       whole.size == merge.size;
            }));
    }
    for (const TreeSegment& each : tree.segments) {
        const auto rows = static_cast<std::size_t>(
            std::count(found->cluster_of.begin(), found->cluster_of.end(), each.segment));
        // A cluster that splits lost some of its rows before.
        if (each.cluster < tree.leaf_sizes.size())
            EXPECT_EQ(size_of(each.cluster), rows);
        else
            EXPECT_LE(size_of(each.cluster), rows);
    }
}

TEST(Hdbscan, IsTheSameAtAnyNumberOfThreads) {
    const ExactPoints points = random_points(3000, 4, 2);
    const auto one = *hdbscan(points, {.size_min = 20, .points_min = 7, .threads = 1});
    const auto four = *hdbscan(points, {.size_min = 20, .points_min = 7, .threads = 4});
    EXPECT_EQ(one.cluster_of, four.cluster_of);
    EXPECT_EQ(one.strength, four.strength);
    EXPECT_EQ(one.persistence, four.persistence);
}

TEST(Hdbscan, DoesNotDependOnTheUnit) {
    ExactPoints points = random_points(500, 3, 3);
    const auto plain = *hdbscan(points, {.size_min = 10, .points_min = 5});
    for (double& value : points.values) value *= 0x1p-300;
    const auto small = *hdbscan(points, {.size_min = 10, .points_min = 5});
    EXPECT_EQ(plain.cluster_of, small.cluster_of);
    EXPECT_EQ(plain.strength, small.strength);
}

TEST(Hdbscan, LeavesEqualRowsTogether) {
    const auto found =
        *hdbscan({2, std::vector<double>(80, 3.5)}, {.size_min = 5, .points_min = 5});
    EXPECT_THAT(found.cluster_of, Each(kNoSegment));  // One group is never all rows.
    EXPECT_EQ(found.noise, 40U);
}

TEST(Hdbscan, StopsAtItsDeadline) {
    HdbscanOptions options;
    options.deadline = Deadline::after({});
    const auto found = hdbscan(random_points(2000, 4, 4), options);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::kDeadlineExceeded);
}

}  // namespace
}  // namespace cpo::segmentation
