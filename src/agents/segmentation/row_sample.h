#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "agents/segmentation/point_blocks.h"
#include "base/random.h"
#include "model/customer.h"

namespace cpo::segmentation {

/// `count` different numbers below `rows`, ascending: a random one from each of `count` stretches
/// of equal length, so that every part of a file is represented. REQUIRES: count <= rows.
std::vector<std::size_t> spread_sample(std::size_t rows, std::size_t count, Random random);

/// Rows that stand for all of a table.
struct Coreset {
    std::vector<std::size_t> rows;  ///< Ascending; far and heavy ones may come again.
    std::vector<double> weights;    ///< How many rows each stands for.
    double squares = 0;             ///< Sum of the squared lengths of all rows, times weight.
};

/// A sample of `count` rows whose weighted sums of squared distances to any few centres are near
/// those of all rows, also where rare rows far out make most of them: half of it is spread evenly,
/// half by squared length (the columns are centred near 0). `weights` as KMeansOptions::weights.
/// Source: lightweight coresets of Bachem, Lucic & Krause, "Scalable k-Means Clustering via
/// Lightweight Coresets", KDD 2018; drawn one from each stretch, as spread_sample() is.
/// O(rows x columns), 4 bytes a row. The same at any number of threads. REQUIRES: a weight above 0.
Coreset draw_coreset(const PointBlocks& points,
                     std::span<const double> weights,
                     std::size_t count,
                     Random random,
                     int threads);

/// The customers of the numbers `rows`, in that order.
FeatureTable chosen_rows(const FeatureTable& customers, std::span<const std::size_t> rows);

}  // namespace cpo::segmentation
