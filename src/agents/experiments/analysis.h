#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/outcome.h"

namespace cpo::experiments {

/// One metric of an experiment with its sufficient statistics.
struct MetricData {
    std::string name;  ///< "conversion", "revenue", "ctr", ...
    MetricKind kind = MetricKind::kMean;
    bool is_guardrail = false;  ///< Must not rise: unsubscribes, complaints. Never makes a winner.
    std::vector<ArmStatistics> arms;  ///< Any order; an arm left out has no data.
};

/// What was fixed before the experiment started, and how many people it has reached.
struct AnalysisPlan {
    std::string experiment;         ///< Key.
    std::vector<std::string> arms;  ///< Keys, control among them; at least 2.
    std::string control;
    std::vector<double> weights;        ///< [arms], >= 0; sum 1.
    std::int64_t planned_per_arm = 0;   ///< Units; 0 = none planned, so no winner can be named.
    double alpha = 0.05;                ///< Two-sided, shared over the arms of a metric by Holm.
    std::string primary_metric;         ///< Empty = "conversion", else the first success metric.
    std::vector<std::int64_t> exposed;  ///< [arms]; empty = the units of the primary metric.
    std::string distrust_reason;        ///< Sentence; not empty = the data cannot carry a verdict.
};

/// Largest number of arms and of metrics that one analysis takes.
inline constexpr std::size_t kAnalysisArmsMax = 100;
inline constexpr std::size_t kAnalysisMetricsMax = 1000;

/// Compares every arm with control on every metric and says what to do. Fixed horizon: Welch on the
/// difference, the delta method for the relative lift, Wilson and Newcombe beside them for
/// proportions, Holm over the arms of a metric. Pure; O(arms x metrics).
///
/// Advice, first that holds: do_not_trust (sample-ratio alarm or distrust_reason), stop (a
/// guardrail rose significantly), keep_going (an arm has not reached planned_per_arm), ship (an arm
/// is significantly better on the primary metric; the one with the highest lower limit wins), stop
/// (an arm is significantly worse and none better), no_difference.
///
/// Errors: kInvalidArgument naming arm and metric: statistics that no data can have (negative
/// units, not finite, sum_of_squares below sum^2 / units), an unknown or doubled arm, a missing
/// control, no success metric.
Result<Analysis> analyze(const AnalysisPlan& plan, const std::vector<MetricData>& metrics);

}  // namespace cpo::experiments
