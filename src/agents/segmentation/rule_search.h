#pragma once

#include <vector>

#include "agents/segmentation/rule_sample.h"

namespace cpo::segmentation {

/// One bound of a rule over a sample.
struct RuleCut {
    std::size_t column = 0;  ///< Of the sample.
    bool is_at_least = false;
    double value = 0;  ///< In the feature's own unit.
};

/// The best rule for `segment` over the sample, see segment_rules(): by column, a lower bound
/// before the upper one. Empty when no column varies or
/// all rows are of the segment. Thread-safe.
std::vector<RuleCut> search_rule(const RuleSample& sample, int segment);

}  // namespace cpo::segmentation
