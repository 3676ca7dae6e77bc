#pragma once

#include <cstddef>
#include <vector>

#include "agents/segmentation/dendrogram.h"
#include "agents/segmentation/exact_points.h"
#include "base/deadline.h"
#include "base/result.h"

namespace cpo::segmentation {

struct HdbscanOptions {
    std::size_t size_min = 5;    ///< >= 2, rows of the smallest cluster.
    std::size_t points_min = 5;  ///< >= 1, below rows: other rows within a row's core distance.
    int threads = 1;
    Deadline deadline = Deadline::never();
};

struct HdbscanResult {
    std::vector<int> cluster_of;  ///< [rows], 0 ... clusters - 1, kNoSegment = noise.
    /// [rows], how firmly a row is in its cluster, 0 ... 1: its density over that of the cluster's
    /// densest row. 0 for noise.
    std::vector<float> strength;
    /// [clusters], 0 ... 1: how long the cluster holds together as the density rises, of all that
    /// its rows could give.
    std::vector<double> persistence;
    std::size_t noise = 0;
    Dendrogram tree;           ///< Single linkage of the mutual reachability distances.
    SegmentTree cluster_tree;  ///< tree_of_clusters(); segments are the clusters here.
};

/// Clusters of any density, and noise: joins rows by mutual reachability distance, leaves out of
/// the tree what splits into fewer than size_min rows, and takes the clusters that together last
/// longest as the density 1 / distance rises (excess of mass); never the one of all rows. Densities
/// are at most that of the shortest distance above 0: equal rows are not infinitely dense. Clusters
/// are numbered by their first row. Sources: Campello, Moulavi, Zimek & Sander, "Hierarchical
/// Density Estimates for Data Clustering, Visualization, and Outlier Detection", TKDD 10(1), 2015;
/// McInnes, Healy & Astels, "hdbscan: Hierarchical density based clustering", JOSS 2(11), 2017,
/// whose definitions of core distance (the row itself does not count), strength and persistence
/// these are. Cost: those of squared_core_distances() and reachability_tree(), then O(rows log
/// rows). Thread-safe; the same at any number of threads. Errors: kDeadlineExceeded, soon after it.
/// REQUIRES: finite values, at least 2 rows.
Result<HdbscanResult> hdbscan(const ExactPoints& points, const HdbscanOptions& options);

}  // namespace cpo::segmentation
