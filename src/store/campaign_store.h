#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "model/experiment.h"
#include "store/page.h"
#include "store/store.h"

namespace cpo::store {

/// A kept configuration of the whole flow.
struct StoredCampaign {
    std::string id;
    std::int64_t version = 1;
    json::object content;  ///< CampaignContent of the API.
    std::string created_by;
    std::string latest_run;  ///< Empty = never run.
    MilliTime created_at{};
    MilliTime updated_at{};
};

/// Gives it back with its new id; created_by is the actor's person.
Result<StoredCampaign> insert_campaign(Change& change, const json::object& content);
/// Errors: kNotFound, kAborted when it was changed meanwhile.
Result<StoredCampaign> update_campaign(Change& change,
                                       const std::string& id,
                                       std::int64_t version,
                                       const json::object& content);
/// Errors: kNotFound.
Result<StoredCampaign> get_campaign(Session& session,
                                    const std::string& workspace,
                                    const std::string& id);
Result<Page<StoredCampaign>> list_campaigns(Session& session,
                                            const std::string& workspace,
                                            const PageRequest& page);

enum class CampaignStage { kSegments, kVariants, kExperiments };
inline constexpr std::array kCampaignStages{
    CampaignStage::kSegments, CampaignStage::kVariants, CampaignStage::kExperiments};
const char* name_of(CampaignStage stage);

/// When a stage started and finished; the time between includes waiting for another worker.
struct StageTimes {
    std::optional<MilliTime> started_at;
    std::optional<MilliTime> finished_at;
};

/// What became of one segment: a draft experiment, or the reason why there is none.
struct CampaignOutcome {
    int segment = 0;
    std::string experiment;      ///< Empty = skipped.
    std::string skipped_reason;  ///< Empty with an experiment.
};

struct StoredCampaignRun {
    std::string id;
    std::string campaign;
    std::string job;
    std::string author;    ///< Person who started it.
    json::object content;  ///< The configuration it started with.
    Date as_of{};
    std::string segmentation_run;  ///< Empty before its stage started.
    std::string generation_run;    ///< Empty before its stage started.
    std::array<StageTimes, 3> stages;
    std::vector<CampaignOutcome> outcomes;  ///< By segment.
    std::string state;                      ///< Of its job.
    std::string error;                      ///< Of its job.
    MilliTime created_at{};

    const StageTimes& times(CampaignStage stage) const {
        return stages.at(static_cast<std::size_t>(stage));
    }
    bool is_finished(CampaignStage stage) const { return times(stage).finished_at.has_value(); }
};

/// Inserts a run that starts at the beginning: id, campaign, job, author, content, as_of.
Result<void> insert_campaign_run(Change& change, const StoredCampaignRun& run);
/// Errors: kNotFound.
Result<StoredCampaignRun> get_campaign_run(Session& session,
                                           const std::string& workspace,
                                           const std::string& id);
/// Errors: kNotFound without such a campaign.
Result<Page<StoredCampaignRun>> list_campaign_runs(Session& session,
                                                   const std::string& workspace,
                                                   const std::string& campaign,
                                                   const PageRequest& page);

/// Marks that a stage starts; `sub_run` is the id of the run it works on (empty for kExperiments),
/// inserted in the same transaction. Errors: kAborted when the stage has started already.
Result<void> start_campaign_stage(Change& change,
                                  const std::string& run,
                                  CampaignStage stage,
                                  const std::string& sub_run);
/// Marks the end of a stage. Errors: kAborted when it is finished already or has not started.
Result<void> finish_campaign_stage(Change& change, const std::string& run, CampaignStage stage);
/// One a segment and run. Errors: kAlreadyExists.
Result<void> insert_campaign_outcomes(Change& change,
                                      const std::string& run,
                                      const std::vector<CampaignOutcome>& outcomes);

}  // namespace cpo::store
