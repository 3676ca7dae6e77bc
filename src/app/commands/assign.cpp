#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "agents/experiments/assignment.h"
#include "app/commands/commands.h"
#include "app/experiment_file.h"
#include "app/files.h"
#include "base/csv_field.h"
#include "ingest/columns.h"
#include "ingest/csv.h"
#include "ingest/read_log.h"
#include "model/experiment_json.h"

namespace cpo::app {
namespace {

constexpr double kRejectedShareMax = 0.05;
constexpr std::size_t kRejectedListedMax = 10;

struct AssignOptions {
    std::string experiment;
    std::string key;
    std::string units;
    std::string output = "-";
};

Result<AssignmentConfig> read_config(const AssignOptions& options) {
    const auto value = TRY(read_experiment_file(options.experiment, options.key));
    auto config = read_assignment_config(value);
    if (!config)
        return invalid_argument(fmt::format("{}: {}", options.experiment, config.error().message));
    const auto valid = experiments::validate(*config);
    if (!valid)
        return invalid_argument(fmt::format("{}: {}", options.experiment, valid.error().message));
    return config;
}

/// "unit,arm,reason" for every unit of the file, in its order.
Result<std::string> assign_units(const AssignmentConfig& config, const std::string& path) {
    const auto input = TRY(open_input(path));
    auto csv = TRY(ingest::CsvReader::open(*input, path, {}));
    const auto column = ingest::find_column(csv.header(), "unit");
    if (!column) return ingest::missing_column(path, csv.header(), "unit");
    ingest::ReadLog log;
    ingest::CsvRecord record;
    std::size_t records = 0;
    std::string lines = "unit,arm,reason\n";
    while (TRY(csv.next(record))) {
        log.count_line();
        ++records;
        if (!record.fault.empty()) {
            log.reject(record);
            continue;
        }
        const std::string_view unit = record.fields[*column];
        const Assignment assignment = experiments::assign(config, unit);
        lines += csv_field(unit);
        lines += ',';
        if (assignment.arm >= 0)
            lines += csv_field(config.arms[static_cast<std::size_t>(assignment.arm)]);
        lines += ',';
        lines += assignment.reason;
        lines += '\n';
    }
    if (records == 0) return lines;
    const ReadSummary summary = TRY(log.finish(csv, path, kRejectedShareMax));
    for (const std::string& notice : summary.notices) std::cerr << "Note: " << notice << '\n';
    for (std::size_t i = 0; i < std::min(summary.rejected.size(), kRejectedListedMax); ++i)
        std::cerr << fmt::format(
            "Line {} was set aside: {}\n", summary.rejected[i].line, summary.rejected[i].reason);
    return lines;
}

Result<void> run_assign(const AssignOptions& options) {
    const AssignmentConfig config = TRY(read_config(options));
    return write_file(options.output, TRY(assign_units(config, options.units)));
}

}  // namespace

void add_assign_command(Command root, ExitCode& exit) {
    Command verb = root.add_verb(
        "assign", "Which arm of an experiment each unit is in, as GrowthBook's SDKs decide it");
    auto options = std::make_shared<AssignOptions>();
    verb.option("--experiment",
                options->experiment,
                "JSON of one experiment, or the experiments.json of cpo run; - is standard "
                "input")
        .required();
    verb.option("--key", options->key, "which experiment of experiments.json");
    verb.option("--units", options->units, "CSV with a column unit, plain or gzip").required();
    verb.option(
        "--output", options->output, "CSV unit,arm,reason; - is standard output (the default)");
    verb.footer(
        "Example:\n  cpo assign --experiment out/experiments.json --key "
        "win-back-lapsed-customers-s0 \\\n    --units customers.csv --output arms.csv\n"
        "The formats are described in docs/experiments.md.");
    verb.on_run([options, &exit] { exit.value = finish(run_assign(*options)); });
}

}  // namespace cpo::app
