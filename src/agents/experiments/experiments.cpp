#include "agents/experiments/experiments.h"

#include <fmt/format.h>

#include <algorithm>

#include "agents/experiments/assignment.h"
#include "agents/experiments/plan.h"

namespace cpo::experiments {
namespace {

constexpr std::string_view kControl = "control";
/// Control to the front, the others in their order.
Result<void> order_candidates(const Segment& segment, std::vector<Candidate>& candidates) {
    const auto held = [&](const std::string& what) {
        return Error{ErrorCode::kFailedPrecondition,
                     fmt::format("segment {}: {}", segment.number, what),
                     {}};
    };
    const auto is_control = [](const Candidate& candidate) { return candidate.key == kControl; };
    const auto controls = std::count_if(candidates.begin(), candidates.end(), is_control);
    if (candidates.empty()) return held("no message passed screening");
    if (controls == 0) return held("the control message did not pass screening");
    if (candidates.size() == 1) return held("no message beside control passed screening");
    std::stable_partition(candidates.begin(), candidates.end(), is_control);
    return {};
}

}  // namespace

Result<Experiment> ExperimentsAgent::design(const Campaign& campaign,
                                            const Segment& segment,
                                            std::vector<Candidate> candidates) const {
    const auto ordered = order_candidates(segment, candidates);
    if (!ordered) return ordered.error();
    Experiment experiment;
    experiment.segment = segment.number;
    experiment.control = kControl;
    const Audience audience{
        static_cast<std::int64_t>(segment.size), segment.share, campaign.coverage};
    experiment.plan =
        TRY(plan_experiment(campaign.plan, audience, static_cast<int>(candidates.size())));
    AssignmentConfig& config = experiment.assignment;
    config.key = experiment_key(campaign.goal, segment.number);
    config.seed = fmt::format("{}-{}", config.key, campaign.seed);
    config.coverage = campaign.coverage;
    config.weights.assign(candidates.size(), 1.0 / static_cast<double>(candidates.size()));
    config.ranges = ranges_of(config.coverage, config.weights);
    for (Candidate& candidate : candidates) {
        if (!candidate.message.is_intact())
            return Error{ErrorCode::kInternal,
                         fmt::format("segment {}: message {} is not the one that was screened",
                                     segment.number,
                                     candidate.variant),
                         {}};
        config.arms.push_back(candidate.key);
        experiment.arms.push_back({candidate.key, candidate.variant, std::move(candidate.message)});
    }
    const auto valid = validate(config);
    if (!valid) return valid.error();
    return experiment;
}

}  // namespace cpo::experiments
