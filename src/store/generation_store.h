#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "model/context.h"
#include "model/document.h"
#include "store/page.h"
#include "store/store.h"

namespace cpo::store {

/// Steps of a generation run, in order; each is saved as a whole.
enum class GenerationStage { kNone, kContext, kVariants, kVerdicts };
/// "context"; empty for kNone.
const char* name_of(GenerationStage stage);

/// Finds content for the segments of a segmentation run, writes variants and screens them.
struct GenerationRun {
    std::string id;
    std::string job;
    std::string segmentation_run;
    std::string author;    ///< Person who started it.
    json::object request;  ///< GenerationRequest of the API, as it was asked for.
    Date as_of{};          ///< Fixed when it was asked for.
    GenerationStage stage = GenerationStage::kNone;  ///< Last one that is saved.
    std::string embedder;                            ///< Empty before kContext.
    std::string writer;                              ///< Empty before kVariants.
    std::vector<SetAsideDocument> set_aside;
    std::vector<std::string> notices;
    std::int64_t variants = 0;  ///< Written so far.
    std::string state;          ///< "succeeded" once it is done, before that its job's.
    std::string error;          ///< Of its job, when that failed.
    MilliTime created_at{};

    bool is_done() const { return stage == GenerationStage::kVerdicts; }
};

/// Inserts a run that starts at the beginning: id, job, segmentation_run, author, request, as_of.
Result<void> insert_generation_run(Change& change, const GenerationRun& run);

/// Errors: kNotFound.
Result<GenerationRun> get_generation_run(Session& session,
                                         const std::string& workspace,
                                         const std::string& id);
Result<Page<GenerationRun>> list_generation_runs(Session& session,
                                                 const std::string& workspace,
                                                 const PageRequest& page);

/// What the stage kContext found.
struct FoundContent {
    std::string run;
    std::string embedder;
    std::vector<Context> contexts;  ///< One a segment.
    std::vector<SetAsideDocument> set_aside;
    std::vector<std::string> notices;
};
/// Saves it and moves the run on. Errors: kAborted when the run is past that stage.
Result<void> save_contexts(Change& change, const FoundContent& found);

/// By segment. Empty before kContext; kNotFound without such a run.
Result<std::vector<Context>> list_contexts(Session& session,
                                           const std::string& workspace,
                                           const std::string& run);

/// Moves a run from `stage` - 1 to `stage`, saved in this transaction. Errors: kAborted when it is
/// elsewhere.
Result<void> finish_generation_stage(Change& change, const std::string& run, GenerationStage stage);
/// The same for kVariants, with who wrote them.
Result<void> finish_writing(Change& change, const std::string& run, const std::string& writer);

}  // namespace cpo::store
