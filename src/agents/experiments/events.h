#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agents/experiments/analysis.h"
#include "base/result.h"
#include "model/outcome.h"

namespace cpo::experiments {

/// How the outcome events of one unit become its value.
enum class Aggregate {
    kAny,    ///< 1 when there is one, else 0.
    kCount,  ///< How many.
    kSum,    ///< Sum of their values; refunds are negative.
};

/// A metric computed from events.
struct MetricRule {
    std::string name;
    MetricKind kind = MetricKind::kMean;
    Aggregate aggregate = Aggregate::kCount;
    /// Names of the outcome events that count (ExperimentEvent::metric); empty = every one but
    /// revenue, unsubscribes and complaints.
    std::vector<std::string> events;
    bool is_guardrail = false;
};

/// ctr (clicks per exposure), conversion (share of units), revenue (sum per unit), engagement
/// (outcomes per unit) and unsubscribe (share of units, guardrail).
std::vector<MetricRule> default_metric_rules();

/// True for the outcome names that are bad news: unsubscribe(s), complaint(s).
bool is_guardrail_name(std::string_view metric);

/// Which events belong to the experiment.
struct EventScope {
    std::vector<std::string> arms;
    std::optional<Time> start;         ///< Exposures before it do not count.
    std::optional<Time> stop;          ///< Exposures at or after it do not count.
    std::chrono::days attribution{7};  ///< Outcomes count in [first exposure, + attribution).
    std::vector<MetricRule> rules;
};

/// Per-unit values, summed per arm.
struct EventSummary {
    std::vector<MetricData> metrics;    ///< In the order of the rules.
    std::vector<std::int64_t> exposed;  ///< [arms], units; those seen in two arms are left out.
    std::int64_t crossed = 0;           ///< Units seen in more than one arm.
    std::vector<std::pair<std::string, std::int64_t>> ignored;  ///< Reason -> events, none with 0.
    std::vector<std::string> notices;
    std::string distrust_reason;  ///< More than 1 % of the units crossed arms.
};

/// Replays events: assignment is not exposure, the first exposure of a unit decides its arm and
/// opens its window; a repeated event id counts once (invariant 6), the earliest body wins where
/// they differ. A unit without an outcome counts as 0. The order of `events` does not matter: sums
/// run in order of unit, time and id. O(n log n).
EventSummary summarize(const EventScope& scope, std::vector<ExperimentEvent> events);

}  // namespace cpo::experiments
