#include "agents/segmentation/silhouette.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "agents/segmentation/kernels.h"
#include "agents/segmentation/row_sample.h"
#include "base/parallel.h"
#include "base/random.h"
#include "model/segment.h"

namespace cpo::segmentation {
namespace {

constexpr std::size_t kQueriesPerTask = 64;
static_assert(kQueriesPerTask % kQueries == 0);
/// Fewest rows a sample takes of a cluster, if it has as many.
constexpr std::size_t kClusterSampleMin = 64;

/// Row numbers by cluster, in row order.
std::vector<std::vector<std::size_t>> rows_by_cluster(std::span<const int> cluster_of,
                                                      int clusters) {
    std::vector<std::vector<std::size_t>> rows(static_cast<std::size_t>(clusters));
    for (std::size_t row = 0; row < cluster_of.size(); ++row)
        if (cluster_of[row] != kNoSegment)
            rows[static_cast<std::size_t>(cluster_of[row])].push_back(row);
    return rows;
}

class SilhouetteRun {
public:
    SilhouetteRun(const PointBlocks& points,
                  std::span<const int> cluster_of,
                  int clusters,
                  const SilhouetteOptions& options)
        : points_(points),
          cluster_of_(cluster_of),
          options_(options),
          kernels_(kernels_of(options.simd)),
          members_(rows_by_cluster(cluster_of, clusters)) {
        for (const auto& rows : members_) {
            assert(!rows.empty());
            clusters_.push_back(PointBlocks::gather(points, rows));
        }
        choose_queries();
    }

    Silhouette run() const {
        std::vector<double> values(queries_.size());
        const std::size_t tasks = (queries_.size() + kQueriesPerTask - 1) / kQueriesPerTask;
        parallel_for(options_.threads, tasks, [&](std::size_t task) {
            const std::size_t to = std::min((task + 1) * kQueriesPerTask, queries_.size());
            for (std::size_t i = task * kQueriesPerTask; i < to; i += kQueries) judge(i, values);
        });
        return summary(values);
    }

private:
    void choose_queries() {
        const auto rows = static_cast<double>(clustered_rows());
        const double share = std::min(1.0, options_.distances_max / (rows * rows));
        const Random random(options_.seed);
        for (std::size_t c = 0; c < members_.size(); ++c) {
            const auto size = members_[c].size();
            const auto wanted =
                static_cast<std::size_t>(std::llround(share * static_cast<double>(size)));
            const std::size_t count =
                share >= 1 ? size : std::min(size, std::max(wanted, kClusterSampleMin));
            for (const std::size_t i : spread_sample(size, count, random.fork(c)))
                queries_.push_back(members_[c][i]);
        }
    }

    /// Silhouettes of queries first ... first + kQueries - 1.
    void judge(std::size_t first, std::vector<double>& values) const {
        const std::size_t count = std::min(kQueries, queries_.size() - first);
        std::vector<float> coordinates(kQueries * points_.columns());
        for (std::size_t q = 0; q < count; ++q)
            for (std::size_t j = 0; j < points_.columns(); ++j)
                coordinates[q * points_.columns() + j] = points_.at(queries_[first + q], j);
        std::array<double, kQueries> own{};
        std::array<double, kQueries> nearest;
        nearest.fill(std::numeric_limits<double>::infinity());
        for (std::size_t c = 0; c < clusters_.size(); ++c) {
            const PointBlocks& cluster = clusters_[c];
            std::array<double, kQueries> sums{};
            kernels_.distance_sums({cluster.block(0), cluster.blocks(), cluster.columns()},
                                   cluster.rows(),
                                   coordinates.data(),
                                   sums.data());
            const auto size = static_cast<double>(cluster.rows());
            for (std::size_t q = 0; q < count; ++q) {
                if (cluster_of(first + q) == c)
                    own[q] = size > 1 ? sums[q] / (size - 1) : -1;
                else
                    nearest[q] = std::min(nearest[q], sums[q] / size);
            }
        }
        for (std::size_t q = 0; q < count; ++q) {
            const double larger = std::max(own[q], nearest[q]);
            values[first + q] = own[q] < 0 || larger == 0 ? 0 : (nearest[q] - own[q]) / larger;
        }
    }

    Silhouette summary(const std::vector<double>& values) const {
        Silhouette result;
        result.rows = values.size();
        std::vector<std::size_t> counts(members_.size());
        result.by_cluster.resize(members_.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            result.by_cluster[cluster_of(i)] += values[i];
            ++counts[cluster_of(i)];
        }
        for (std::size_t c = 0; c < members_.size(); ++c) {
            result.by_cluster[c] /= static_cast<double>(counts[c]);
            result.mean += result.by_cluster[c] * static_cast<double>(members_[c].size());
        }
        result.mean /= static_cast<double>(clustered_rows());
        return result;
    }

    std::size_t cluster_of(std::size_t query) const {
        return static_cast<std::size_t>(cluster_of_[queries_[query]]);
    }

    /// Rows that are in a cluster.
    std::size_t clustered_rows() const {
        std::size_t rows = 0;
        for (const auto& members : members_) rows += members.size();
        return rows;
    }

    const PointBlocks& points_;
    std::span<const int> cluster_of_;
    const SilhouetteOptions& options_;
    const Kernels& kernels_;
    std::vector<std::vector<std::size_t>> members_;
    std::vector<PointBlocks> clusters_;  // The same rows, each cluster in blocks of its own.
    std::vector<std::size_t> queries_;   // Rows that are judged, by cluster.
};

}  // namespace

Silhouette silhouette(const PointBlocks& points,
                      std::span<const int> cluster_of,
                      int clusters,
                      const SilhouetteOptions& options) {
    assert(clusters >= 2 && cluster_of.size() == points.rows());
    return SilhouetteRun(points, cluster_of, clusters, options).run();
}

}  // namespace cpo::segmentation
