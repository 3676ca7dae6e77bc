#pragma once

#include <functional>
#include <string>

#include "agents/experiments/experiments.h"
#include "agents/generation/generation.h"
#include "agents/retrieval/retrieval.h"
#include "agents/safety/safety.h"
#include "agents/segmentation/segmentation.h"
#include "base/deadline.h"
#include "base/result.h"
#include "model/run.h"

namespace cpo::pipeline {

/// What a run starts from. Plain data: the same for the command line, a job and the server.
struct RunInput {
    Campaign campaign;
    FeatureTable customers;
    std::vector<Document> documents;
    segmentation::SegmentationOptions segmentation;
};

/// Called when a stage starts and when it ends (elapsed_ms < 0 while it runs).
using Progress = std::function<void(const std::string& stage, double elapsed_ms)>;

/// The flow: customers -> segments -> context -> variants -> verdicts -> experiments ->
/// assignments. Interfaces are borrowed and must outlive the pipeline. Thread-safe if they are.
class Pipeline {
public:
    /// Makes the two indexes a run needs; called once per run.
    using IndexFactory = std::function<Result<std::unique_ptr<VectorIndex>>(int dimension)>;
    using LexicalFactory = std::function<Result<std::unique_ptr<LexicalIndex>>()>;

    struct Parts {
        Embedder& embedder;
        IndexFactory make_vector_index;
        LexicalFactory make_lexical_index;
        const generation::GenerationAgent& generation;
        const safety::SafetyAgent& safety;
    };
    explicit Pipeline(Parts parts) : parts_(std::move(parts)) {}

    /// Fills everything of CampaignRun except what the caller knows better (version, command,
    /// input, totals). Errors: the first stage's that failed, with the stage in the message.
    /// Nothing is half-done: pure until returned.
    Result<CampaignRun> run(RunInput input, const Progress& progress, Deadline deadline) const;

private:
    Result<std::vector<Context>> retrieve(const CampaignRun& run, Deadline deadline) const;
    Result<std::vector<Variant>> generate(const CampaignRun& run,
                                          const claims::FactBook& facts,
                                          Deadline deadline) const;
    std::vector<safety::Screening> screen(const CampaignRun& run,
                                          const claims::FactBook& facts,
                                          Deadline deadline) const;
    /// Fills experiments, skipped and verdicts.
    Result<void> design(CampaignRun& run, std::vector<safety::Screening> screenings) const;

    Parts parts_;
};

}  // namespace cpo::pipeline
