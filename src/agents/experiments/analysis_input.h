#pragma once

#include "agents/experiments/analysis.h"
#include "agents/experiments/events.h"
#include "base/json.h"

namespace cpo::experiments {

/// What `cpo analyze` reads: docs/experiments.md describes the fields.
struct AnalysisInput {
    AnalysisPlan plan;
    std::vector<MetricData> metrics;  ///< Metrics given with their statistics.
    EventScope scope;  ///< For events: metrics given without statistics, or defaults.
};

/// Reads {experiment: {...}, metrics: [...]}. The experiment may be an element of experiments.json:
/// its plan gives planned_per_arm, alpha and attribution_days. Errors: kInvalidArgument with the
/// JSON pointer of a missing, wrongly typed or unknown field, or when metrics with and without
/// statistics are mixed.
Result<AnalysisInput> read_analysis_input(const json::value& value);

}  // namespace cpo::experiments
