#pragma once

#include <string>

#include "base/json.h"
#include "model/experiment.h"
#include "model/outcome.h"

namespace cpo {

/// One element of experiments.json: {key, segment, seed, hash_version, coverage, weights, ranges,
/// arms: [{key, variant}], control, plan}. Everything assignment depends on is in it.
json::object to_json(const Experiment& experiment);

/// The plan alone, with its assumptions.
json::object to_json(const ExperimentPlan& plan);

/// Reads what to_json(ExperimentPlan) wrote. Errors: kInvalidArgument with the JSON pointer of a
/// missing or wrongly typed field.
Result<ExperimentPlan> read_experiment_plan(const json::value& value,
                                            const std::string& pointer = "");

/// What `cpo analyze` prints for programs; absent numbers are null with `reason` saying why
/// (invariant 5).
json::object to_json(const Analysis& analysis);

/// Reads the configuration of an experiment as experiments.json and design tools write it. Missing:
/// seed = key, hash_version = 2, hash_attribute = "id", coverage = 1, weights = equal, ranges =
/// empty. Errors: kInvalidArgument with the JSON pointer of a missing, wrongly typed or unknown
/// field.
Result<AssignmentConfig> read_assignment_config(const json::value& value,
                                                const std::string& pointer = "");

}  // namespace cpo
