#include "agents/segmentation/point_blocks.h"

#include <algorithm>
#include <cassert>

#include "base/parallel.h"

namespace cpo::segmentation {
namespace {

constexpr std::size_t kBlocksPerTask = 256;

}  // namespace

PointBlocks::PointBlocks(std::size_t rows, std::size_t columns)
    : rows_(rows),
      columns_(columns),
      lanes_(std::make_unique_for_overwrite<Lanes[]>(blocks() * columns)) {
    if (rows % kLanes == 0) return;
    std::fill_n(lanes_.get() + (blocks() - 1) * columns_, columns_, Lanes{});
}

PointBlocks PointBlocks::from_rows(std::span<const float> values,
                                   std::size_t columns,
                                   int threads) {
    assert(columns > 0 && values.size() % columns == 0);
    PointBlocks points(values.size() / columns, columns);
    const std::size_t tasks = (points.blocks() + kBlocksPerTask - 1) / kBlocksPerTask;
    parallel_for(threads, tasks, [&](std::size_t task) {
        const std::size_t from = task * kBlocksPerTask * kLanes;
        const std::size_t to = std::min(from + kBlocksPerTask * kLanes, points.rows_);
        for (std::size_t first = from; first < to; first += kLanes) {
            Lanes* block = points.lanes_.get() + first / kLanes * columns;
            const std::size_t lanes = std::min(kLanes, to - first);
            for (std::size_t lane = 0; lane < lanes; ++lane)
                for (std::size_t j = 0; j < columns; ++j)
                    block[j].values[lane] = values[(first + lane) * columns + j];
        }
    });
    return points;
}

PointBlocks PointBlocks::gather(const PointBlocks& points, std::span<const std::size_t> chosen) {
    PointBlocks result(chosen.size(), points.columns_);
    for (std::size_t i = 0; i < chosen.size(); ++i)
        for (std::size_t j = 0; j < points.columns_; ++j) result.set(i, j, points.at(chosen[i], j));
    return result;
}

std::vector<float> PointBlocks::row(std::size_t number) const {
    std::vector<float> values(columns_);
    for (std::size_t j = 0; j < columns_; ++j) values[j] = at(number, j);
    return values;
}

}  // namespace cpo::segmentation
