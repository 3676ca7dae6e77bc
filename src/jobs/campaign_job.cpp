#include "jobs/campaign_job.h"

#include <algorithm>

#include "base/digest.h"
#include "base/id.h"
#include "jobs/campaign_drafts.h"
#include "jobs/campaign_input.h"
#include "store/campaign_store.h"
#include "store/generation_store.h"
#include "store/segmentation_store.h"
#include "store/variant_store.h"

namespace cpo::jobs {
namespace {

/// Time for one read of the store.
constexpr std::chrono::milliseconds kReadTime{30'000};

/// SegmentationOptions of the API; the campaign's seed counts where they have none.
json::object segmentation_options(const json::object& content) {
    json::object options;
    if (const auto* given = content.if_contains("segmentation"); given && given->is_object())
        options = given->get_object();
    if (const auto* seed = content.if_contains("seed"); seed && !options.contains("seed"))
        options["seed"] = *seed;
    return options;
}

/// GenerationRequest of the API for the campaign's segments.
json::object generation_request(const store::StoredCampaignRun& run) {
    json::object request{{"segmentation_run", run.segmentation_run}};
    for (const char* key : {"goal", "channel", "language", "variants", "seed", "as_of"})
        if (const auto* value = run.content.if_contains(key)) request[key] = *value;
    return request;
}

/// One campaign run on its way through the stages.
class CampaignFlow {
public:
    CampaignFlow(JobContext& context, const CampaignWork& work, std::string run)
        : context_(context), work_(work), run_id_(std::move(run)) {}

    template <typename Work>
    auto read(const Work& work) {
        return work_.generation.store.read(work, Deadline::after(kReadTime));
    }
    /// What is saved already, read anew.
    Result<store::StoredCampaignRun> run() {
        return read([&](store::Session& session) {
            return store::get_campaign_run(session, workspace(), run_id_);
        });
    }
    /// Does a stage, or what of it is not saved yet.
    Result<void> advance(store::CampaignStage stage);

private:
    const std::string& workspace() const { return context_.job().workspace; }
    /// Saves the id of the run that a stage works on, and that run, before anything is done.
    Result<void> start(store::CampaignStage stage, const store::StoredCampaignRun& run);
    Result<std::string> insert_sub_run(store::Change& change,
                                       store::CampaignStage stage,
                                       const store::StoredCampaignRun& run);
    Result<void> finish(store::CampaignStage stage);
    Result<void> draft_experiments(const store::StoredCampaignRun& run);

    JobContext& context_;
    const CampaignWork& work_;
    std::string run_id_;
};

Result<std::string> CampaignFlow::insert_sub_run(store::Change& change,
                                                 store::CampaignStage stage,
                                                 const store::StoredCampaignRun& run) {
    if (stage == store::CampaignStage::kSegments)
        return store::insert_run(change, {segmentation_options(run.content), run.job, ""});
    if (stage == store::CampaignStage::kExperiments) return std::string();
    store::GenerationRun generation;
    generation.id = new_id(change.now());
    generation.job = run.job;
    generation.segmentation_run = run.segmentation_run;
    generation.author = run.author;
    generation.request = generation_request(run);
    generation.as_of = run.as_of;
    TRY(store::insert_generation_run(change, generation));
    return generation.id;
}

Result<void> CampaignFlow::start(store::CampaignStage stage, const store::StoredCampaignRun& run) {
    return context_.checkpoint([&](store::Change& change) -> Result<void> {
        const auto sub_run = TRY(insert_sub_run(change, stage, run));
        return store::start_campaign_stage(change, run_id_, stage, sub_run);
    });
}

Result<void> CampaignFlow::finish(store::CampaignStage stage) {
    return context_.checkpoint([&](store::Change& change) {
        return store::finish_campaign_stage(change, run_id_, stage);
    });
}

Result<void> CampaignFlow::draft_experiments(const store::StoredCampaignRun& run) {
    const auto segments = TRY(read([&](store::Session& session) {
        return store::list_segments(session, workspace(), run.segmentation_run);
    }));
    const auto variants = TRY(read([&](store::Session& session) {
        return store::list_variants_of_run(session, workspace(), run.generation_run);
    }));
    const auto drafts = TRY(design_drafts(run, segments, variants));
    return context_.checkpoint([&](store::Change& change) -> Result<void> {
        TRY(insert_drafts(change, run_id_, drafts));
        return store::finish_campaign_stage(change, run_id_, store::CampaignStage::kExperiments);
    });
}

Result<void> CampaignFlow::advance(store::CampaignStage stage) {
    auto run = TRY(this->run());
    if (run.is_finished(stage)) return {};
    context_.progress({static_cast<std::int64_t>(stage),
                       static_cast<std::int64_t>(store::kCampaignStages.size()),
                       store::name_of(stage)});
    if (!run.times(stage).started_at) {
        TRY(start(stage, run));
        run = TRY(this->run());
    }
    switch (stage) {
        case store::CampaignStage::kSegments:
            TRY(segment_customers(context_, work_.segmentation, run.segmentation_run));
            return finish(stage);
        case store::CampaignStage::kVariants:
            TRY(write_variants(context_, work_.generation, run.generation_run));
            return finish(stage);
        case store::CampaignStage::kExperiments:
            return draft_experiments(run);
    }
    std::abort();
}

}  // namespace

Result<StartedRun> start_campaign(store::Change& change,
                                  const std::string& campaign,
                                  const std::string& idempotency_key) {
    const auto configured =
        TRY(store::get_campaign(change.session(), change.workspace(), campaign));
    store::StoredCampaignRun run;
    run.id = new_id(change.now());
    run.campaign = campaign;
    run.author = change.actor().person;
    run.content = configured.content;
    run.as_of =
        TRY(read_as_of(configured.content, std::chrono::floor<std::chrono::days>(change.now())));
    TRY(read_campaign(configured.content, run.as_of));
    const auto enqueued = TRY(enqueue(change,
                                      {.kind = kCampaignJob,
                                       .subject_type = "campaign_run",
                                       .subject_id = run.id,
                                       .idempotency_key = idempotency_key,
                                       .request_hash = sha256_hex("campaign " + campaign)}));
    if (!enqueued.is_new) return StartedRun{enqueued.job.subject_id, enqueued.job.id};
    run.job = enqueued.job.id;
    TRY(store::insert_campaign_run(change, run));
    return StartedRun{run.id, run.job};
}

Result<void> run_campaign(JobContext& context,
                          const CampaignWork& work,
                          const std::string& run_id) {
    CampaignFlow flow(context, work, run_id);
    for (const store::CampaignStage stage : store::kCampaignStages) TRY(flow.advance(stage));
    const auto all = static_cast<std::int64_t>(store::kCampaignStages.size());
    context.progress({all, all, store::name_of(store::kCampaignStages.back())});
    return {};
}

JobWork make_campaign_work(CampaignWork work) {
    return [work](JobContext& context) -> Result<json::object> {
        const std::string& id = context.job().subject_id;
        TRY(run_campaign(context, work, id));
        const auto run = TRY(CampaignFlow(context, work, id).run());
        const auto experiments = std::count_if(
            run.outcomes.begin(), run.outcomes.end(), [](const store::CampaignOutcome& outcome) {
                return !outcome.experiment.empty();
            });
        return json::object{
            {"run", id},
            {"segmentation_run", run.segmentation_run},
            {"generation_run", run.generation_run},
            {"experiments", experiments},
            {"skipped", run.outcomes.size() - static_cast<std::size_t>(experiments)}};
    };
}

}  // namespace cpo::jobs
