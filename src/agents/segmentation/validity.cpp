#include "agents/segmentation/validity.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "agents/segmentation/kmeans.h"
#include "model/segment.h"

namespace cpo::segmentation {
namespace {

/// Of one cluster; sums over its members.
struct Spread {
    double size = 0;
    double distances = 0;  ///< To the centre.
    double squares = 0;    ///< The same, squared.
};

using Centres = std::vector<std::span<const float>>;

std::vector<Spread> spreads_of(const std::vector<float>& squared,
                               std::span<const int> cluster_of,
                               std::size_t clusters) {
    std::vector<Spread> spreads(clusters);
    for (std::size_t row = 0; row < squared.size(); ++row) {
        if (cluster_of[row] == kNoSegment) continue;
        Spread& spread = spreads[static_cast<std::size_t>(cluster_of[row])];
        const auto square = static_cast<double>(squared[row]);
        ++spread.size;
        spread.distances += std::sqrt(square);
        spread.squares += square;
    }
    return spreads;
}

double distance_of(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t j = 0; j < a.size(); ++j) {
        const double difference = static_cast<double>(a[j]) - static_cast<double>(b[j]);
        sum += difference * difference;
    }
    return std::sqrt(sum);
}

std::optional<double> davies_bouldin(const Centres& centres, const std::vector<Spread>& spreads) {
    double sum = 0;
    for (std::size_t i = 0; i < centres.size(); ++i) {
        double worst = 0;
        for (std::size_t j = 0; j < centres.size(); ++j) {
            if (i == j) continue;
            const double apart = distance_of(centres[i], centres[j]);
            if (apart == 0) return std::nullopt;
            const double widths =
                spreads[i].distances / spreads[i].size + spreads[j].distances / spreads[j].size;
            worst = std::max(worst, widths / apart);
        }
        sum += worst;
    }
    return sum / static_cast<double>(centres.size());
}

std::optional<double> calinski_harabasz(const Centres& centres,
                                        const std::vector<Spread>& spreads) {
    const auto clusters = static_cast<double>(centres.size());
    double rows = 0, within = 0;
    for (const Spread& spread : spreads) {
        rows += spread.size;
        within += spread.squares;
    }
    if (within == 0) return std::nullopt;
    double between = 0;
    for (std::size_t j = 0; j < centres.front().size(); ++j) {
        double mean = 0;
        for (std::size_t c = 0; c < centres.size(); ++c)
            mean += spreads[c].size * static_cast<double>(centres[c][j]) / rows;
        for (std::size_t c = 0; c < centres.size(); ++c) {
            const double difference = static_cast<double>(centres[c][j]) - mean;
            between += spreads[c].size * difference * difference;
        }
    }
    return between / (clusters - 1) / (within / (rows - clusters));
}

}  // namespace

Validity validity(const PointBlocks& points,
                  std::span<const float> centres,
                  std::span<const int> cluster_of,
                  int threads) {
    assert(cluster_of.size() == points.rows() && centres.size() % points.columns() == 0);
    Centres rows;
    for (std::size_t i = 0; i < centres.size(); i += points.columns())
        rows.push_back(centres.subspan(i, points.columns()));
    if (rows.size() < 2) return {};
    const auto spreads = spreads_of(
        squared_distances_to_own(points, centres, cluster_of, threads), cluster_of, rows.size());
    return {davies_bouldin(rows, spreads), calinski_harabasz(rows, spreads)};
}

}  // namespace cpo::segmentation
