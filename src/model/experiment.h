#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/screened_message.h"

namespace cpo {

/// Everything assignment depends on (invariant 3): the same configuration and unit give the same
/// arm. GrowthBook bucketing, hash version 2.
struct AssignmentConfig {
    std::string key;   ///< Experiment key.
    std::string seed;  ///< Hash seed; the key when empty.
    int hash_version = 2;
    std::string hash_attribute = "id";  ///< Name of the unit's attribute, for explanation only.
    double coverage = 1.0;              ///< 0 ... 1.
    std::vector<std::string> arms;      ///< Arm keys, in order; at least 1.
    std::vector<double> weights;        ///< [arms], sum 1.
    std::vector<std::pair<double, double>>
        ranges;  ///< [arms], half-open in 0 ... 1; empty = from coverage and weights.
};

/// Where a unit landed.
struct Assignment {
    int arm = -1;        ///< Index into AssignmentConfig::arms; -1 = not in the experiment.
    double bucket = -1;  ///< 0 ... 1 in steps of 0.0001; -1 when there is no unit.
    std::string reason;  ///< "assigned", "not covered", "empty unit".
};

/// One way a customer may be treated.
struct Arm {
    std::string key;      ///< "control", "urgent", ...
    std::string variant;  ///< Variant::id.
    ScreenedMessage message;
};

/// Sample-size plan of one experiment.
struct ExperimentPlan {
    std::string metric = "conversion";
    PlanAssumptions assumptions;
    int comparisons = 1;              ///< Arms beside control.
    std::int64_t needed_per_arm = 0;  ///< Units.
    std::int64_t needed_total = 0;
    std::int64_t available = 0;  ///< Units of the segment inside the coverage.
    std::int64_t days = 0;       ///< Sending days plus attribution days for the needed sample.
    double detectable_lift = 0;  ///< Relative lift the available sample can find at this power.
    bool is_feasible = false;    ///< available >= needed_total.
    std::string sentence;        ///< For people.
};

/// One experiment per segment: arms hold only screened messages.
struct Experiment {
    int segment = 0;
    AssignmentConfig assignment;
    std::vector<Arm> arms;  ///< Same order as assignment.arms.
    std::string control;    ///< Key of the control arm.
    ExperimentPlan plan;
};

/// A segment for which no experiment could be built, and why.
struct SkippedExperiment {
    int segment = 0;
    std::string reason;
};

/// One line of assignments.csv.
struct UnitAssignment {
    std::string unit;
    std::string experiment;
    std::string arm;  ///< Empty when not in the experiment.
};

}  // namespace cpo
