#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "model/experiment.h"
#include "model/outcome.h"
#include "store/experiment_store.h"

namespace cpo::pipeline {

/// What assignment depends on, as `cpo assign` reads it (invariant 3).
AssignmentConfig assignment_of(const store::StoredExperiment& experiment);

/// When an experiment took exposures, and what everybody was assigned to. Events have whole
/// seconds: the second of a start, stop, pause or resume still counts as running.
struct ExperimentHistory {
    AssignmentConfig assignment;
    std::optional<Time> start;
    std::optional<Time> stop;  ///< Exposures at or after it do not count.
    /// Half-open, in order; an unfinished pause ends never.
    std::vector<std::pair<Time, Time>> pauses;
};
ExperimentHistory history_of(const store::StoredExperiment& experiment,
                             const std::vector<store::ExperimentDecision>& decisions);

inline constexpr const char* kOtherArm = "exposure of another arm than the assigned one";

/// Why an event cannot count, whatever the others say; empty = it can. Pure: the order in which
/// events come does not matter.
std::string not_counted_reason(const ExperimentHistory& history, const ExperimentEvent& event);

}  // namespace cpo::pipeline
