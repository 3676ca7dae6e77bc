#include "pipeline/experiment_draft.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "agents/experiments/assignment.h"
#include "agents/experiments/plan.h"
#include "pipeline/experiment_history.h"
#include "store/generation_store.h"
#include "store/segmentation_store.h"

namespace cpo::pipeline {
namespace {

/// Weights closer than this are meant to be equal: 1/3 + 1/3 + 1/3.
constexpr double kWeightTolerance = 1e-9;

Error frozen(store::ExperimentState state, const std::string& what) {
    return {ErrorCode::kFailedPrecondition,
            fmt::format("the experiment is {}: {}", store::name_of(state), what),
            {}};
}

Result<std::vector<double>> weights_of(const std::vector<ArmRequest>& arms) {
    std::vector<double> weights;
    for (const ArmRequest& arm : arms)
        if (arm.weight) weights.push_back(*arm.weight);
    if (weights.empty()) weights.assign(arms.size(), 1.0 / static_cast<double>(arms.size()));
    if (weights.size() != arms.size())
        return invalid_argument("/arms: give a weight to every arm or to none");
    return weights;
}

Result<void> check_arms(const DraftRequest& request) {
    if (request.arms.size() < 2 || request.arms.size() > store::kExperimentArmsMax)
        return invalid_argument(
            fmt::format("/arms: between 2 and {} are needed", store::kExperimentArmsMax));
    for (std::size_t i = 0; i < request.arms.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (request.arms[i].key == request.arms[j].key)
                return invalid_argument(fmt::format(
                    "/arms/{}/key: '{}' is the key of another arm", i, request.arms[i].key));
    const auto is_control = [&](const ArmRequest& arm) { return arm.key == request.control; };
    if (std::none_of(request.arms.begin(), request.arms.end(), is_control))
        return invalid_argument(
            fmt::format("/control: '{}' is the key of none of the arms", request.control));
    return {};
}

/// What the variants were written for.
struct Purpose {
    std::string segmentation_run;
    std::string goal;
    int segment = 0;
};

Result<Purpose> purpose_of(store::Session& session,
                           const std::string& workspace,
                           const store::StoredVariant& variant) {
    const auto run = TRY(store::get_generation_run(session, workspace, variant.run));
    Purpose purpose{run.segmentation_run, {}, variant.variant.segment};
    if (const auto* goal = run.request.if_contains("goal"); goal != nullptr && goal->is_string())
        purpose.goal = goal->as_string();
    return purpose;
}

Result<Segment> segment_of(store::Session& session,
                           const std::string& workspace,
                           const Purpose& purpose) {
    return store::get_segment(session, workspace, purpose.segmentation_run, purpose.segment);
}

/// The same of all arms.
Result<Purpose> common_purpose(store::Session& session,
                               const std::string& workspace,
                               const DraftRequest& request) {
    VariantReader variants(session, workspace);
    std::optional<Purpose> common;
    for (std::size_t i = 0; i < request.arms.size(); ++i) {
        const auto variant = variants.read(request.arms[i].variant);
        const std::string pointer = fmt::format("/arms/{}/variant", i);
        if (!variant) {
            if (variant.error().code != ErrorCode::kNotFound) return variant.error();
            return invalid_argument(pointer + ": there is no variant of this id");
        }
        Purpose purpose = TRY(purpose_of(session, workspace, **variant));
        if (!common)
            common = std::move(purpose);
        else if (common->segmentation_run != purpose.segmentation_run)
            return invalid_argument(pointer +
                                    ": it is for a segment of another segmentation run than "
                                    "the first arm");
        else if (common->segment != purpose.segment)
            return invalid_argument(
                fmt::format("{}: it is for segment {}, the first arm for segment {}; an "
                            "experiment has one segment",
                            pointer,
                            purpose.segment,
                            common->segment));
    }
    return *std::move(common);
}

/// Plans anew and divides the buckets, from the coverage and the weights of the arms.
Result<void> plan_and_divide(store::StoredExperiment& experiment) {
    AssignmentConfig config = assignment_of(experiment);
    config.ranges = experiments::ranges_of(config.coverage, config.weights);
    TRY(experiments::validate(config));
    const auto [least, most] = std::minmax_element(config.weights.begin(), config.weights.end());
    const experiments::Audience audience{experiment.segment_size,
                                         experiment.segment_share,
                                         experiment.coverage,
                                         *most - *least < kWeightTolerance ? 0 : *least};
    experiment.plan = TRY(experiments::plan_experiment(
        experiment.plan.assumptions, audience, static_cast<int>(experiment.arms.size())));
    for (std::size_t i = 0; i < experiment.arms.size(); ++i) {
        experiment.arms[i].range_low = config.ranges[i].first;
        experiment.arms[i].range_high = std::min(1.0, config.ranges[i].second);
    }
    return {};
}

Result<void> check_edit(const store::StoredExperiment& experiment, const ExperimentEdit& edit) {
    using store::ExperimentState;
    const ExperimentState state = experiment.state;
    if (state == ExperimentState::kDraft) return {};
    if (edit.weights)
        return frozen(state,
                      "its weights are fixed since the start, or units would change their arm; "
                      "stop it and draft another experiment with other weights");
    if (!edit.coverage || *edit.coverage == experiment.coverage) return {};
    if (state == ExperimentState::kStopped || state == ExperimentState::kShipped)
        return frozen(state, "nobody new enters; draft another experiment");
    if (*edit.coverage < experiment.coverage)
        return frozen(state,
                      fmt::format("its coverage is {} and may only rise, or units would leave "
                                  "their arm; stop it and draft another experiment",
                                  experiment.coverage));
    return {};
}

}  // namespace

Result<store::NewExperimentRow> draft_of(store::Session& session,
                                         const std::string& workspace,
                                         const DraftRequest& request) {
    TRY(check_arms(request));
    const auto weights = TRY(weights_of(request.arms));
    const Purpose purpose = TRY(common_purpose(session, workspace, request));
    const Segment segment = TRY(segment_of(session, workspace, purpose));
    store::StoredExperiment draft;
    draft.key = request.key.empty() ? experiments::experiment_key(purpose.goal, purpose.segment)
                                    : request.key;
    draft.segment_size = static_cast<std::int64_t>(segment.size);
    draft.segment_share = segment.share;
    draft.coverage = request.coverage;
    draft.plan.assumptions = request.plan;
    for (std::size_t i = 0; i < request.arms.size(); ++i) {
        store::StoredArm arm;
        arm.key = request.arms[i].key;
        arm.variant = request.arms[i].variant;
        arm.weight = weights[i];
        draft.arms.push_back(std::move(arm));
    }
    TRY(plan_and_divide(draft));
    store::NewExperimentRow row;
    row.key = draft.key;
    row.is_key_adjustable = request.key.empty();
    row.description = request.description;
    row.segmentation_run = purpose.segmentation_run;
    row.segment = purpose.segment;
    row.segment_size = draft.segment_size;
    row.segment_share = draft.segment_share;
    row.arms = std::move(draft.arms);
    row.control = request.control;
    row.coverage = draft.coverage;
    row.plan = std::move(draft.plan);
    return row;
}

Result<store::StoredExperiment> edited(store::StoredExperiment experiment,
                                       const ExperimentEdit& edit) {
    TRY(check_edit(experiment, edit));
    if (edit.description) experiment.description = *edit.description;
    if (edit.weights) {
        if (edit.weights->size() != experiment.arms.size())
            return invalid_argument(fmt::format(
                "/weights: {} weights for {} arms", edit.weights->size(), experiment.arms.size()));
        for (std::size_t i = 0; i < experiment.arms.size(); ++i)
            experiment.arms[i].weight = (*edit.weights)[i];
    }
    if (edit.coverage) experiment.coverage = *edit.coverage;
    if (edit.weights || edit.coverage) TRY(plan_and_divide(experiment));
    return experiment;
}

}  // namespace cpo::pipeline
