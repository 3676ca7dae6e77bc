#include "agents/segmentation/mutual_distances.h"

#include <algorithm>
#include <array>
#include <utility>

#include "agents/segmentation/kernels.h"
#include "base/parallel.h"

namespace cpo::segmentation {
namespace {

/// Two tiles of sixteen columns stay in the second-level cache.
constexpr std::size_t kTileBlocks = 64;
/// float32 sums of so many calls are carried over to float64.
constexpr std::size_t kCallsPerFlush = 32;

/// Consecutive rows of one cluster.
struct Tile {
    std::size_t cluster;
    std::size_t block;  ///< The first, in the cluster.
    std::size_t blocks;
    std::size_t rows;
    std::size_t place;  ///< Of the first row among all.
};

class MutualRun {
public:
    MutualRun(std::span<const PointBlocks> clusters, Deadline deadline, SimdLevel simd)
        : clusters_(clusters), deadline_(deadline), kernels_(kernels_of(simd)) {
        std::size_t place = 0;
        for (std::size_t c = 0; c < clusters.size(); ++c) {
            const PointBlocks& points = clusters[c];
            for (std::size_t block = 0; block < points.blocks(); block += kTileBlocks) {
                const std::size_t blocks = std::min(kTileBlocks, points.blocks() - block);
                const std::size_t rows = std::min(blocks * kLanes, points.rows() - block * kLanes);
                tiles_.push_back({c, block, blocks, rows, place});
                place += rows;
            }
        }
        sums_.resize(place * clusters.size());
    }

    /// In rounds in which each tile meets one other, so that nobody else writes to its sums, and
    /// all add up in the same order: the circle method of round-robin tournaments.
    std::vector<double> run(int threads) && {
        parallel_for(threads, tiles_.size(), [this](std::size_t i) {
            if (!deadline_.has_passed()) meet_itself(tiles_[i]);
        });
        const std::size_t seats = tiles_.size() + tiles_.size() % 2;  // One may be empty.
        for (std::size_t round = 0; round + 1 < seats && !deadline_.has_passed(); ++round)
            parallel_for(threads, seats / 2, [&](std::size_t i) {
                const std::size_t turning = seats - 1;
                const std::size_t a = (round + i) % turning;
                const std::size_t b = i == 0 ? turning : (round + turning - i) % turning;
                if (std::max(a, b) < tiles_.size() && !deadline_.has_passed())
                    meet(tiles_[std::min(a, b)], tiles_[std::max(a, b)]);
            });
        return std::move(sums_);
    }

private:
    BlockRange range_of(const Tile& tile) const {
        const PointBlocks& points = clusters_[tile.cluster];
        return {points.block(tile.block), tile.blocks, points.columns()};
    }

    double& sum(const Tile& tile, std::size_t row, std::size_t cluster) {
        return sums_[(tile.place + row) * clusters_.size() + cluster];
    }

    /// Calls ask(first row, queries) for the rows of a tile.
    template <typename Ask>
    void each_query(const Tile& tile, const Ask& ask) const {
        const PointBlocks& points = clusters_[tile.cluster];
        const std::size_t columns = points.columns();
        std::vector<float> coordinates(kQueries * columns);
        for (std::size_t first = 0; first < tile.rows; first += kQueries) {
            const std::size_t count = std::min(kQueries, tile.rows - first);
            for (std::size_t q = 0; q < count; ++q)
                for (std::size_t j = 0; j < columns; ++j)
                    coordinates[q * columns + j] = points.at(tile.block * kLanes + first + q, j);
            ask(first, QueryView{coordinates.data(), count});
        }
    }

    void meet_itself(const Tile& tile) {
        each_query(tile, [&](std::size_t first, const QueryView& queries) {
            std::array<double, kQueries> found{};
            kernels_.distance_sums(range_of(tile), tile.rows, queries, nullptr, found.data());
            for (std::size_t q = 0; q < queries.count; ++q)
                sum(tile, first + q, tile.cluster) += found[q];
        });
    }

    void meet(const Tile& asking, const Tile& other) {
        std::array<float, kTileBlocks * kLanes> point_sums{};
        const auto flush = [&] {
            for (std::size_t i = 0; i < other.rows; ++i)
                sum(other, i, asking.cluster) += static_cast<double>(point_sums[i]);
            point_sums.fill(0);
        };
        each_query(asking, [&](std::size_t first, const QueryView& queries) {
            std::array<double, kQueries> found{};
            kernels_.distance_sums(
                range_of(other), other.rows, queries, point_sums.data(), found.data());
            for (std::size_t q = 0; q < queries.count; ++q)
                sum(asking, first + q, other.cluster) += found[q];
            if ((first / kQueries + 1) % kCallsPerFlush == 0) flush();
        });
        flush();
    }

    std::span<const PointBlocks> clusters_;
    const Deadline deadline_;
    const Kernels& kernels_;
    std::vector<Tile> tiles_;
    std::vector<double> sums_;  ///< [rows x clusters].
};

}  // namespace

std::vector<double> mutual_distance_sums(std::span<const PointBlocks> clusters,
                                         int threads,
                                         Deadline deadline,
                                         SimdLevel simd) {
    return MutualRun(clusters, deadline, simd).run(threads);
}

}  // namespace cpo::segmentation
