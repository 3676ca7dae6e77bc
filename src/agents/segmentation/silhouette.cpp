#include "agents/segmentation/silhouette.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "agents/segmentation/kernels.h"
#include "agents/segmentation/mutual_distances.h"
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

/// A row of some cluster.
struct Query {
    std::size_t row;
    std::size_t cluster;
};

class SilhouetteRun {
public:
    SilhouetteRun(const PointBlocks& points,
                  std::span<const int> cluster_of,
                  int clusters,
                  const SilhouetteOptions& options)
        : points_(points), options_(options), members_(rows_by_cluster(cluster_of, clusters)) {
        for (const auto& rows : members_) {
            assert(!rows.empty());
            clusters_.push_back(PointBlocks::gather(points, rows));
            rows_ += rows.size();
        }
    }

    Silhouette run() {
        const double all = static_cast<double>(rows_) * static_cast<double>(rows_);
        const double share = std::min(1.0, options_.distances_max / all);
        choose_queries(share);
        const std::vector<double> sums =
            share < 1 ? query_sums()
                      : mutual_distance_sums(
                            clusters_, options_.threads, options_.deadline, options_.simd);
        std::vector<double> values(queries_.size());
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = width(queries_[i].cluster, sums.data() + i * clusters_.size());
        return summary(values);
    }

private:
    void choose_queries(double share) {
        const Random random(options_.seed);
        for (std::size_t c = 0; c < members_.size(); ++c) {
            const auto size = members_[c].size();
            const auto wanted =
                static_cast<std::size_t>(std::llround(share * static_cast<double>(size)));
            const std::size_t count =
                share >= 1 ? size : std::min(size, std::max(wanted, kClusterSampleMin));
            for (const std::size_t i : spread_sample(size, count, random.fork(c)))
                queries_.push_back({members_[c][i], c});
        }
    }

    /// [queries x clusters], as mutual_distance_sums() has them.
    std::vector<double> query_sums() const {
        std::vector<double> sums(queries_.size() * clusters_.size());
        const std::size_t tasks = (queries_.size() + kQueriesPerTask - 1) / kQueriesPerTask;
        parallel_for(options_.threads, tasks, [&](std::size_t task) {
            if (options_.deadline.has_passed()) return;
            const std::size_t to = std::min((task + 1) * kQueriesPerTask, queries_.size());
            for (std::size_t i = task * kQueriesPerTask; i < to; i += kQueries) add_sums(i, sums);
        });
        return sums;
    }

    /// Of queries first ... first + kQueries - 1.
    void add_sums(std::size_t first, std::vector<double>& sums) const {
        const std::size_t count = std::min(kQueries, queries_.size() - first);
        const std::size_t columns = points_.columns();
        std::vector<float> coordinates(count * columns);
        for (std::size_t q = 0; q < count; ++q)
            for (std::size_t j = 0; j < columns; ++j)
                coordinates[q * columns + j] = points_.at(queries_[first + q].row, j);
        for (std::size_t c = 0; c < clusters_.size(); ++c) {
            const PointBlocks& cluster = clusters_[c];
            std::array<double, kQueries> found{};
            kernels_of(options_.simd)
                .distance_sums({cluster.block(0), cluster.blocks(), columns},
                               cluster.rows(),
                               {coordinates.data(), count},
                               nullptr,
                               found.data());
            for (std::size_t q = 0; q < count; ++q)
                sums[(first + q) * clusters_.size() + c] = found[q];
        }
    }

    /// Of a row of the cluster `own`; `sums` is [clusters].
    double width(std::size_t own, const double* sums) const {
        double nearest = std::numeric_limits<double>::infinity();
        for (std::size_t c = 0; c < clusters_.size(); ++c)
            if (c != own)
                nearest = std::min(nearest, sums[c] / static_cast<double>(clusters_[c].rows()));
        const auto size = static_cast<double>(clusters_[own].rows());
        if (size < 2) return 0;
        const double inside = sums[own] / (size - 1);
        const double larger = std::max(inside, nearest);
        return larger == 0 ? 0 : (nearest - inside) / larger;
    }

    Silhouette summary(const std::vector<double>& values) const {
        Silhouette result;
        result.rows = values.size();
        std::vector<std::size_t> counts(members_.size());
        result.by_cluster.resize(members_.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            result.by_cluster[queries_[i].cluster] += values[i];
            ++counts[queries_[i].cluster];
        }
        for (std::size_t c = 0; c < members_.size(); ++c) {
            result.by_cluster[c] /= static_cast<double>(counts[c]);
            result.mean += result.by_cluster[c] * static_cast<double>(members_[c].size());
        }
        result.mean /= static_cast<double>(rows_);
        return result;
    }

    const PointBlocks& points_;
    const SilhouetteOptions& options_;
    std::vector<std::vector<std::size_t>> members_;
    std::size_t rows_ = 0;               // That are in a cluster.
    std::vector<PointBlocks> clusters_;  // The same rows, each cluster in blocks of its own.
    std::vector<Query> queries_;         // Rows that are judged, by cluster.
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
