#include "model/experiment_json.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "model/json_fields.h"

namespace cpo {
namespace {

json::value or_null(const std::optional<double>& number) {
    return number ? json::value(*number) : json::value(nullptr);
}

json::value or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

json::array to_json(const std::vector<std::pair<double, double>>& ranges) {
    json::array array;
    for (const auto& [low, high] : ranges) array.push_back(json::array{low, high});
    return array;
}

json::object to_json(const MetricResult& result) {
    return {{"metric", result.metric},
            {"kind", result.kind},
            {"arm", result.arm},
            {"units", result.units},
            {"sum", result.sum},
            {"sum_of_squares", result.sum_of_squares},
            {"mean", or_null(result.mean)},
            {"mean_low", or_null(result.mean_low)},
            {"mean_high", or_null(result.mean_high)},
            {"difference", or_null(result.difference)},
            {"difference_low", or_null(result.difference_low)},
            {"difference_high", or_null(result.difference_high)},
            {"newcombe_low", or_null(result.newcombe_low)},
            {"newcombe_high", or_null(result.newcombe_high)},
            {"relative_lift", or_null(result.relative_lift)},
            {"relative_low", or_null(result.relative_low)},
            {"relative_high", or_null(result.relative_high)},
            {"p_value", or_null(result.p_value)},
            {"adjusted_p_value", or_null(result.adjusted_p_value)},
            {"adjusted_low", or_null(result.adjusted_low)},
            {"adjusted_high", or_null(result.adjusted_high)},
            {"reason", or_null(result.no_result_reason)}};
}

json::object to_json(const SampleRatioCheck& check) {
    return {{"statistic", check.statistic},
            {"degrees_of_freedom", check.degrees_of_freedom},
            {"p_value", check.p_value},
            {"is_mismatch", check.is_mismatch},
            {"sentence", check.sentence}};
}

Result<std::vector<std::pair<double, double>>> read_ranges(const JsonReader& reader) {
    std::vector<std::pair<double, double>> ranges;
    if (!reader.has("ranges")) return ranges;
    const auto* values = TRY(reader.array("ranges"));
    for (std::size_t i = 0; i < values->size(); ++i) {
        const auto* pair = (*values)[i].if_array();
        if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_number() ||
            !(*pair)[1].is_number())
            return invalid_argument(fmt::format(
                "{}/{}: expected a pair of numbers, [from, to)", reader.pointer_of("ranges"), i));
        ranges.emplace_back((*pair)[0].to_number<double>(), (*pair)[1].to_number<double>());
    }
    return ranges;
}

}  // namespace

json::object to_json(const ExperimentPlan& plan) {
    const PlanAssumptions& assumed = plan.assumptions;
    return {{"metric", plan.metric},
            {"assumptions",
             json::object{{"baseline", assumed.baseline},
                          {"minimum_lift", assumed.minimum_lift},
                          {"alpha", assumed.alpha},
                          {"power", assumed.power},
                          {"units_per_day", assumed.units_per_day},
                          {"attribution_days", assumed.attribution_days}}},
            {"comparisons", plan.comparisons},
            {"needed_per_arm", plan.needed_per_arm},
            {"needed_total", plan.needed_total},
            {"available", plan.available},
            {"days", plan.days},
            {"detectable_lift",
             plan.detectable_lift > 0 ? json::value(plan.detectable_lift) : json::value(nullptr)},
            {"is_feasible", plan.is_feasible},
            {"sentence", plan.sentence}};
}

