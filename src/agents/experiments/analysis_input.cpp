#include "agents/experiments/analysis_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace cpo::experiments {
namespace {

constexpr std::int64_t kAttributionDaysMax = 3650;

std::string element_pointer(const JsonReader& reader, std::string_view key, std::size_t i) {
    return fmt::format("{}/{}", reader.pointer_of(key), i);
}

Error at(const std::string& pointer, const std::string& reason) {
    return invalid_argument(fmt::format("{}: {}", pointer, reason));
}

/// ["control", "urgent"] or [{"key": "control"}, ...].
Result<std::vector<std::string>> read_arms(const JsonReader& experiment) {
    std::vector<std::string> arms;
    const auto* values = TRY(experiment.array("arms"));
    for (std::size_t i = 0; i < values->size(); ++i) {
        const json::value& arm = (*values)[i];
        if (arm.is_string()) {
            arms.emplace_back(arm.get_string());
            continue;
        }
        const auto reader = TRY(JsonReader::of(arm, element_pointer(experiment, "arms", i)));
        arms.push_back(TRY(reader.string("key")));
    }
    return arms;
}

Result<std::optional<Time>> read_time(const JsonReader& reader, std::string_view key) {
    if (!reader.has(key)) return std::optional<Time>();
    const auto time = parse_time(TRY(reader.string(key)));
    if (!time) return at(reader.pointer_of(key), "expected a time like 2011-12-09T12:50:00Z");
    return time;
}

/// Defaults that an element of experiments.json carries in its plan.
Result<void> read_plan(const JsonReader& experiment, AnalysisInput& input, std::int64_t& days) {
    if (!experiment.has("plan")) return {};
    const auto plan = TRY(experiment.object("plan"));
    input.plan.planned_per_arm = TRY(plan.integer_or("needed_per_arm", 0));
    if (!plan.has("assumptions")) return {};
    const auto assumptions = TRY(plan.object("assumptions"));
    input.plan.alpha = TRY(assumptions.number_or("alpha", input.plan.alpha));
    days = TRY(assumptions.integer_or("attribution_days", days));
    return {};
}

Result<void> read_experiment(const JsonReader& experiment, AnalysisInput& input) {
    const auto known = experiment.only(
        {"key",     "name",           "segment",        "seed",    "hash_version",
         "arms",    "hash_attribute", "coverage",       "weights", "ranges",
         "control", "plan",           "description",    "alpha",   "planned_per_arm",
         "start",   "stop",           "primary_metric", "exposed", "attribution_days"});
    if (!known) return known.error();
    AnalysisPlan& plan = input.plan;
    plan.experiment = TRY(experiment.string("key"));
    plan.arms = TRY(read_arms(experiment));
    plan.control = TRY(experiment.string_or("control", "control"));
    plan.weights = TRY(experiment.numbers_or_empty("weights"));
    if (!experiment.has("weights") && !plan.arms.empty())
        plan.weights.assign(plan.arms.size(), 1.0 / static_cast<double>(plan.arms.size()));
    std::int64_t days = input.scope.attribution.count();
    const auto planned = read_plan(experiment, input, days);
    if (!planned) return planned.error();
    plan.planned_per_arm = TRY(experiment.integer_or("planned_per_arm", plan.planned_per_arm));
    plan.alpha = TRY(experiment.number_or("alpha", plan.alpha));
    plan.primary_metric = TRY(experiment.string_or("primary_metric", ""));
    for (const double count : TRY(experiment.numbers_or_empty("exposed"))) {
        if (!(count >= 0 && count <= 0x1p53))
            return at(experiment.pointer_of("exposed"), "expected counts of units");
        plan.exposed.push_back(static_cast<std::int64_t>(count));
    }
    days = TRY(experiment.integer_or("attribution_days", days));
    if (days < 1 || days > kAttributionDaysMax)
        return at(experiment.pointer_of("attribution_days"),
                  fmt::format("expected 1 ... {} days", kAttributionDaysMax));
    input.scope.attribution = std::chrono::days(days);
    input.scope.start = TRY(read_time(experiment, "start"));
    input.scope.stop = TRY(read_time(experiment, "stop"));
    input.scope.arms = plan.arms;
    return {};
}

Result<ArmStatistics> read_statistics(const JsonReader& arm, MetricKind kind) {
    const auto known = arm.only({"arm",
                                 "units",
                                 "sum",
                                 "sum_of_squares",
                                 "denominator_sum",
                                 "denominator_sum_of_squares",
                                 "sum_of_products"});
    if (!known) return known.error();
    ArmStatistics statistics;
    statistics.arm = TRY(arm.string("arm"));
    statistics.units = TRY(arm.integer("units"));
    statistics.sum = TRY(arm.number("sum"));
    // The squares of zeros and ones are zeros and ones.
    statistics.sum_of_squares = kind == MetricKind::kProportion
                                    ? TRY(arm.number_or("sum_of_squares", statistics.sum))
                                    : TRY(arm.number("sum_of_squares"));
    if (kind != MetricKind::kRatio) return statistics;
    statistics.denominator_sum = TRY(arm.number("denominator_sum"));
    statistics.denominator_sum_of_squares = TRY(arm.number("denominator_sum_of_squares"));
    statistics.sum_of_products = TRY(arm.number("sum_of_products"));
    return statistics;
}

Result<MetricKind> read_kind(const JsonReader& metric) {
    const auto kind = parse_metric_kind(TRY(metric.string("kind")));
    if (!kind) return at(metric.pointer_of("kind"), "expected proportion, mean or ratio");
    return *kind;
}

Result<MetricData> read_metric(const JsonReader& metric) {
    const auto known = metric.only({"name", "kind", "guardrail", "arms"});
    if (!known) return known.error();
    MetricData data;
    data.name = TRY(metric.string("name"));
    data.kind = TRY(read_kind(metric));
    data.is_guardrail = TRY(metric.boolean_or("guardrail", is_guardrail_name(data.name)));
    const auto* arms = TRY(metric.array("arms"));
    for (std::size_t i = 0; i < arms->size(); ++i) {
        const auto arm = TRY(JsonReader::of((*arms)[i], element_pointer(metric, "arms", i)));
        data.arms.push_back(TRY(read_statistics(arm, data.kind)));
    }
    return data;
}

Result<MetricRule> read_rule(const JsonReader& metric) {
    const auto known = metric.only({"name", "kind", "guardrail", "events", "aggregate"});
    if (!known) return known.error();
    MetricRule rule;
    rule.name = TRY(metric.string("name"));
    rule.kind = TRY(read_kind(metric));
    rule.is_guardrail = TRY(metric.boolean_or("guardrail", is_guardrail_name(rule.name)));
    rule.events = TRY(metric.strings_or_empty("events"));
    if (rule.events.empty()) rule.events.push_back(rule.name);
    const auto aggregate =
        TRY(metric.string_or("aggregate", rule.kind == MetricKind::kProportion ? "any" : "count"));
    if (aggregate == "any")
        rule.aggregate = Aggregate::kAny;
    else if (aggregate == "count")
        rule.aggregate = Aggregate::kCount;
    else if (aggregate == "sum")
        rule.aggregate = Aggregate::kSum;
    else
        return at(metric.pointer_of("aggregate"), "expected any, count or sum");
    if ((rule.kind == MetricKind::kProportion) != (rule.aggregate == Aggregate::kAny))
        return at(metric.pointer_of("aggregate"), "any belongs to proportions, and only to them");
    return rule;
}

Result<void> read_metrics(const JsonReader& reader, AnalysisInput& input) {
    if (!reader.has("metrics")) {
        input.scope.rules = default_metric_rules();
        return {};
    }
    const auto* metrics = TRY(reader.array("metrics"));
    if (metrics->size() > kAnalysisMetricsMax)
        return at("/metrics", fmt::format("at most {}", kAnalysisMetricsMax));
    for (std::size_t i = 0; i < metrics->size(); ++i) {
        const auto metric =
            TRY(JsonReader::of((*metrics)[i], element_pointer(reader, "metrics", i)));
        if (metric.has("arms"))
            input.metrics.push_back(TRY(read_metric(metric)));
        else
            input.scope.rules.push_back(TRY(read_rule(metric)));
    }
    if (!input.metrics.empty() && !input.scope.rules.empty())
        return at("/metrics", "either all metrics carry statistics (arms) or none does");
    if (metrics->empty()) input.scope.rules = default_metric_rules();
    return {};
}

}  // namespace

Result<AnalysisInput> read_analysis_input(const json::value& value) {
    const auto reader = TRY(JsonReader::of(value));
    const auto known = reader.only({"experiment", "metrics"});
    if (!known) return known.error();
    AnalysisInput input;
    const auto experiment = TRY(reader.object("experiment"));
    const auto read = read_experiment(experiment, input);
    if (!read) return read.error();
    const auto metrics = read_metrics(reader, input);
    if (!metrics) return metrics.error();
    return input;
}

}  // namespace cpo::experiments
