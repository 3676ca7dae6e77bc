#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "jobs/generation_job.h"
#include "jobs/segmentation_job.h"
#include "jobs/worker.h"

namespace cpo::jobs {

inline constexpr const char* kCampaignJob = "campaign";

struct CampaignWork {
    SegmentationWork segmentation;
    GenerationWork generation;
};

/// Queues a run of a campaign with its present configuration. Errors: kNotFound, kInvalidArgument
/// (campaign_input.h), those of enqueue().
Result<StartedRun> start_campaign(store::Change& change,
                                  const std::string& campaign,
                                  const std::string& idempotency_key);

/// Runs a campaign: segments, variants, one draft experiment a segment. The id of a stage's run is
/// saved before it is worked on and its end together with what it made, so that after a crash
/// anywhere the next call goes on with the same runs: nothing twice, nothing lost. Errors: those of
/// segment_customers, write_variants and of the store.
Result<void> run_campaign(JobContext& context, const CampaignWork& work, const std::string& run_id);

/// Does jobs of kind kCampaignJob; the subject is the run. The result: {run, segmentation_run,
/// generation_run, experiments, skipped}, the last two as counts. What `work` refers to must
/// outlive it.
JobWork make_campaign_work(CampaignWork work);

}  // namespace cpo::jobs
