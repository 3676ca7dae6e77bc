#include "agents/segmentation/rule_sample.h"

#include <algorithm>
#include <cmath>

#include "agents/segmentation/row_sample.h"
#include "model/segment.h"

namespace cpo::segmentation {

RuleSample draw_rule_sample(std::span<const int> segment_of,
                            std::size_t segments,
                            const Random& random) {
    std::vector<std::vector<std::size_t>> members(segments + 1);  // The last are in no segment.
    for (std::size_t row = 0; row < segment_of.size(); ++row)
        members[segment_of[row] == kNoSegment
                    ? segments
                    : std::min(static_cast<std::size_t>(segment_of[row]), segments)]
            .push_back(row);
    const double share =
        std::min(1.0, static_cast<double>(kRuleRows) / static_cast<double>(segment_of.size()));
    RuleSample sample;
    for (std::size_t s = 0; s <= segments; ++s) {
        const std::size_t size = members[s].size();
        const auto wanted = static_cast<std::size_t>(std::ceil(share * static_cast<double>(size)));
        const std::size_t count = std::min(size, std::max(wanted, kRuleRowsMin));
        for (const std::size_t i : spread_sample(size, count, random.fork(s)))
            sample.rows.push_back(members[s][i]);
        sample.segment_of.resize(sample.rows.size(),
                                 s == segments ? kNoSegment : static_cast<int>(s));
        sample.weights.resize(sample.rows.size(),
                              static_cast<double>(size) / static_cast<double>(count));
    }
    return sample;
}

SampleColumn sample_column(const FeatureTable& customers,
                           std::size_t number,
                           const std::vector<std::size_t>& rows) {
    std::vector<std::pair<double, std::uint32_t>> sorted;  // With the place in `rows`.
    sorted.reserve(rows.size());
    for (const std::size_t row : rows)
        sorted.emplace_back(customers.at(row, number), static_cast<std::uint32_t>(sorted.size()));
    std::sort(sorted.begin(), sorted.end());
    SampleColumn column;
    column.number = number;
    column.is_whole = true;
    column.codes.resize(rows.size());
    for (const auto& [value, place] : sorted) {
        if (column.values.empty() || column.values.back() != value) column.values.push_back(value);
        column.codes[place] = static_cast<std::uint32_t>(column.values.size() - 1);
        column.is_whole = column.is_whole && value == std::floor(value);
    }
    return column;
}

}  // namespace cpo::segmentation
