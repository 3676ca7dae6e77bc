#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "agents/segmentation/point_blocks.h"

namespace cpo::segmentation {

/// Rows the index looks at unless told: all up to here, a spread sample above.
inline constexpr std::size_t kDbcvRowsMax = 2048;

struct DbcvOptions {
    std::size_t rows_max = kDbcvRowsMax;
    std::uint64_t seed = 1;
    int threads = 1;
};

struct Dbcv {
    /// -1 ... 1: mean over the clusters, weighted by their share of all rows; rows in no cluster
    /// and clusters of one row count as 0.
    double value = 0;
    /// [clusters], -1 ... 1; none where fewer than two rows were looked at.
    std::vector<std::optional<double>> by_cluster;
    std::size_t rows = 0;  ///< That were looked at, those in no cluster too.
};

/// Density-Based Clustering Validation, for clusters of any shape: how much sparser it is between a
/// cluster and the nearest other one (S) than at its own sparsest place (C), (S - C) / max(S, C).
/// All distances are mutual reachabilities: max of the Euclidean distance and of both rows' core
/// distances, a mean of the distances d to all rows of the cluster in which d^-columns are
/// averaged (equal rows are left out). C is the longest edge between inner rows (of two edges or
/// more) of the cluster's shortest tree, or of all edges when there is none; S is measured between
/// inner rows. That tree is not unique, and the value depends on it: here it is Prim's from the
/// first row, each row joined to the first row of those equally near, as hdbscan 0.8.44
/// (validity_index) has it, whose values these are; the authors' MATLAB code squares the distances.
/// None with fewer than two clusters of two rows. Source: Moulavi, Jaskowiak, Campello, Zimek &
/// Sander, "Density-Based Clustering Validation", SDM 2014. O(rows^2 x columns) of the rows that
/// are looked at. Thread-safe; the same bits at any number of threads. REQUIRES: cluster_of is
/// [rows] with values 0 ... clusters - 1 or kNoSegment.
std::optional<Dbcv> dbcv(const PointBlocks& points,
                         std::span<const int> cluster_of,
                         int clusters,
                         const DbcvOptions& options);

}  // namespace cpo::segmentation
