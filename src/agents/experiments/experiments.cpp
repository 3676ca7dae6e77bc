#include "agents/experiments/experiments.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "agents/experiments/assignment.h"
#include "agents/experiments/wording.h"
#include "statistics/planning.h"

namespace cpo::experiments {
namespace {

constexpr std::string_view kControl = "control";
constexpr std::size_t kSlugBytesMax = 48;

/// Lower-case ASCII letters and digits, words joined by hyphens: "Win back!" -> "win-back".
std::string slug_of(std::string_view text) {
    std::string slug;
    for (const char c : text) {
        const bool is_upper = c >= 'A' && c <= 'Z';
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || is_upper)
            slug += is_upper ? static_cast<char>(c - 'A' + 'a') : c;
        else if (!slug.empty() && slug.back() != '-')
            slug += '-';
        if (slug.size() >= kSlugBytesMax) break;
    }
    while (!slug.empty() && slug.back() == '-') slug.pop_back();
    return slug.empty() ? "campaign" : slug;
}

std::string plan_sentence(const ExperimentPlan& plan) {
    const PlanAssumptions& assumed = plan.assumptions;
    std::string sentence = fmt::format(
        "A lift of {} on an assumed baseline of {} needs {} people per arm, {} in {} "
        "arms (alpha {:g} two-sided{}, power {}).",
        percent(assumed.minimum_lift),
        percent(assumed.baseline),
        with_thousands(plan.needed_per_arm),
        with_thousands(plan.needed_total),
        plan.comparisons + 1,
        assumed.alpha,
        plan.comparisons > 1
            ? fmt::format(", shared by Bonferroni over {} comparisons with control",
                          plan.comparisons)
            : "",
        percent(assumed.power));
    if (plan.is_feasible) {
        sentence += fmt::format(
            " This segment has {}: enough. Sending takes {} and outcomes are waited for "
            "{} more days.",
            with_thousands(plan.available),
            plan.days - assumed.attribution_days == 1
                ? "1 day"
                : with_thousands(plan.days - assumed.attribution_days) + " days",
            assumed.attribution_days);
        return sentence;
    }
    sentence += fmt::format(" This segment has {}", with_thousands(plan.available));
    sentence += plan.detectable_lift > 0
                    ? fmt::format(": the smallest lift that could be found is {}.",
                                  percent(plan.detectable_lift))
                    : ": no lift could be found with so few.";
    return sentence;
}

Result<ExperimentPlan> plan_for(const Campaign& campaign, const Segment& segment, int arms) {
    const PlanAssumptions& assumed = campaign.plan;
    if (assumed.units_per_day < 1)
        return invalid_argument("plan: units_per_day must be at least 1");
    ExperimentPlan plan;
    plan.assumptions = assumed;
    plan.comparisons = arms - 1;
    const statistics::TestDesign design{assumed.alpha / plan.comparisons, assumed.power};
    const auto needed =
        statistics::needed_for_proportions(assumed.baseline, assumed.minimum_lift, design);
    if (!needed || !(assumed.minimum_lift > 0) || *needed > (std::int64_t{1} << 40))
        return invalid_argument(fmt::format(
            "plan: a lift of {:g} on a baseline of {:g} at alpha {:g} and power {:g} cannot be "
            "planned: baseline, alpha and power lie between 0 and 1, the lift is above 0, and "
            "baseline x (1 + lift) is at most 1",
            assumed.minimum_lift,
            assumed.baseline,
            assumed.alpha,
            assumed.power));
    plan.needed_per_arm = *needed;
    plan.needed_total = *needed * arms;
    plan.available = static_cast<std::int64_t>(
        std::floor(static_cast<double>(segment.size) * campaign.coverage));
    // All segments are sent to side by side, so this one gets its share of a day's people.
    const double share = segment.share > 0 && segment.share <= 1 ? segment.share : 1;
    const double per_day = static_cast<double>(assumed.units_per_day) * share;
    plan.days =
        static_cast<std::int64_t>(std::ceil(static_cast<double>(plan.needed_total) / per_day)) +
        assumed.attribution_days;
    plan.detectable_lift =
        statistics::detectable_lift(assumed.baseline, plan.available / arms, design).value_or(0);
    plan.is_feasible = plan.available >= plan.needed_total;
    plan.sentence = plan_sentence(plan);
    return plan;
}

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
    experiment.plan = TRY(plan_for(campaign, segment, static_cast<int>(candidates.size())));
    AssignmentConfig& config = experiment.assignment;
    config.key = fmt::format("{}-s{}", slug_of(campaign.goal), segment.number);
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
