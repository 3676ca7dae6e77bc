#include "agents/segmentation/nearest_segment.h"

#include <algorithm>

#include "agents/segmentation/kernels.h"
#include "agents/segmentation/scaling.h"
#include "base/parallel.h"

namespace cpo::segmentation {
namespace {

constexpr std::size_t kBlocksPerTask = 256;
/// Of a scaled value from its mean: a value far outside the sample must not make a sum infinite.
constexpr double kSpreadMax = 1e15;

}  // namespace

NearestSegment::NearestSegment(const FeatureTable& sample, const Segmentation& found, int threads)
    : scaling_(found.scaling), threads_(threads), sizes_(found.segments.size()) {
    const ExactPoints points = exact_points(sample, scaling_, threads_);
    const std::size_t columns = points.columns, segments = sizes_.size();
    means_.resize(columns);
    std::vector<double> sums(segments * columns), counts(segments);
    for (std::size_t row = 0; row < points.rows(); ++row) {
        const auto segment = static_cast<std::size_t>(found.segment_of[row]);
        ++counts[segment];
        for (std::size_t j = 0; j < columns; ++j) {
            means_[j] += points.row(row)[j];
            sums[segment * columns + j] += points.row(row)[j];
        }
    }
    for (double& mean : means_) mean /= static_cast<double>(points.rows());
    centres_.resize(sums.size());
    half_norms_.resize(segments);
    differences_.resize(sums.size());
    for (std::size_t s = 0; s < segments; ++s) {
        double norm = 0;
        for (std::size_t j = 0; j < columns; ++j) {
            const double value = sums[s * columns + j] / counts[s] - means_[j];
            centres_[s * columns + j] = static_cast<float>(value);
            norm += value * value;
        }
        half_norms_[s] = static_cast<float>(norm / 2);
    }
}

PointBlocks NearestSegment::shifted(const FeatureTable& block) const {
    const ExactPoints exact = exact_points(block, scaling_, threads_);
    PointBlocks points(exact.rows(), exact.columns);
    for (std::size_t row = 0; row < exact.rows(); ++row)
        for (std::size_t j = 0; j < exact.columns; ++j)
            points.set(row,
                       j,
                       static_cast<float>(
                           std::clamp(exact.row(row)[j] - means_[j], -kSpreadMax, kSpreadMax)));
    return points;
}

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
    kernels_of(simd_level())
        .assign({points.block(from), blocks, columns},
                {centres_.data(), half_norms_.data(), static_cast<int>(sizes_.size())},
                labels.data());
    const std::size_t first = from * kLanes;
    const std::size_t rows = std::min(blocks * kLanes, points.rows() - first);
    for (std::size_t i = 0; i < rows; ++i) {
        const std::size_t segment = labels[i];
        segment_of[first + i] = static_cast<int>(segment);
        ++sums.sizes[segment];
        for (std::size_t j = 0; j < columns; ++j) {
            const double difference = static_cast<double>(points.at(first + i, j)) -
                                      static_cast<double>(centres_[segment * columns + j]);
            sums.differences[segment * columns + j] += difference;
            sums.squared += difference * difference;
        }
    }
}

std::vector<int> NearestSegment::add(const FeatureTable& block) {
    const PointBlocks points = shifted(block);
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
    const std::size_t columns = means_.size();
    double inertia = squared_;
    for (std::size_t i = 0; i < differences_.size(); ++i)
        if (const std::size_t size = sizes_[i / columns]; size > 0)
            inertia -= differences_[i] * differences_[i] / static_cast<double>(size);
    return inertia;
}

}  // namespace cpo::segmentation
