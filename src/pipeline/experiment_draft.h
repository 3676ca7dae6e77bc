#pragma once

#include "pipeline/experiments.h"

namespace cpo::pipeline {

/// Makes a draft of what was asked for: looks up the variants, their segment and run, plans the
/// sample and divides the buckets. Errors: kInvalidArgument with the JSON pointer of what is wrong.
Result<store::NewExperimentRow> draft_of(store::Session& session,
                                         const std::string& workspace,
                                         const DraftRequest& request);

/// Applies `edit` where the state allows it, plans anew and divides the buckets. Errors:
/// kFailedPrecondition naming the way out, kInvalidArgument.
Result<store::StoredExperiment> edited(store::StoredExperiment experiment,
                                       const ExperimentEdit& edit);

}  // namespace cpo::pipeline
