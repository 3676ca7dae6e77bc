#pragma once

#include "app/run_options.h"
#include "base/result.h"
#include "model/run.h"
#include "pipeline/pipeline.h"

namespace cpo::app {

/// Reads customers (or transactions) and content, wires the agents and runs the whole flow.
/// Writes nothing. Errors: what is wrong with the options, a file or a stage.
Result<CampaignRun> run_campaign(const RunOptions& options, const pipeline::Progress& progress);

}  // namespace cpo::app
