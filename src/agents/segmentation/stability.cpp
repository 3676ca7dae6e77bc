#include "agents/segmentation/stability.h"

#include <algorithm>
#include <cassert>

#include "agents/segmentation/called_off.h"
#include "base/parallel.h"
#include "base/random.h"
#include "model/segment.h"

namespace cpo::segmentation {
namespace {

/// [segments]; none where the resample holds no row of the segment.
using Similarities = std::vector<std::optional<double>>;

/// `count` different numbers below `rows`, ascending, each set equally likely (Knuth, TAOCP 2,
/// 3.4.2, algorithm S).
std::vector<std::size_t> subset(std::size_t rows, std::size_t count, Random random) {
    std::vector<std::size_t> chosen;
    chosen.reserve(count);
    for (std::size_t row = 0; chosen.size() < count; ++row)
        if (random.below(rows - row) < count - chosen.size()) chosen.push_back(row);
    return chosen;
}

Similarities similarities(std::span<const int> segment_of,
                          std::size_t segments,
                          std::span<const std::size_t> rows,
                          const std::vector<int>& found) {
    assert(found.size() == rows.size());
    const auto clusters =
        static_cast<std::size_t>(*std::max_element(found.begin(), found.end()) + 1);
    std::vector<double> both(segments * clusters), in_segment(segments), in_cluster(clusters);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto segment = static_cast<std::size_t>(segment_of[rows[i]]);
        const auto cluster = static_cast<std::size_t>(found[i]);
        const bool has_segment = segment_of[rows[i]] != kNoSegment;
        const bool has_cluster = found[i] != kNoSegment;
        if (has_segment) ++in_segment[segment];
        if (has_cluster) ++in_cluster[cluster];
        if (has_segment && has_cluster) ++both[segment * clusters + cluster];
    }
    Similarities result(segments);
    for (std::size_t s = 0; s < segments; ++s) {
        if (in_segment[s] == 0) continue;
        result[s] = 0;
        for (std::size_t c = 0; c < clusters; ++c) {
            const double shared = both[s * clusters + c];
            result[s] = std::max(*result[s], shared / (in_segment[s] + in_cluster[c] - shared));
        }
    }
    return result;
}

/// Calls `compare` for each resample, several at once, with its number and rows.
template <typename Compare>
Result<void> each_resample(std::size_t rows,
                           const StabilityOptions& options,
                           const Compare& compare) {
    assert(options.resamples >= 1);
    const std::size_t count = std::min(rows / 2, options.rows_max);
    if (count == 0) return invalid_argument("half of the customers must be at least one");
    const Random random(options.seed);
    std::vector<std::optional<Result<void>>> slots(static_cast<std::size_t>(options.resamples));
    parallel_for(options.threads, slots.size(), [&](std::size_t i) {
        if (!options.deadline.has_passed())
            slots[i] = compare(i, subset(rows, count, random.fork(i)));
    });
    for (const auto& slot : slots) {
        if (!slot) return called_off();
        TRY(*slot);
    }
    return {};
}

/// [segments], mean over the resamples that hold a row of each.
Similarities mean_of(const std::vector<Similarities>& found, std::size_t segments) {
    Similarities means(segments);
    for (std::size_t s = 0; s < segments; ++s) {
        double sum = 0, count = 0;
        for (const Similarities& of_resample : found) {
            if (!of_resample[s]) continue;
            sum += *of_resample[s];
            ++count;
        }
        if (count > 0) means[s] = sum / count;
    }
    return means;
}

}  // namespace

Result<std::vector<std::optional<double>>> stability(std::span<const int> segment_of,
                                                     int segments,
                                                     const ClusterRows& cluster_rows,
                                                     const StabilityOptions& options) {
    const auto count = static_cast<std::size_t>(segments);
    std::vector<Similarities> found(static_cast<std::size_t>(options.resamples));
    TRY(each_resample(segment_of.size(),
                      options,
                      [&](std::size_t i, const std::vector<std::size_t>& rows) -> Result<void> {
                          const auto labels = TRY(cluster_rows(rows));
                          found[i] = similarities(segment_of, count, rows, labels);
                          return {};
                      }));
    return mean_of(found, count);
}

Result<std::vector<OverallStability>> overall_stability(
    const std::vector<std::vector<int>>& segments_of,
    const ClusterRowsEachWay& cluster_rows,
    const StabilityOptions& options) {
    const std::size_t ways = segments_of.size();
    std::vector<std::vector<double>> sizes(ways);
    for (std::size_t way = 0; way < ways; ++way)
        for (const int segment : segments_of[way]) {
            if (segment == kNoSegment) continue;
            const auto number = static_cast<std::size_t>(segment);
            if (number >= sizes[way].size()) sizes[way].resize(number + 1);
            ++sizes[way][number];
        }
    std::vector<std::vector<Similarities>> found(
        ways, std::vector<Similarities>(static_cast<std::size_t>(options.resamples)));
    TRY(each_resample(segments_of.front().size(),
                      options,
                      [&](std::size_t i, const std::vector<std::size_t>& rows) -> Result<void> {
                          const auto labels = TRY(cluster_rows(rows));
                          for (std::size_t way = 0; way < ways; ++way)
                              found[way][i] =
                                  labels[way].empty()
                                      ? Similarities(sizes[way].size(), 0.0)
                                      : similarities(
                                            segments_of[way], sizes[way].size(), rows, labels[way]);
                          return {};
                      }));
    std::vector<OverallStability> overall(ways);
    for (std::size_t way = 0; way < ways; ++way) {
        const Similarities by_segment = mean_of(found[way], sizes[way].size());
        double sum = 0, weight = 0, least = 1;
        for (std::size_t s = 0; s < by_segment.size(); ++s) {
            if (!by_segment[s]) continue;
            sum += sizes[way][s] * *by_segment[s];
            weight += sizes[way][s];
            least = std::min(least, *by_segment[s]);
        }
        if (weight > 0) overall[way] = {sum / weight, least};
    }
    return overall;
}

}  // namespace cpo::segmentation
