#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"
#include "model/customer.h"

namespace cpo::segmentation {

/// One feature of the sampled customers, as places among its different values.
struct SampleColumn {
    std::size_t number = 0;            ///< Column of the table.
    std::vector<double> values;        ///< Different ones, ascending.
    std::vector<std::uint32_t> codes;  ///< [rows of the sample], index into `values`.
    bool is_whole = false;             ///< All values are whole numbers.
    double handicap = 0;               ///< F1 that a bound on it must bring beyond others.
};

/// Customers that stand for all.
struct RuleSample {
    std::vector<std::size_t> rows;  ///< [rows of the sample], of the table.
    std::vector<int> segment_of;    ///< [rows of the sample], or kNoSegment.
    std::vector<double> weights;    ///< [rows of the sample], customers each stands for.
    std::vector<SampleColumn> columns;
};

/// Draws customers from each segment: all of them up to kRuleRows rows; above, in proportion to the
/// size of the segment, but kRuleRowsMin if it has them. Segments from `segments` on count as none.
/// `columns` is still empty. O(rows).
inline constexpr std::size_t kRuleRows = 20000, kRuleRowsMin = 128;
RuleSample draw_rule_sample(std::span<const int> segment_of,
                            std::size_t segments,
                            const Random& random);

/// Column `number` of the sampled customers. O(sample log sample).
SampleColumn sample_column(const FeatureTable& customers,
                           std::size_t number,
                           const std::vector<std::size_t>& rows);

}  // namespace cpo::segmentation
