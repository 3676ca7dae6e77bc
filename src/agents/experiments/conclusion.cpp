#include "agents/experiments/conclusion.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "agents/experiments/wording.h"

namespace cpo::experiments {
namespace {

bool is_significant(const MetricResult& result, double alpha) {
    return result.adjusted_p_value && *result.adjusted_p_value <= alpha;
}

/// A value of the metric in its own way of writing.
std::string value_text(const MetricResult& result, double value) {
    return result.kind == name_of(MetricKind::kMean) ? amount(value) : percent(value);
}

/// Differences of shares are percentage points, not percent.
std::string difference_text(const MetricResult& result, double low, double high) {
    if (result.kind == name_of(MetricKind::kMean))
        return fmt::format("{} to {}", amount(low), amount(high));
    return fmt::format("{:.2f} to {:.2f} percentage points", low * 100, high * 100);
}

/// "conversion is 6.2 % instead of 5 % in control, a lift of 24 % (95 % interval of the difference:
/// 0.31 to 2.1 percentage points, adjusted for 2 comparisons)".
std::string compared(const Analysis& analysis, const MetricResult& result) {
    const auto is_control = [&](const MetricResult& other) {
        return other.metric == result.metric && other.arm == analysis.control;
    };
    const auto control = std::find_if(analysis.results.begin(), analysis.results.end(), is_control);
    const auto comparisons = std::count_if(
        analysis.results.begin(), analysis.results.end(), [&](const MetricResult& other) {
            return other.metric == result.metric && other.adjusted_p_value.has_value();
        });
    std::string text = fmt::format("{} is {} instead of {} in {}",
                                   result.metric,
                                   value_text(result, *result.mean),
                                   value_text(result, *control->mean),
                                   analysis.control);
    if (result.relative_lift) text += fmt::format(", a lift of {}", percent(*result.relative_lift));
    text += fmt::format(
        " ({} interval of the difference: {}{})",
        percent(1 - analysis.alpha),
        difference_text(result, *result.adjusted_low, *result.adjusted_high),
        comparisons > 1 ? fmt::format(", adjusted for {} comparisons", comparisons) : "");
    return text;
}

/// The guardrail result with the smallest adjusted p that rose significantly, or null.
const MetricResult* broken_guardrail(const Evidence& evidence, const Analysis& analysis) {
    const MetricResult* worst = nullptr;
    for (const MetricResult& result : analysis.results) {
        const auto is_guardrail = [&](const MetricData& metric) {
            return metric.is_guardrail && metric.name == result.metric;
        };
        if (std::none_of(evidence.metrics.begin(), evidence.metrics.end(), is_guardrail)) continue;
        if (!is_significant(result, analysis.alpha) || *result.difference <= 0) continue;
        if (worst == nullptr || *result.adjusted_p_value < *worst->adjusted_p_value)
            worst = &result;
    }
    return worst;
}

/// Significant results of the primary metric in one direction; best lower limit first (or worst
/// upper limit).
const MetricResult* clearest(const Analysis& analysis, bool is_better) {
    const MetricResult* found = nullptr;
    for (const MetricResult& result : analysis.results) {
        if (result.metric != analysis.primary_metric || !is_significant(result, analysis.alpha) ||
            (*result.difference > 0) != is_better || result.units < analysis.planned_per_arm)
            continue;
        if (found == nullptr || (is_better ? *result.adjusted_low > *found->adjusted_low
                                           : *result.adjusted_high < *found->adjusted_high))
            found = &result;
    }
    return found;
}

void keep_going(const Evidence& evidence, Analysis& analysis) {
    analysis.advice = Advice::kKeepGoing;
    if (analysis.planned_per_arm == 0) {
        analysis.sentence =
            "Keep going: no sample was planned, so there is no point at which a winner may be "
            "named. Plan one (planned_per_arm) before looking at results.";
        return;
    }
    analysis.sentence = fmt::format(
        "Keep going: the smallest arm has {} of {} planned units. Naming a winner before that "
        "would make false winners more likely than {}.",
        with_thousands(evidence.smallest_arm),
        with_thousands(analysis.planned_per_arm),
        percent(analysis.alpha));
}

void conclude_complete(Analysis& analysis) {
    const auto is_untested = [&](const MetricResult& result) {
        return result.metric == analysis.primary_metric && result.arm != analysis.control &&
               !result.p_value;
    };
    if (const MetricResult* best = clearest(analysis, true)) {
        analysis.advice = Advice::kShip;
        analysis.winner = best->arm;
        analysis.sentence = fmt::format("Ship '{}': {}.", best->arm, compared(analysis, *best));
    } else if (const MetricResult* worst = clearest(analysis, false)) {
        analysis.advice = Advice::kStop;
        analysis.sentence = fmt::format("Stop and keep '{}': in '{}' {}.",
                                        analysis.control,
                                        worst->arm,
                                        compared(analysis, *worst));
    } else {
        analysis.advice = Advice::kNoDifference;
        const auto untested =
            std::find_if(analysis.results.begin(), analysis.results.end(), is_untested);
        analysis.sentence = fmt::format(
            "No difference found: the planned sample is reached and no arm differs from '{}' on {} "
            "beyond chance (alpha {:g}).{}",
            analysis.control,
            analysis.primary_metric,
            analysis.alpha,
            untested == analysis.results.end()
                ? ""
                : fmt::format(
                      " '{}' could not be tested: {}.", untested->arm, untested->no_result_reason));
    }
}

}  // namespace

void conclude(const Evidence& evidence, Analysis& analysis) {
    if (analysis.sample_ratio.is_mismatch) {
        analysis.advice = Advice::kDoNotTrust;
        analysis.sentence = fmt::format(
            "Do not trust these results: the arms are not as large as planned, so something treats "
            "them differently before they are counted. {} Find the cause first.",
            analysis.sample_ratio.sentence);
    } else if (!evidence.plan.distrust_reason.empty()) {
        analysis.advice = Advice::kDoNotTrust;
        analysis.sentence = "Do not trust these results: " + evidence.plan.distrust_reason;
    } else if (const MetricResult* harm = broken_guardrail(evidence, analysis)) {
        analysis.advice = Advice::kStop;
        analysis.sentence = fmt::format(
            "Stop '{}': {}; this guardrail must not rise.", harm->arm, compared(analysis, *harm));
    } else if (!analysis.is_planned_sample_reached) {
        keep_going(evidence, analysis);
    } else {
        conclude_complete(analysis);
    }
}

}  // namespace cpo::experiments
