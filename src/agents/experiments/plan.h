#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/experiment.h"

namespace cpo::experiments {

/// Who an experiment is for.
struct Audience {
    std::int64_t size = 0;       ///< Customers in the segment.
    double share = 1;            ///< Of all clustered customers; sending capacity is shared by it.
    double coverage = 1;         ///< Share of the segment that enters, 0 ... 1.
    double smallest_weight = 0;  ///< Of the arms, where they differ: it fills last. 0 = all equal.
};

/// The sample-size plan of an experiment with `arms` arms, control among them: the
/// only place that plans (docs/experiments.md gives the formulas). Errors: kInvalidArgument when
/// the assumptions cannot be planned with.
Result<ExperimentPlan> plan_experiment(const PlanAssumptions& assumed,
                                       const Audience& audience,
                                       int arms);

/// "<goal slug>-s<segment>": lower-case ASCII letters, digits and hyphens.
std::string experiment_key(std::string_view goal, int segment);

}  // namespace cpo::experiments
