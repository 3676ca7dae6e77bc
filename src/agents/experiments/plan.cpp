#include "agents/experiments/plan.h"

#include <fmt/format.h>

#include <cmath>

#include "agents/experiments/wording.h"
#include "statistics/planning.h"

namespace cpo::experiments {
namespace {

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

}  // namespace

Result<ExperimentPlan> plan_experiment(const PlanAssumptions& assumed,
                                       const Audience& audience,
                                       int arms) {
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
    const bool is_equal = !(audience.smallest_weight > 0);
    plan.needed_total = is_equal ? *needed * arms
                                 : static_cast<std::int64_t>(std::ceil(
                                       static_cast<double>(*needed) / audience.smallest_weight));
    plan.available = static_cast<std::int64_t>(
        std::floor(static_cast<double>(audience.size) * audience.coverage));
    // All segments are sent to side by side, so this one gets its share of a day's people.
    const double share = audience.share > 0 && audience.share <= 1 ? audience.share : 1;
    const double per_day = static_cast<double>(assumed.units_per_day) * share;
    plan.days =
        static_cast<std::int64_t>(std::ceil(static_cast<double>(plan.needed_total) / per_day)) +
        assumed.attribution_days;
    const auto in_smallest =
        is_equal ? plan.available / arms
                 : static_cast<std::int64_t>(
                       std::floor(static_cast<double>(plan.available) * audience.smallest_weight));
    plan.detectable_lift =
        statistics::detectable_lift(assumed.baseline, in_smallest, design).value_or(0);
    plan.is_feasible = plan.available >= plan.needed_total;
    plan.sentence = plan_sentence(plan);
    return plan;
}

std::string experiment_key(std::string_view goal, int segment) {
    return fmt::format("{}-s{}", slug_of(goal), segment);
}

}  // namespace cpo::experiments
