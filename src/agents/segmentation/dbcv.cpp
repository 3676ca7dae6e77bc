#include "agents/segmentation/dbcv.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "agents/segmentation/exact_points.h"
#include "agents/segmentation/row_sample.h"
#include "base/parallel.h"
#include "base/random.h"
#include "model/segment.h"

namespace cpo::segmentation {
namespace {

constexpr double kFar = std::numeric_limits<double>::infinity();
constexpr std::size_t kRowsPerTask = 32;

/// One cluster; rows by their place in it.
struct Cluster {
    ExactPoints points;
    std::vector<double> cores{};       ///< [rows].
    std::vector<std::size_t> inner{};  ///< Places of the inner rows.
    double sparseness = 0;             ///< Called DSC in the paper.
};

void for_rows(int threads, std::size_t rows, const std::function<void(std::size_t)>& task) {
    parallel_for(threads, (rows + kRowsPerTask - 1) / kRowsPerTask, [&](std::size_t i) {
        const std::size_t to = std::min((i + 1) * kRowsPerTask, rows);
        for (std::size_t row = i * kRowsPerTask; row < to; ++row) task(row);
    });
}

double core_distance(const ExactPoints& points, std::size_t row) {
    std::vector<double> distances;
    for (std::size_t other = 0; other < points.rows(); ++other) {
        const double squared = squared_distance(points.row(row), points.row(other));
        if (squared > 0) distances.push_back(std::sqrt(squared));
    }
    if (distances.empty()) return 0;
    // In units of the nearest, so that no power is infinite.
    const double nearest = *std::min_element(distances.begin(), distances.end());
    const auto columns = static_cast<double>(points.columns);
    double sum = 0;
    for (const double distance : distances) sum += std::pow(nearest / distance, columns);
    return nearest * std::pow(sum / static_cast<double>(points.rows() - 1), -1 / columns);
}

double reachability(const Cluster& a, std::size_t i, const Cluster& b, std::size_t j) {
    const double distance = std::sqrt(squared_distance(a.points.row(i), b.points.row(j)));
    return std::max({distance, a.cores[i], b.cores[j]});
}

struct TreeEdge {
    std::size_t from = 0;
    std::size_t to = 0;
    double length = 0;
};

/// Of two rows or more.
std::vector<TreeEdge> shortest_tree(const Cluster& cluster) {
    std::vector<TreeEdge> outside, edges;
    for (std::size_t row = 1; row < cluster.points.rows(); ++row) outside.push_back({0, row, kFar});
    std::size_t last = 0;
    while (!outside.empty()) {
        auto next = outside.begin();
        for (auto edge = outside.begin(); edge != outside.end(); ++edge) {
            const double length = reachability(cluster, last, cluster, edge->to);
            if (length < edge->length || (length == edge->length && last < edge->from))
                *edge = {last, edge->to, length};
            if (edge->length < next->length) next = edge;
        }
        last = next->to;
        edges.push_back(*next);
        outside.erase(next);  // Stays in row order: of equally near rows the first is next.
    }
    return edges;
}

void find_inner_rows(Cluster& cluster) {
    const auto edges = shortest_tree(cluster);
    std::vector<int> degrees(cluster.points.rows());
    for (const TreeEdge& edge : edges) {
        ++degrees[edge.from];
        ++degrees[edge.to];
    }
    for (std::size_t row = 0; row < degrees.size(); ++row)
        if (degrees[row] > 1) cluster.inner.push_back(row);
    if (cluster.inner.empty()) cluster.inner.push_back(0);
    bool has_inner = false;
    double longest = 0, longest_inner = 0;
    for (const TreeEdge& edge : edges) {
        longest = std::max(longest, edge.length);
        if (degrees[edge.from] < 2 || degrees[edge.to] < 2) continue;
        has_inner = true;
        longest_inner = std::max(longest_inner, edge.length);
    }
    cluster.sparseness = has_inner ? longest_inner : longest;
}

/// The shortest reachability from an inner row of cluster `number` to one of another.
double separation(const std::vector<Cluster>& clusters, std::size_t number, int threads) {
    const Cluster& own = clusters[number];
    std::vector<double> nearest(own.inner.size(), kFar);
    for_rows(threads, nearest.size(), [&](std::size_t i) {
        for (std::size_t c = 0; c < clusters.size(); ++c) {
            if (c == number) continue;
            for (const std::size_t row : clusters[c].inner)
                nearest[i] =
                    std::min(nearest[i], reachability(own, own.inner[i], clusters[c], row));
        }
    });
    return *std::min_element(nearest.begin(), nearest.end());
}

}  // namespace

std::optional<Dbcv> dbcv(const PointBlocks& points,
                         std::span<const int> cluster_of,
                         int clusters,
                         const DbcvOptions& options) {
    assert(cluster_of.size() == points.rows());
    Dbcv result;
    result.rows = std::min(points.rows(), options.rows_max);
    result.by_cluster.resize(static_cast<std::size_t>(clusters));
    std::vector<ExactPoints> members(result.by_cluster.size(), {points.columns(), {}});
    for (const std::size_t row : spread_sample(points.rows(), result.rows, Random(options.seed))) {
        if (cluster_of[row] == kNoSegment) continue;
        const std::vector<float> values = points.row(row);
        auto& own = members[static_cast<std::size_t>(cluster_of[row])].values;
        own.insert(own.end(), values.begin(), values.end());
    }
    std::vector<Cluster> judged;
    std::vector<std::size_t> numbers;
    for (std::size_t c = 0; c < members.size(); ++c) {
        if (members[c].rows() < 2) continue;
        judged.push_back({std::move(members[c])});
        numbers.push_back(c);
    }
    if (judged.size() < 2) return std::nullopt;
    for (Cluster& cluster : judged) {
        cluster.cores.resize(cluster.points.rows());
        for_rows(options.threads, cluster.cores.size(), [&](std::size_t row) {
            cluster.cores[row] = core_distance(cluster.points, row);
        });
    }
    parallel_for(
        options.threads, judged.size(), [&](std::size_t c) { find_inner_rows(judged[c]); });
    for (std::size_t c = 0; c < judged.size(); ++c) {
        const double apart = separation(judged, c, options.threads);
        const double larger = std::max(apart, judged[c].sparseness);
        const double value = larger > 0 ? (apart - judged[c].sparseness) / larger : 0;
        result.by_cluster[numbers[c]] = value;
        result.value +=
            value * static_cast<double>(judged[c].points.rows()) / static_cast<double>(result.rows);
    }
    return result;
}

}  // namespace cpo::segmentation
