#include "agents/segmentation/memory_need.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "agents/segmentation/method_trials.h"
#include "agents/segmentation/quality.h"

namespace cpo::segmentation {
namespace {

/// Buffers, code and what the allocator keeps, whatever the rows.
constexpr double kBaseBytes = 24e6;

/// Bytes a value (rows x columns), a row, and a pair of rows.
struct Bytes {
    double value = 0;
    double row = 0;
    double pair = 0;

    double of(const RunSize& size) const {
        const auto rows = static_cast<double>(size.rows);
        return value * rows * static_cast<double>(size.columns) + row * rows +
               pair * rows * (rows - 1) / 2;
    }
};

// A value in the structures of a run.
constexpr double kBlocks = 4;    // PointBlocks.
constexpr double kExact = 8;     // ExactPoints, and copies of them by place or scaled.
constexpr double kTree = 14;     // BoxTree while it is built.
constexpr double kPanels = 8;    // Of a mixture.
constexpr double kKMeansIn = 8;  // Of a mixture: float32 rows and blocks for its k-means.

/// Judging and describing come after the algorithm: the blocks once more by cluster, members and
/// distances, the map.
constexpr Bytes kAfterwards{.value = 2 * kBlocks, .row = 48};

/// Of a resample: the values it was chosen from, and its labels.
constexpr Bytes kChosenRows{.value = kExact, .row = 16};

/// And of an exact silhouette the distances to each segment.
Bytes afterwards_bytes(const SegmentationOptions& options) {
    Bytes bytes = kAfterwards;
    if (options.is_silhouette_exact)
        bytes.row += 8.0 * (options.clusters > 0 ? options.clusters : options.clusters_max);
    return bytes;
}

Bytes kmeans_bytes(const SegmentationOptions& options) {
    // Each number of clusters that is tried: labels, and two runs and distances in work, all at
    // once if there are as many threads.
    const int trials = options.clusters == 0 ? options.clusters_max - 1 : 1;
    return {.value = kBlocks, .row = 16 + 12.0 * trials};
}

Bytes hierarchy_bytes(Linkage linkage) {
    switch (linkage) {
        case Linkage::kWard:  // The rows, the centres, those still active, and the tree of them.
            return {.value = kBlocks + 3 * kExact + kTree, .row = 220};
        case Linkage::kSingle:
        case Linkage::kGenie:  // The rows, scaled, and by place.
            return {.value = kBlocks + 3 * kExact + kTree, .row = 190};
        default:
            return {.value = kBlocks + 2 * kExact, .row = 150, .pair = 8};
    }
}

constexpr Bytes kDbscan{.value = kBlocks + kExact + kTree, .row = 40};
constexpr Bytes kHdbscan{.value = kBlocks + 3 * kExact + kTree, .row = 230};
constexpr Bytes kMixture{.value = kBlocks + kExact + kPanels + kKMeansIn, .row = 48};
/// Everybody to the nearest group.
constexpr Bytes kJoined{.value = kBlocks + kExact + kTree, .row = 40};

/// Moments of 64 stretches of rows.
double mixture_moments(const RunSize& size, const SegmentationOptions& options) {
    const auto columns = static_cast<double>(size.columns);
    const double components = options.clusters == 0 ? options.clusters_max : options.clusters;
    const bool is_diagonal = options.covariance == Covariance::kDiagonal;
    return 64 * 8 * components * columns * (is_diagonal ? 2 : (columns + 3) / 2);
}

double mixture_bytes(const RunSize& size, const SegmentationOptions& options) {
    return kMixture.of(size) + mixture_moments(size, options);
}

/// Of a mixture that auto may take.
SegmentationOptions with_most_components(SegmentationOptions options) {
    options.clusters = kComponentsMax;
    return options;
}

/// While the algorithm runs.
double algorithm_bytes(const RunSize& size, const SegmentationOptions& options) {
    switch (options.algorithm) {
        case Algorithm::kKMeans:
            break;
        case Algorithm::kGaussianMixture:
            return mixture_bytes(size, options);
        case Algorithm::kDbscan:
            return kDbscan.of(size);
        case Algorithm::kHdbscan:
            return kHdbscan.of(size);
        case Algorithm::kHierarchical:
            return hierarchy_bytes(options.linkage).of(size);
        case Algorithm::kAuto:
            if (options.clusters == 0)
                return std::max(mixture_bytes(size, with_most_components(options)),
                                std::max(kJoined.of(size), kmeans_bytes(options).of(size)));
            break;
    }
    return kmeans_bytes(options).of(size);
}

std::string_view name_of(const SegmentationOptions& options) {
    if (options.algorithm == Algorithm::kHierarchical) return name_of(options.linkage);
    return std::find_if(kAlgorithms.begin(),
                        kAlgorithms.end(),
                        [&](const auto& known) { return known.second == options.algorithm; })
        ->first;
}

/// What to use instead of `options`.
std::string advice(const RunSize& size,
                   const SegmentationOptions& options,
                   std::uint64_t held,
                   const MemoryRoom& room) {
    SegmentationOptions smaller = options;
    smaller.algorithm = Algorithm::kKMeans;
    if (smaller.clusters == 0) smaller.clusters = 8;
    const std::uint64_t needed = held + memory_needed(size, smaller);
    if (needed <= room.available && options.algorithm != Algorithm::kKMeans)
        return fmt::format("kmeans, which needs {}", memory_words(needed));
    return "`cpo segment --algorithm minibatch`, which reads a file twice and keeps a sample, or "
           "fewer customers or features";
}

}  // namespace

std::uint64_t memory_needed(const RunSize& size, const SegmentationOptions& options) {
    const Resampling how = resampling_of(options, size.rows);
    const RunSize resample{how.rows, size.columns};
    const double resamples = how.at_once * (algorithm_bytes(resample, options) +
                                            kAfterwards.of(resample) + kChosenRows.of(resample));
    const double peak =
        std::max(algorithm_bytes(size, options), afterwards_bytes(options).of(size) + resamples);
    return static_cast<std::uint64_t>(kBaseBytes + peak);
}

std::uint64_t table_memory(const RunSize& size) {
    // Values in a vector that grows, ids, and the ids seen.
    return static_cast<std::uint64_t>(Bytes{.value = 12, .row = 130}.of(size));
}

Result<void> check_memory(const RunSize& size,
                          const SegmentationOptions& options,
                          std::uint64_t held,
                          const MemoryRoom& room) {
    const std::uint64_t needed = held + memory_needed(size, options);
    if (needed <= room.available) return {};
    const bool fits_ever = needed <= room.total;
    return Error{fits_ever ? ErrorCode::kResourceExhausted : ErrorCode::kInvalidArgument,
                 fmt::format("{} of {} customers with {} feature{} needs about {} of memory, and "
                             "{}: use {}",
                             name_of(options),
                             size.rows,
                             size.columns,
                             size.columns == 1 ? "" : "s",
                             memory_words(needed),
                             fits_ever ? fmt::format("{} of {} are free",
                                                     memory_words(room.available),
                                                     memory_words(room.total))
                                       : fmt::format("there are {}", memory_words(room.total)),
                             advice(size, options, held, room)),
                 {}};
}

}  // namespace cpo::segmentation
