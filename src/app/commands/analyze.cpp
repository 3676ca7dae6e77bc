#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "agents/experiments/analysis_input.h"
#include "agents/experiments/event_log.h"
#include "agents/experiments/wording.h"
#include "app/commands/commands.h"
#include "app/event_file.h"
#include "app/experiment_file.h"
#include "app/files.h"
#include "model/experiment_json.h"

namespace cpo::app {
namespace {

struct AnalyzeOptions {
    std::string input;
    std::string key;
    std::string events;
    std::string output;
    bool is_json = false;
};

/// {experiment, metrics}, or an experiment of experiments.json alone.
Result<experiments::AnalysisInput> read_input(const AnalyzeOptions& options) {
    auto value = TRY(read_experiment_file(options.input, options.key));
    const auto* object = value.if_object();
    if (object != nullptr && object->contains("arms") && !object->contains("experiment"))
        value = json::object{{"experiment", std::move(value)}};
    auto input = experiments::read_analysis_input(value);
    if (!input)
        return invalid_argument(fmt::format("{}: {}", options.input, input.error().message));
    return input;
}

Result<Analysis> analyze_events(experiments::AnalysisInput input, const AnalyzeOptions& options) {
    if (!input.metrics.empty())
        return invalid_argument(
            "--events: the metrics of --input already carry statistics; leave out one of the two");
    auto log = TRY(read_event_file(options.events));
    const auto readable = experiments::check_rejected(log);
    if (!readable)
        return invalid_argument(fmt::format("{}: {}", options.events, readable.error().message));
    auto summary = experiments::summarize(input.scope, std::move(log.events));
    input.plan.exposed = std::move(summary.exposed);
    input.plan.distrust_reason = std::move(summary.distrust_reason);
    auto analysis = TRY(experiments::analyze(input.plan, summary.metrics));
    analysis.ignored = std::move(summary.ignored);
    analysis.notices = std::move(summary.notices);
    if (log.rejected_count > 0) {
        analysis.ignored.emplace_back("line that cannot be read",
                                      static_cast<std::int64_t>(log.rejected_count));
        for (const auto& [line, reason] : log.rejected)
            analysis.notices.push_back(fmt::format("Line {} was set aside: {}.", line, reason));
    }
    return analysis;
}

std::string number_or_dash(const std::optional<double>& value, bool is_share) {
    if (!value) return "-";
    return is_share ? experiments::percent(*value) : experiments::amount(*value);
}

std::string interval_or_dash(const std::optional<double>& low,
                             const std::optional<double>& high,
                             bool is_share) {
    if (!low || !high) return "-";
    return fmt::format("{} to {}", number_or_dash(low, is_share), number_or_dash(high, is_share));
}

/// "-" where there is none, four digits else, never a rounded 0.
std::string p_or_dash(const std::optional<double>& p) {
    if (!p) return "-";
    return *p < 0.0001 ? "<0.0001" : fmt::format("{:.4f}", *p);
}

void print_table(const Analysis& analysis) {
    using Row = std::array<std::string, 8>;
    const std::string level = experiments::percent(1 - analysis.alpha);
    std::vector<Row> rows{{"metric",
                           "arm",
                           "units",
                           "value",
                           "lift",
                           fmt::format("{} interval", level),
                           "p",
                           "adjusted p"}};
    for (const MetricResult& result : analysis.results) {
        const bool is_share = result.kind != name_of(MetricKind::kMean);
        rows.push_back({result.metric,
                        result.arm,
                        experiments::with_thousands(result.units),
                        number_or_dash(result.mean, is_share),
                        number_or_dash(result.relative_lift, true),
                        interval_or_dash(result.relative_low, result.relative_high, true),
                        p_or_dash(result.p_value),
                        p_or_dash(result.adjusted_p_value)});
    }
    std::array<std::size_t, 8> widths{};
    for (const Row& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            std::cout << (i < 2 ? fmt::format("{:<{}}  ", row[i], widths[i])
                                : fmt::format("{:>{}}  ", row[i], widths[i]));
        std::cout << '\n';
    }
}

void print_analysis(const Analysis& analysis) {
    std::cout << fmt::format("Experiment {}\n{}\n\n", analysis.experiment, analysis.sentence);
    print_table(analysis);
    std::cout << '\n' << analysis.sample_ratio.sentence << '\n';
    for (const MetricResult& result : analysis.results)
        if (!result.no_result_reason.empty())
            std::cout << fmt::format(
                "{}, {}: {}\n", result.metric, result.arm, result.no_result_reason);
    for (const auto& [reason, count] : analysis.ignored)
        std::cout << fmt::format(
            "Not counted: {} x {}\n", experiments::with_thousands(count), reason);
    for (const std::string& notice : analysis.notices) std::cout << "Note: " << notice << '\n';
}

Result<void> run_analyze(const AnalyzeOptions& options) {
    auto input = TRY(read_input(options));
    if (options.events.empty() && input.metrics.empty())
        return invalid_argument(
            "nothing to analyze: give metrics with statistics per arm in --input, or --events");
    const Analysis analysis = options.events.empty()
                                  ? TRY(experiments::analyze(input.plan, input.metrics))
                                  : TRY(analyze_events(std::move(input), options));
    if (!options.output.empty()) {
        auto written = write_file(options.output, write_json_pretty(to_json(analysis)));
        if (!written || options.output == "-") return written;
    }
    if (options.is_json)
        std::cout << write_json(to_json(analysis)) << '\n';
    else
        print_analysis(analysis);
    return {};
}

}  // namespace

void add_analyze_command(Command root, ExitCode& exit) {
    Command verb = root.add_verb(
        "analyze", "Results and verdict of an experiment, from statistics per arm or from events");
    auto options = std::make_shared<AnalyzeOptions>();
    verb.option("--input",
                options->input,
                "JSON {experiment, metrics}, or the experiments.json of cpo run; - is standard "
                "input")
        .required();
    verb.option("--key", options->key, "which experiment of experiments.json");
    verb.option("--events",
                options->events,
                "exposures and outcomes, one JSON object a line, or a CSV (name ends in .csv "
                "or .csv.gz)");
    verb.option("--output", options->output, "file for the analysis as JSON; - is standard output");
    verb.flag("--json", options->is_json, "print the analysis as one JSON object");
    verb.footer(
        "Example:\n  cpo analyze --input out/experiments.json --key win-back-lapsed-customers-s0 "
        "\\\n"
        "    --events events.jsonl\nThe formats are described in docs/experiments.md.");
    verb.on_run([options, &exit] { exit.value = finish(run_analyze(*options)); });
}

}  // namespace cpo::app
