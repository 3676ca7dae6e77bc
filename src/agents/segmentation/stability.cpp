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

}  // namespace

Result<std::vector<std::optional<double>>> stability(std::span<const int> segment_of,
                                                     int segments,
                                                     const ClusterRows& cluster_rows,
                                                     const StabilityOptions& options) {
    assert(options.resamples >= 1);
    const std::size_t rows = segment_of.size();
    const std::size_t count = std::min(rows / 2, options.rows_max);
    if (count == 0) return invalid_argument("half of the customers must be at least one");
    const Random random(options.seed);
    std::vector<std::optional<Result<Similarities>>> slots(
        static_cast<std::size_t>(options.resamples));
    parallel_for(options.threads, slots.size(), [&](std::size_t i) {
        if (options.deadline.has_passed()) return;
        const auto chosen = subset(rows, count, random.fork(i));
        auto found = cluster_rows(chosen);
        if (found)
            slots[i] = similarities(segment_of, static_cast<std::size_t>(segments), chosen, *found);
        else
            slots[i] = std::move(found).error();
    });
    std::vector<double> sums(static_cast<std::size_t>(segments)), counts(sums.size());
    for (auto& slot : slots) {
        if (!slot) return called_off();
        const Similarities of_resample = TRY(std::move(*slot));
        for (std::size_t s = 0; s < sums.size(); ++s) {
            if (!of_resample[s]) continue;
            sums[s] += *of_resample[s];
            ++counts[s];
        }
    }
    Similarities means(sums.size());
    for (std::size_t s = 0; s < sums.size(); ++s)
        if (counts[s] > 0) means[s] = sums[s] / counts[s];
    return means;
}

}  // namespace cpo::segmentation
