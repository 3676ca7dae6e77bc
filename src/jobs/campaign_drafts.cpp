#include "jobs/campaign_drafts.h"

#include "agents/experiments/experiments.h"
#include "jobs/campaign_input.h"
#include "pipeline/experiment_arms.h"

namespace cpo::jobs {
namespace {

bool may_be_sent(const store::StoredVariant& variant) {
    return variant.screened && (variant.state == store::VariantState::kPass ||
                                variant.state == store::VariantState::kApproved);
}

/// The messages of one segment that may leave (invariant 1).
Result<std::vector<experiments::Candidate>> candidates_of(
    int segment, const std::vector<store::StoredVariant>& variants) {
    std::vector<experiments::Candidate> candidates;
    for (const store::StoredVariant& stored : variants) {
        const Variant& variant = stored.variant;
        if (variant.segment != segment || !may_be_sent(stored)) continue;
        auto message = pipeline::screened_message(stored);
        // A pass whose claims were never looked up is held, like anything that is no pass.
        if (!message && message.error().code == ErrorCode::kFailedPrecondition) continue;
        if (!message) return message.error();
        candidates.push_back(
            {variant.is_control ? "control" : variant.strategy, variant.id, *std::move(message)});
    }
    return candidates;
}

store::NewExperimentRow row_of(const store::StoredCampaignRun& run,
                               const Segment& segment,
                               const Experiment& experiment) {
    store::NewExperimentRow row;
    row.key = experiment.assignment.key;
    row.is_key_adjustable = true;
    row.description = segment.name;
    row.segmentation_run = run.segmentation_run;
    row.segment = segment.number;
    row.segment_size = static_cast<std::int64_t>(segment.size);
    row.segment_share = segment.share;
    row.campaign_run = run.id;
    for (std::size_t i = 0; i < experiment.arms.size(); ++i) {
        store::StoredArm arm;
        arm.key = experiment.arms[i].key;
        arm.variant = experiment.arms[i].variant;
        arm.weight = experiment.assignment.weights[i];
        arm.range_low = experiment.assignment.ranges[i].first;
        arm.range_high = experiment.assignment.ranges[i].second;
        row.arms.push_back(std::move(arm));
    }
    row.control = experiment.control;
    row.coverage = experiment.assignment.coverage;
    row.plan = experiment.plan;
    return row;
}

}  // namespace

Result<std::vector<SegmentDraft>> design_drafts(const store::StoredCampaignRun& run,
                                                const std::vector<Segment>& segments,
                                                const std::vector<store::StoredVariant>& variants) {
    const auto campaign = TRY(read_campaign(run.content, run.as_of));
    const experiments::ExperimentsAgent agent;
    std::vector<SegmentDraft> drafts;
    for (const Segment& segment : segments) {
        auto candidates = TRY(candidates_of(segment.number, variants));
        const auto experiment = agent.design(campaign, segment, std::move(candidates));
        if (experiment)
            drafts.push_back({segment.number, row_of(run, segment, *experiment), ""});
        else if (experiment.error().code == ErrorCode::kFailedPrecondition)
            drafts.push_back({segment.number, {}, experiment.error().message});
        else
            return experiment.error();
    }
    return drafts;
}

Result<void> insert_drafts(store::Change& change,
                           const std::string& run,
                           const std::vector<SegmentDraft>& drafts) {
    std::vector<store::CampaignOutcome> outcomes;
    for (const SegmentDraft& draft : drafts) {
        std::string experiment;
        if (draft.skipped_reason.empty())
            experiment = TRY(store::insert_experiment(change, draft.row)).id;
        outcomes.push_back({draft.segment, std::move(experiment), draft.skipped_reason});
    }
    return store::insert_campaign_outcomes(change, run, outcomes);
}

}  // namespace cpo::jobs
