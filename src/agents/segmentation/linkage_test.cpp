#include "agents/segmentation/linkage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <tuple>

#include "agents/segmentation/genie.h"
#include "agents/segmentation/matrix_linkage.h"
#include "agents/segmentation/points_fixture.h"
#include "agents/segmentation/spanning_tree.h"

namespace cpo::segmentation {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

ExactPoints grid(int side) {
    ExactPoints points{2, {}};
    for (int x = 0; x < side; ++x)
        for (int y = 0; y < side; ++y)
            points.values.insert(points.values.end(), {1.0 * x, 1.0 * y});
    return points;
}

double distance(const ExactPoints& points, std::size_t a, std::size_t b) {
    return std::sqrt(squared_distance(points.row(a), points.row(b)));
}

auto key(const TreeMerge& edge) { return std::tie(edge.height, edge.left, edge.right); }

/// The tree by Kruskal's definition: the edges in order, but for those that close a ring.
std::vector<TreeMerge> tree_by_definition(const ExactPoints& points) {
    std::vector<TreeMerge> edges;
    for (std::uint32_t a = 0; a < points.rows(); ++a)
        for (std::uint32_t b = a + 1; b < points.rows(); ++b)
            edges.push_back({a, b, distance(points, a, b), 0});
    std::sort(edges.begin(), edges.end(), [](const TreeMerge& a, const TreeMerge& b) {
        return key(a) < key(b);
    });
    std::vector<std::uint32_t> set_of(points.rows());
    std::iota(set_of.begin(), set_of.end(), 0U);
    std::vector<TreeMerge> kept;
    for (const TreeMerge& edge : edges) {
        const std::uint32_t from = set_of[edge.right], to = set_of[edge.left];
        if (from == to) continue;
        kept.push_back(edge);
        std::replace(set_of.begin(), set_of.end(), from, to);
    }
    return kept;
}

TEST(SpanningTree, IsThatOfTheDefinition) {
    std::vector<ExactPoints> sets{grid(12), {2, std::vector<double>(180, 3.5)}};
    for (const std::size_t columns : {1U, 2U, 7U, 30U})
        for (const std::size_t rows : {1U, 2U, 3U, 16U, 17U, 300U})
            sets.push_back(random_points(rows, columns, rows * columns));
    // Each row again, the second time in reverse.
    sets.push_back(random_points(100, 3, 5));
    for (std::size_t row = 100; row-- > 0;)
        for (std::size_t j = 0; j < 3; ++j)
            sets.back().values.push_back(sets.back().values[row * 3 + j]);
    for (const ExactPoints& points : sets) {
        const auto tree = *spanning_tree(points, 2);
        const auto expected = tree_by_definition(points);
        ASSERT_EQ(tree.size(), expected.size());
        for (std::size_t i = 0; i < tree.size(); ++i) {
            ASSERT_NEAR(tree[i].height, expected[i].height, 1e-12 * expected.back().height);
            // Equal rows are joined with the first of them, whoever is meant by the definition.
            if (tree[i].height == 0) continue;
            ASSERT_EQ(tree[i].left, expected[i].left) << points.rows() << " at " << i;
            ASSERT_EQ(tree[i].right, expected[i].right) << points.rows() << " at " << i;
        }
    }
}

TEST(SpanningTree, IsTheSameOnEveryInstructionSetAndNumberOfThreads) {
    const auto points = random_points(5'000, 5, 8);
    const auto expected = *spanning_tree(points, 1, Deadline::never(), SimdLevel::kScalar);
    for (const SimdLevel level : {SimdLevel::kScalar, SimdLevel::kAvx2, SimdLevel::kAvx512}) {
        if (level > simd_level()) continue;
        const auto tree = *spanning_tree(points, 3, Deadline::never(), level);
        for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_EQ(key(tree[i]), key(expected[i]));
    }
}

TEST(SpanningTree, TakesValuesWhoseSquaresAreInfinite) {
    auto points = random_points(200, 3, 4);
    const auto expected = *spanning_tree(points, 1);
    for (double& value : points.values) value = std::ldexp(value, 1000);
    const auto tree = *spanning_tree(points, 1);
    for (std::size_t i = 0; i < tree.size(); ++i)
        EXPECT_EQ(tree[i].height, std::ldexp(expected[i].height, 1000));
}

/// Which clusters come together, by the definitions, from the members.
class ByDefinition {
public:
    ByDefinition(Linkage linkage, const ExactPoints& points) : linkage_(linkage), points_(points) {
        for (std::size_t row = 0; row < points.rows(); ++row)
            clusters_.push_back({{row}, {points.row(row).begin(), points.row(row).end()}});
    }

    std::vector<double> heights() {
        std::vector<double> result;
        while (clusters_.size() > 1) {
            std::size_t a = 0, b = 0;
            double least = kInfinity;
            for (std::size_t i = 0; i < clusters_.size(); ++i)
                for (std::size_t j = i + 1; j < clusters_.size(); ++j) {
                    const double found = between(clusters_[i], clusters_[j]);
                    if (found < least) std::tie(least, a, b) = std::tuple{found, i, j};
                }
            result.push_back(least);
            join(a, b);
        }
        return result;
    }

private:
    struct Cluster {
        std::vector<std::size_t> rows;
        std::vector<double> centre;
    };

    double between(const Cluster& a, const Cluster& b) const {
        if (linkage_ == Linkage::kCentroid || linkage_ == Linkage::kMedian)
            return std::sqrt(squared_distance(a.centre, b.centre));
        double sum = 0, largest = 0;
        for (const std::size_t x : a.rows)
            for (const std::size_t y : b.rows) {
                sum += distance(points_, x, y);
                largest = std::max(largest, distance(points_, x, y));
            }
        if (linkage_ == Linkage::kComplete) return largest;
        return sum / static_cast<double>(a.rows.size() * b.rows.size());
    }

    void join(std::size_t a, std::size_t b) {
        Cluster& into = clusters_[a];
        const Cluster& other = clusters_[b];
        const bool is_median = linkage_ == Linkage::kMedian;
        const double n = is_median ? 1 : static_cast<double>(into.rows.size());
        const double m = is_median ? 1 : static_cast<double>(other.rows.size());
        for (std::size_t j = 0; j < into.centre.size(); ++j)
            into.centre[j] = (n * into.centre[j] + m * other.centre[j]) / (n + m);
        into.rows.insert(into.rows.end(), other.rows.begin(), other.rows.end());
        clusters_.erase(clusters_.begin() + static_cast<std::ptrdiff_t>(b));
    }

    const Linkage linkage_;
    const ExactPoints& points_;
    std::vector<Cluster> clusters_;
};

TEST(MatrixLinkage, HasTheHeightsOfTheDefinitions) {
    for (const Linkage linkage :
         {Linkage::kAverage, Linkage::kComplete, Linkage::kCentroid, Linkage::kMedian})
        for (const std::size_t columns : {1U, 2U, 9U})
            for (const std::size_t rows : {1U, 2U, 3U, 17U, 80U}) {
                const auto points = random_points(rows, columns, rows * columns);
                const auto tree = *matrix_linkage(linkage, points, 2);
                const auto expected = ByDefinition(linkage, points).heights();
                ASSERT_EQ(tree.merges.size(), expected.size());
                for (std::size_t i = 0; i < expected.size(); ++i)
                    ASSERT_NEAR(tree.merges[i].height, expected[i], 1e-9 * expected.back())
                        << name_of(linkage) << " of " << rows << " x " << columns << " at " << i;
            }
}

TEST(MatrixLinkage, KeepsHeightsThatFall) {
    // The centre of the side of an equilateral triangle is nearer to the third corner.
    const ExactPoints points{2, {0, 0, 1, 0, 0.5, std::sqrt(0.75) + 1e-3}};
    const auto tree = *matrix_linkage(Linkage::kCentroid, points, 1);
    EXPECT_DOUBLE_EQ(tree.merges[0].height, 1);
    EXPECT_DOUBLE_EQ(tree.merges[1].height, std::sqrt(0.75) + 1e-3);
}

TEST(MatrixLinkage, EndsOnTies) {
    for (const Linkage linkage :
         {Linkage::kAverage, Linkage::kComplete, Linkage::kCentroid, Linkage::kMedian}) {
        EXPECT_EQ(matrix_linkage(linkage, grid(15), 2)->merges.back().size, 225U);
        const ExactPoints equal{1, std::vector<double>(400, 2)};
        EXPECT_EQ(matrix_linkage(linkage, equal, 2)->merges.back().height, 0);
    }
}

/// Genie as the paper tells it: the Gini index of all pairs, and the edges from the first on.
std::vector<TreeMerge> genie_by_definition(std::vector<TreeMerge> edges, double gini_limit) {
    const std::size_t rows = edges.size() + 1;
    std::vector<std::size_t> set_of(rows);
    std::iota(set_of.begin(), set_of.end(), std::size_t{0});
    const auto size_of = [&](std::size_t row) {
        return static_cast<double>(std::count(set_of.begin(), set_of.end(), set_of[row]));
    };
    std::vector<TreeMerge> taken;
    while (!edges.empty()) {
        std::vector<double> sizes;
        for (std::size_t set = 0; set < rows; ++set) {
            const auto count = std::count(set_of.begin(), set_of.end(), set);
            if (count > 0) sizes.push_back(static_cast<double>(count));
        }
        double differences = 0;
        for (const double a : sizes)
            for (const double b : sizes) differences += std::abs(a - b) / 2;
        const double gini = differences / static_cast<double>((sizes.size() - 1) * rows);
        const double smallest = *std::min_element(sizes.begin(), sizes.end());
        auto edge = edges.begin();
        while (gini > gini_limit && size_of(edge->left) != smallest &&
               size_of(edge->right) != smallest)
            ++edge;
        taken.push_back(*edge);
        const std::size_t from = set_of[edge->right], to = set_of[edge->left];
        std::replace(set_of.begin(), set_of.end(), from, to);
        edges.erase(edge);
    }
    return taken;
}

TEST(Genie, TakesTheEdgesOfTheDefinition) {
    for (const double limit : {0.1, kGiniLimit, 0.7, 1.0})
        for (const std::size_t rows : {1U, 2U, 3U, 20U, 150U}) {
            const auto edges = *spanning_tree(random_points(rows, 3, rows), 1);
            const auto tree = genie(edges, limit);
            const auto expected = numbered(rows, genie_by_definition(edges, limit));
            for (std::size_t i = 0; i < edges.size(); ++i) {
                ASSERT_EQ(key(tree.merges[i]), key(expected.merges[i])) << limit << " at " << i;
                ASSERT_EQ(tree.merges[i].size, expected.merges[i].size);
            }
        }
}

TEST(Genie, WithoutALimitIsSingleLinkage) {
    const auto edges = *spanning_tree(random_points(400, 2, 6), 1);
    const auto tree = genie(edges, 1);
    const auto single = ordered(400, edges);
    for (std::size_t i = 0; i < edges.size(); ++i)
        ASSERT_EQ(key(tree.merges[i]), key(single.merges[i]));
}

TEST(Linkage, EndsWhenItIsCalledOff) {
    const auto points = random_points(3'000, 5, 8);
    for (const auto& error :
         {spanning_tree(points, 2, Deadline::after({})).error(),
          matrix_linkage(Linkage::kMedian, points, 2, Deadline::after({})).error()})
        EXPECT_EQ(error.code, ErrorCode::kDeadlineExceeded);
}

}  // namespace
}  // namespace cpo::segmentation
