#include "agents/segmentation/nearest_segment.h"

#include <algorithm>
#include <array>
#include <utility>

#include "agents/segmentation/scaling.h"
#include "base/parallel.h"

namespace cpo::segmentation {
namespace {

constexpr std::size_t kBlocksPerTask = 256;

}  // namespace

NearestSegment::NearestSegment(NearestCentre rule, std::vector<FeatureScaling> scaling, int threads)
    : rule_(std::move(rule)),
      scaling_(std::move(scaling)),
      threads_(threads),
      search_(rule_),
      sizes_(search_.centres()),
      differences_(rule_.centres.size()) {}

void NearestSegment::add_rows(const PointBlocks& points,
                              std::size_t task,
                              std::vector<int>& segment_of,
                              Sums& sums) const {
    const std::size_t columns = points.columns();
    sums.sizes.assign(sizes_.size(), 0);
    sums.differences.assign(differences_.size(), 0);
    const std::size_t from = task * kBlocksPerTask;
    const std::size_t blocks = std::min(kBlocksPerTask, points.blocks() - from);
    std::array<std::uint8_t, kBlocksPerTask * kLanes> labels;
    search_.find(points, from, blocks, labels.data());
    const std::size_t first = from * kLanes;
    const std::size_t rows = std::min(blocks * kLanes, points.rows() - first);
    for (std::size_t i = 0; i < rows; ++i) {
        const std::size_t segment = labels[i];
        segment_of[first + i] = static_cast<int>(segment);
        ++sums.sizes[segment];
        for (std::size_t j = 0; j < columns; ++j) {
            const double difference = static_cast<double>(points.at(first + i, j)) -
                                      static_cast<double>(rule_.centres[segment * columns + j]);
            sums.differences[segment * columns + j] += difference;
            sums.squared += difference * difference;
        }
    }
}

std::vector<int> NearestSegment::add(const FeatureTable& block) {
    const PointBlocks points = shifted_points(block, scaling_, rule_.means, threads_);
    std::vector<int> segment_of(points.rows());
    std::vector<Sums> parts((points.blocks() + kBlocksPerTask - 1) / kBlocksPerTask);
    parallel_for(threads_, parts.size(), [&](std::size_t task) {
        add_rows(points, task, segment_of, parts[task]);
    });
    for (const Sums& part : parts) {  // In the order of the rows.
        for (std::size_t s = 0; s < sizes_.size(); ++s) sizes_[s] += part.sizes[s];
        for (std::size_t i = 0; i < differences_.size(); ++i)
            differences_[i] += part.differences[i];
        squared_ += part.squared;
    }
    return segment_of;
}

double NearestSegment::inertia() const {
    const std::size_t columns = rule_.means.size();
    double inertia = squared_;
    for (std::size_t i = 0; i < differences_.size(); ++i)
        if (const std::size_t size = sizes_[i / columns]; size > 0)
            inertia -= differences_[i] * differences_[i] / static_cast<double>(size);
    return inertia;
}

}  // namespace cpo::segmentation
