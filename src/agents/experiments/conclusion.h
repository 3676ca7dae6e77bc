#pragma once

#include "agents/experiments/analysis.h"

namespace cpo::experiments {

/// What a verdict rests on beside the numbers of the analysis.
struct Evidence {
    const AnalysisPlan& plan;
    const std::vector<MetricData>& metrics;
    std::int64_t smallest_arm = 0;  ///< Units exposed in the smallest arm.
};

/// Sets advice, winner and sentence of `analysis`, whose numbers are complete, by the rule that
/// analyze() documents.
void conclude(const Evidence& evidence, Analysis& analysis);

}  // namespace cpo::experiments