Result<ExperimentPlan> read_experiment_plan(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    const auto assumed = TRY(reader.object("assumptions"));
    ExperimentPlan plan;
    plan.metric = TRY(reader.string("metric"));
    plan.assumptions.baseline = TRY(assumed.number("baseline"));
    plan.assumptions.minimum_lift = TRY(assumed.number("minimum_lift"));
    plan.assumptions.alpha = TRY(assumed.number("alpha"));
    plan.assumptions.power = TRY(assumed.number("power"));
    plan.assumptions.units_per_day = TRY(assumed.integer("units_per_day"));
    plan.assumptions.attribution_days = TRY(read_count<int>(assumed, "attribution_days"));
    plan.comparisons = TRY(read_count<int>(reader, "comparisons"));
    plan.needed_per_arm = TRY(reader.integer("needed_per_arm"));
    plan.needed_total = TRY(reader.integer("needed_total"));
    plan.available = TRY(reader.integer("available"));
    plan.days = TRY(reader.integer("days"));
    plan.detectable_lift = TRY(reader.number_or("detectable_lift", 0));
    plan.is_feasible = TRY(reader.boolean("is_feasible"));
    plan.sentence = TRY(reader.string("sentence"));
    return plan;
}

json::object to_json(const Experiment& experiment) {
    const AssignmentConfig& config = experiment.assignment;
    json::array arms;
    for (const Arm& arm : experiment.arms)
        arms.push_back(json::object{{"key", arm.key}, {"variant", arm.variant}});
    return {{"key", config.key},
            {"segment", experiment.segment},
            {"seed", config.seed},
            {"hash_version", config.hash_version},
            {"coverage", config.coverage},
            {"weights", json::array(config.weights.begin(), config.weights.end())},
            {"ranges", to_json(config.ranges)},
            {"arms", std::move(arms)},
            {"control", experiment.control},
            {"plan", to_json(experiment.plan)}};
}

json::object to_json(const Analysis& analysis) {
    json::array results;
    for (const MetricResult& result : analysis.results) results.push_back(to_json(result));
    json::object ignored;
    for (const auto& [reason, count] : analysis.ignored) ignored[reason] = count;
    json::array notices;
    for (const std::string& notice : analysis.notices) notices.emplace_back(notice);
    return {{"experiment", analysis.experiment},
            {"control", analysis.control},
            {"alpha", analysis.alpha},
            {"advice", name_of(analysis.advice)},
            {"winner", or_null(analysis.winner)},
            {"sentence", analysis.sentence},
            {"primary_metric", analysis.primary_metric},
            {"planned_per_arm", analysis.planned_per_arm},
            {"is_planned_sample_reached", analysis.is_planned_sample_reached},
            {"sample_ratio", to_json(analysis.sample_ratio)},
            {"results", std::move(results)},
            {"ignored", std::move(ignored)},
            {"notices", std::move(notices)}};
}

Result<AssignmentConfig> read_assignment_config(const json::value& value,
                                                const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    const auto known = reader.only({"key",
                                    "name",
                                    "description",
                                    "segment",
                                    "seed",
                                    "hash_version",
                                    "hash_attribute",
                                    "coverage",
                                    "weights",
                                    "ranges",
                                    "arms",
                                    "control",
                                    "plan"});
    if (!known) return known.error();
    AssignmentConfig config;
    config.key = TRY(reader.string("key"));
    config.seed = TRY(reader.string_or("seed", config.key));
    const auto version = TRY(reader.integer_or("hash_version", 2));
    if (version != 2)
        return invalid_argument(fmt::format("{}: only version 2 is supported, found {}",
                                            reader.pointer_of("hash_version"),
                                            version));
    config.hash_attribute = TRY(reader.string_or("hash_attribute", "id"));
    config.coverage = TRY(reader.number_or("coverage", 1.0));
    const auto* arms = TRY(reader.array("arms"));
    for (std::size_t i = 0; i < arms->size(); ++i) {
        const auto arm =
            TRY(JsonReader::of((*arms)[i], fmt::format("{}/{}", reader.pointer_of("arms"), i)));
        config.arms.push_back(TRY(arm.string("key")));
    }
    config.weights = TRY(reader.numbers_or_empty("weights"));
    if (!reader.has("weights") && !config.arms.empty())
        config.weights.assign(config.arms.size(), 1.0 / static_cast<double>(config.arms.size()));
    config.ranges = TRY(read_ranges(reader));
    return config;
}

}  // namespace cpo
