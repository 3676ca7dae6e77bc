#pragma once

#include <string>

#include "agents/generation/generation.h"
#include "backends/embedder/embedder.h"
#include "base/json.h"
#include "base/result.h"
#include "jobs/worker.h"
#include "pipeline/content.h"
#include "pipeline/screener.h"
#include "store/store.h"

namespace cpo::jobs {

inline constexpr const char* kGenerationJob = "generation";

struct GenerationWork {
    store::Store& store;
    pipeline::Content& content;
    pipeline::Screener& screener;
    const generation::GenerationAgent& agent;
    const Embedder& embedder;  ///< The content's; for its name.
};

/// A run that was asked for, new or known by its idempotency key.
struct StartedRun {
    std::string run;
    std::string job;
};
struct StartRequest {
    json::object body;            ///< As the API has it.
    std::string idempotency_key;  ///< Empty = always a new one.
};

/// Queues a generation run for a GenerationRequest of the API. Errors: kNotFound without the
/// segmentation run, kInvalidArgument (campaign_input.h), those of enqueue().
Result<StartedRun> start_generation(store::Change& change, const StartRequest& request);

/// Finds content for every segment of the run's segmentation, writes variants and screens them, in
/// three checkpoints: goes on after the last one that is saved, and returns at once when all are.
/// May be called from other jobs (a campaign's) for a run of theirs. Errors: kFailedPrecondition
/// while the segmentation run is not done or when the content has nothing to say; those of the
/// content, the agents and the store.
Result<void> write_variants(JobContext& context,
                            const GenerationWork& work,
                            const std::string& run_id);

/// Does jobs of kind kGenerationJob; the subject is the run. The result: {run, variants}. What
/// `work` refers to must outlive it.
JobWork make_generation_work(GenerationWork work);

}  // namespace cpo::jobs
