#include "agents/experiments/analysis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <optional>

#include "agents/experiments/conclusion.h"
#include "agents/experiments/wording.h"
#include "statistics/comparison.h"
#include "statistics/distributions.h"
#include "statistics/moments.h"
#include "statistics/multiplicity.h"
#include "statistics/sample_ratio.h"

namespace cpo::experiments {
namespace {

constexpr double kExpectedUnitsMin = 5;  ///< Per arm, below it chi-square is no approximation.

Error metric_error(const MetricData& metric, const std::string& arm, const std::string& reason) {
    return invalid_argument(fmt::format("metric '{}', arm '{}': {}", metric.name, arm, reason));
}

Result<void> validate_plan(const AnalysisPlan& plan) {
    if (plan.arms.size() < 2 || plan.arms.size() > kAnalysisArmsMax)
        return invalid_argument(
            fmt::format("experiment: arms: between 2 and {} are needed, found {}",
                        kAnalysisArmsMax,
                        plan.arms.size()));
    for (std::size_t i = 0; i < plan.arms.size(); ++i)
        if (std::count(plan.arms.begin(), plan.arms.end(), plan.arms[i]) > 1)
            return invalid_argument(
                fmt::format("experiment: arms: the key '{}' is there twice", plan.arms[i]));
    if (std::find(plan.arms.begin(), plan.arms.end(), plan.control) == plan.arms.end())
        return invalid_argument(
            fmt::format("experiment: control: '{}' is none of the arms", plan.control));
    if (!(plan.alpha > 0 && plan.alpha < 1))
        return invalid_argument("experiment: alpha: it lies between 0 and 1");
    if (!plan.exposed.empty() && plan.exposed.size() != plan.arms.size())
        return invalid_argument("experiment: exposed: one count per arm is needed");
    if (plan.planned_per_arm < 0)
        return invalid_argument("experiment: planned_per_arm: it cannot be negative");
    double sum = 0;
    for (const double weight : plan.weights) {
        if (!(weight >= 0)) return invalid_argument("experiment: weights: none can be negative");
        sum += weight;
    }
    if (plan.weights.size() != plan.arms.size() || !(std::abs(sum - 1) <= 1e-9))
        return invalid_argument(fmt::format(
            "experiment: weights: one per arm with the sum 1 are needed, found {} with the sum {}",
            plan.weights.size(),
            sum));
    return {};
}

/// Cauchy's inequality with room for rounding: what every set of values fulfils.
bool is_possible(double units, double sum, double sum_of_squares) {
    return sum * sum <= units * sum_of_squares * (1 + 1e-9) + 1e-9 * std::abs(units);
}

Result<void> validate_statistics(const MetricData& metric, const ArmStatistics& arm) {
    if (arm.units < 0) return metric_error(metric, arm.arm, "units cannot be negative");
    for (const double number : {arm.sum,
                                arm.sum_of_squares,
                                arm.denominator_sum,
                                arm.denominator_sum_of_squares,
                                arm.sum_of_products})
        if (!std::isfinite(number)) return metric_error(metric, arm.arm, "a number is not finite");
    const auto units = static_cast<double>(arm.units);
    if (!is_possible(units, arm.sum, arm.sum_of_squares))
        return metric_error(metric,
                            arm.arm,
                            fmt::format("sum_of_squares {} is too small for the sum {} of {} units",
                                        arm.sum_of_squares,
                                        arm.sum,
                                        arm.units));
    if (metric.kind == MetricKind::kProportion) {
        if (arm.sum < 0 || arm.sum > units)
            return metric_error(
                metric, arm.arm, fmt::format("sum {} of {} units is no share", arm.sum, arm.units));
        if (std::abs(arm.sum_of_squares - arm.sum) > 1e-9 * units)
            return metric_error(
                metric,
                arm.arm,
                "a proportion has values 0 and 1, so sum_of_squares equals sum; this is kind mean");
    }
    if (metric.kind == MetricKind::kRatio &&
        (!is_possible(units, arm.denominator_sum, arm.denominator_sum_of_squares) ||
         arm.denominator_sum < 0))
        return metric_error(metric, arm.arm, "the denominator's sums fit no data");
    return {};
}

Result<void> validate_metric(const AnalysisPlan& plan, const MetricData& metric) {
    if (metric.name.empty()) return invalid_argument("metrics: a metric has no name");
    std::vector<std::string> seen;
    for (const ArmStatistics& arm : metric.arms) {
        if (std::find(plan.arms.begin(), plan.arms.end(), arm.arm) == plan.arms.end())
            return metric_error(metric, arm.arm, "the experiment has no such arm");
        if (std::find(seen.begin(), seen.end(), arm.arm) != seen.end())
            return metric_error(metric, arm.arm, "it is there twice");
        seen.push_back(arm.arm);
        const auto valid = validate_statistics(metric, arm);
        if (!valid) return valid.error();
    }
    return {};
}

ArmStatistics statistics_of(const MetricData& metric, const std::string& arm) {
    for (const ArmStatistics& candidate : metric.arms)
        if (candidate.arm == arm) return candidate;
    ArmStatistics none;
    none.arm = arm;
    return none;
}

/// Nothing when the arm has no units, or no denominator.
std::optional<statistics::Sample> sample_of(MetricKind kind, const ArmStatistics& arm) {
    if (arm.units < 1) return std::nullopt;
    switch (kind) {
        case MetricKind::kProportion: {
            const double share = arm.sum / static_cast<double>(arm.units);
            return statistics::Sample{arm.units, share, share * (1 - share)};
        }
        case MetricKind::kMean: {
            const auto moments =
                statistics::Moments::from_sums(arm.units, arm.sum, arm.sum_of_squares);
            return statistics::Sample{arm.units, moments.mean(), moments.variance()};
        }
        case MetricKind::kRatio:
            return statistics::ratio_sample({arm.units,
                                             arm.sum,
                                             arm.sum_of_squares,
                                             arm.denominator_sum,
                                             arm.denominator_sum_of_squares,
                                             arm.sum_of_products});
    }
    std::abort();
}

std::string missing_reason(const ArmStatistics& arm) {
    return arm.units < 1 ? fmt::format("arm '{}' has no units", arm.arm)
                         : fmt::format("the denominator of arm '{}' is 0", arm.arm);
}

/// The arm on its own: mean and interval.
MetricResult describe(const MetricData& metric, const ArmStatistics& arm, double alpha) {
    MetricResult result;
    result.metric = metric.name;
    result.kind = name_of(metric.kind);
    result.arm = arm.arm;
    result.units = arm.units;
    result.sum = arm.sum;
    result.sum_of_squares = arm.sum_of_squares;
    const auto sample = sample_of(metric.kind, arm);
    if (!sample) {
        result.no_result_reason = missing_reason(arm);
        return result;
    }
    result.mean = sample->mean;
    if (metric.kind == MetricKind::kProportion) {
        const auto interval = statistics::wilson(arm.sum, arm.units, alpha);
        result.mean_low = interval.low;
        result.mean_high = interval.high;
    } else if (arm.units > 1) {
        const auto units = static_cast<double>(arm.units);
        const double half_width = statistics::student_t_quantile(1 - alpha / 2, units - 1) *
                                  std::sqrt(sample->variance / units);
        result.mean_low = sample->mean - half_width;
        result.mean_high = sample->mean + half_width;
    }
    return result;
}

void set_relative(const statistics::Sample& control,
                  const statistics::Sample& arm,
                  double alpha,
                  MetricResult& result) {
    const auto relative = statistics::relative_lift(control, arm, alpha);
    if (!relative) {
        result.no_result_reason = "no relative lift: the mean of control is 0";
        return;
    }
    result.relative_lift = relative->lift;
    if (!relative->is_bounded()) {
        result.no_result_reason =
            "relative effect unbounded: the mean of control cannot be told from 0";
        return;
    }
    result.relative_low = relative->interval.low;
    result.relative_high = relative->interval.high;
}

/// Adds the comparison with control; nothing when it cannot be tested.
std::optional<statistics::Comparison> compare(const MetricData& metric,
                                              const ArmStatistics& control,
                                              const ArmStatistics& arm,
                                              double alpha,
                                              MetricResult& result) {
    const auto control_sample = sample_of(metric.kind, control);
    const auto sample = sample_of(metric.kind, arm);
    if (!control_sample || !sample) {
        result.no_result_reason = missing_reason(control_sample ? arm : control);
        return std::nullopt;
    }
    result.difference = sample->mean - control_sample->mean;
    if (metric.kind == MetricKind::kProportion) {
        const auto interval =
            statistics::newcombe({control.sum, control.units}, {arm.sum, arm.units}, alpha);
        result.newcombe_low = interval.low;
        result.newcombe_high = interval.high;
    }
    const auto comparison = statistics::welch(*control_sample, *sample);
    if (!comparison) {
        result.no_result_reason = control.units < 2 || arm.units < 2
                                      ? "an interval needs two units in both arms"
                                      : "no interval: no value varies in either arm";
        return std::nullopt;
    }
    const auto interval = comparison->interval(alpha);
    result.difference_low = interval.low;
    result.difference_high = interval.high;
    result.p_value = comparison->p_value;
    set_relative(*control_sample, *sample, alpha, result);
    return comparison;
}

/// Results of one metric, in the order of the plan's arms.
std::vector<MetricResult> compare_arms(const AnalysisPlan& plan, const MetricData& metric) {
    const ArmStatistics control = statistics_of(metric, plan.control);
    std::vector<MetricResult> results;
    std::vector<std::size_t> tested;
    std::vector<statistics::Comparison> comparisons;
    std::vector<double> p_values;
    for (const std::string& key : plan.arms) {
        const ArmStatistics arm = statistics_of(metric, key);
        MetricResult result = describe(metric, arm, plan.alpha);
        if (key != plan.control) {
            const auto comparison = compare(metric, control, arm, plan.alpha, result);
            if (comparison) {
                tested.push_back(results.size());
                comparisons.push_back(*comparison);
                p_values.push_back(comparison->p_value);
            }
        }
        results.push_back(std::move(result));
    }
    const auto adjusted = statistics::holm(p_values, plan.alpha);
    for (std::size_t i = 0; i < tested.size(); ++i) {
        const auto interval = comparisons[i].interval(adjusted.interval_alphas[i]);
        results[tested[i]].adjusted_p_value = adjusted.p_values[i];
        results[tested[i]].adjusted_low = interval.low;
        results[tested[i]].adjusted_high = interval.high;
    }
    return results;
}

SampleRatioCheck check_ratio(const AnalysisPlan& plan, const std::vector<std::int64_t>& exposed) {
    SampleRatioCheck check;
    const auto ratio = statistics::check_sample_ratio(exposed, plan.weights);
    double units = 0;
    double weight_min = 1;
    for (std::size_t i = 0; i < exposed.size(); ++i) {
        if (plan.weights[i] <= 0) continue;
        units += static_cast<double>(exposed[i]);
        weight_min = std::min(weight_min, plan.weights[i]);
    }
    if (!ratio || units * weight_min < kExpectedUnitsMin) {
        check.sentence =
            fmt::format("Sample ratio not checked: it needs {} expected units in each of two arms.",
                        kExpectedUnitsMin);
        return check;
    }
    check.statistic = ratio->statistic;
    check.degrees_of_freedom = ratio->degrees_of_freedom;
    check.p_value = ratio->p_value;
    check.is_mismatch = ratio->is_mismatch();
    std::string found;
    for (std::size_t i = 0; i < exposed.size(); ++i)
        found += fmt::format("{}{} {} (planned {})",
                             i == 0 ? "" : ", ",
                             plan.arms[i],
                             with_thousands(exposed[i]),
                             percent(plan.weights[i]));
    check.sentence =
        fmt::format("{}: {}; p = {:.2g}.",
                    check.is_mismatch ? "Sample ratio mismatch" : "Sample ratio as planned",
                    found,
                    check.p_value);
    return check;
}

Result<const MetricData*> primary_of(const AnalysisPlan& plan,
                                     const std::vector<MetricData>& metrics) {
    const MetricData* first = nullptr;
    const MetricData* conversion = nullptr;
    for (const MetricData& metric : metrics) {
        if (!plan.primary_metric.empty() && metric.name == plan.primary_metric) return &metric;
        if (metric.is_guardrail) continue;
        if (first == nullptr) first = &metric;
        if (metric.name == "conversion") conversion = &metric;
    }
    if (!plan.primary_metric.empty())
        return invalid_argument(fmt::format("experiment: primary_metric: there is no metric '{}'",
                                            plan.primary_metric));
    if (first == nullptr)
        return invalid_argument("metrics: a verdict needs one that is no guardrail");
    return conversion != nullptr ? conversion : first;
}

}  // namespace

Result<Analysis> analyze(const AnalysisPlan& plan, const std::vector<MetricData>& metrics) {
    const auto valid_plan = validate_plan(plan);
    if (!valid_plan) return valid_plan.error();
    if (metrics.size() > kAnalysisMetricsMax)
        return invalid_argument(fmt::format("metrics: at most {}", kAnalysisMetricsMax));
    for (const MetricData& metric : metrics) {
        const auto valid = validate_metric(plan, metric);
        if (!valid) return valid.error();
        const auto is_same = [&](const MetricData& other) { return other.name == metric.name; };
        if (std::count_if(metrics.begin(), metrics.end(), is_same) > 1)
            return invalid_argument(
                fmt::format("metrics: the name '{}' is there twice", metric.name));
    }
    const MetricData* primary = TRY(primary_of(plan, metrics));
    std::vector<std::int64_t> exposed = plan.exposed;
    if (exposed.empty())
        for (const std::string& arm : plan.arms)
            exposed.push_back(statistics_of(*primary, arm).units);

    Analysis analysis;
    analysis.experiment = plan.experiment;
    analysis.control = plan.control;
    analysis.alpha = plan.alpha;
    analysis.primary_metric = primary->name;
    analysis.planned_per_arm = plan.planned_per_arm;
    // An arm of weight 0 gets no new units: nobody waits for it, and it cannot win.
    std::int64_t smallest = std::numeric_limits<std::int64_t>::max();
    for (std::size_t i = 0; i < exposed.size(); ++i)
        if (plan.weights[i] > 0) smallest = std::min(smallest, exposed[i]);
    analysis.is_planned_sample_reached =
        plan.planned_per_arm > 0 && smallest >= plan.planned_per_arm;
    analysis.sample_ratio = check_ratio(plan, exposed);
    for (const MetricData& metric : metrics) {
        auto results = compare_arms(plan, metric);
        std::move(results.begin(), results.end(), std::back_inserter(analysis.results));
    }
    conclude({plan, metrics, smallest}, analysis);
    return analysis;
}

}  // namespace cpo::experiments
