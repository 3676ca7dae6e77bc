#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <memory>

#include "app/campaign_run.h"
#include "app/commands/commands.h"
#include "app/output_folder.h"
#include "base/json.h"
#include "report/report.h"

namespace cpo::app {
namespace {

/// One line per stage on a terminal, overwritten when the stage ends; silent elsewhere.
void show_progress(const std::string& stage, double elapsed_ms) {
    if (::isatty(STDERR_FILENO) == 0) return;
    if (elapsed_ms < 0)
        std::cerr << fmt::format("\r  {:<12} ...", stage) << std::flush;
    else
        std::cerr << fmt::format("\r  {:<12} {:>7.0f} ms\n", stage, elapsed_ms);
}

json::object summary_of(const CampaignRun& run, const std::string& output) {
    json::array segments;
    for (const Segment& segment : run.segmentation.segments)
        segments.push_back({{"segment", segment.number},
                            {"name", segment.name},
                            {"size", segment.size},
                            {"share", segment.share}});
    json::object decisions{{"pass", 0}, {"review", 0}, {"block", 0}};
    for (const Verdict& verdict : run.verdicts) {
        auto& count = decisions[name_of(verdict.decision)];
        count = count.as_int64() + 1;
    }
    json::object timings;
    for (const StageTiming& timing : run.timings) timings[timing.stage] = timing.elapsed_ms;
    json::array notices;
    for (const std::string& notice : run.notices) notices.emplace_back(notice);
    return {{"output", output},
            {"report", output + "/report.html"},
            {"customers", run.customers.rows()},
            {"segments", std::move(segments)},
            {"documents_used", run.library.documents.size()},
            {"documents_set_aside", run.library.set_aside.size()},
            {"variants", run.variants.size()},
            {"verdicts", std::move(decisions)},
            {"experiments", run.experiments.size()},
            {"assignments", run.assignments.size()},
            {"timings_ms", std::move(timings)},
            {"notices", std::move(notices)}};
}

void print_summary(const CampaignRun& run, const std::string& output) {
    std::size_t passed = 0;
    for (const Verdict& verdict : run.verdicts)
        passed += verdict.decision == Decision::kPass ? 1 : 0;
    std::cout << fmt::format(
        "{} customers in {} segments; {} of {} messages passed screening; {} experiments.\n",
        run.customers.rows(),
        run.segmentation.segments.size(),
        passed,
        run.variants.size(),
        run.experiments.size());
    for (const Segment& segment : run.segmentation.segments)
        std::cout << fmt::format("  {:>7}  {}\n", segment.size, segment.name);
    for (const std::string& notice : run.notices) std::cout << "Note: " << notice << '\n';
    std::cout << "Report: " << output << "/report.html\n";
}

Result<void> run_and_write(const RunOptions& options) {
    const auto writable = check_output_folder(options.output);
    if (!writable) return writable.error();
    const CampaignRun run = TRY(run_campaign(options, show_progress));
    auto files = report::data_files(run);
    auto manifest = report::run_manifest(run, files);
    auto page = report::report_page(run, files);
    files.push_back(std::move(manifest));
    files.push_back(std::move(page));
    const auto written = write_output_folder(options.output, files);
    if (!written) return written.error();
    if (options.is_json)
        std::cout << write_json(summary_of(run, options.output)) << '\n';
    else
        print_summary(run, options.output);
    return {};
}

void add_input_options(Command verb, RunOptions& options) {
    verb.option("--transactions",
                options.transactions,
                "CSV of order lines, plain or gzip; - is standard input");
    verb.option(
        "--customers", options.customers, "CSV of ready customer features instead of transactions");
    verb.option("--map",
                options.map,
                "columns of --transactions: customer=COL,order=COL,time=COL,quantity=COL,price=COL"
                "[,product=COL]; guessed from the header when left out");
    verb.option("--id", options.id, "column of --customers that holds the customer id");
    verb.option("--features",
                options.features,
                "features to cluster on, separated by commas; all by default")
        .separated_by(',');
    verb.option("--max-rejected",
                options.rejected_share_max,
                "share of unreadable lines above which the run stops (0.05)")
        .in_range(0.0, 1.0);
    verb.option("--content", options.content, "folder or file of content documents").required();
    verb.option(
        "--as-of",
        options.as_of,
        "day of the run, YYYY-MM-DD; the newest day in --transactions, or today with --customers");
}

void add_campaign_options(Command verb, RunOptions& options) {
    verb.option("--goal", options.goal, "what the campaign is for, in plain words").required();
    verb.option("--channel", options.channel, "email, sms, push or web (email)");
    verb.option("--variants", options.variants, "personalised variants per segment (3)")
        .in_range(1, 8);
    verb.option("--language", options.language, "language of the messages (en)");
    verb.option("--clusters", options.clusters, "number of segments, or auto");
    verb.option("--seed", options.seed, "same inputs and seed, same outputs (1)");
    verb.option("--threads", options.threads, "threads to use; all cores by default")
        .in_range(1, 256);
    verb.option(
            "--coverage", options.coverage, "share of each segment that enters its experiment (1)")
        .in_range(0.0, 1.0);
    verb.option(
            "--baseline", options.baseline, "assumed conversion rate of the control message (0.05)")
        .in_range(0.0001, 0.9999);
    verb.option("--minimum-lift", options.minimum_lift, "smallest relative lift worth having (0.2)")
        .in_range(0.001, 100.0);
    verb.option("--alpha", options.alpha, "chance of a false winner (0.05)").in_range(0.0001, 0.5);
    verb.option("--power", options.power, "chance to find a lift that is there (0.8)")
        .in_range(0.5, 0.999);
    verb.option("--units-per-day",
                options.units_per_day,
                "people sent to on one day, all segments (500)")
        .in_range(std::int64_t{1}, std::int64_t{1'000'000'000});
    verb.option(
            "--attribution-days", options.attribution_days, "days a message may take to work (7)")
        .in_range(1, 365);
}

/// The command line as one would type it again.
std::string quoted(const std::vector<std::string>& words) {
    std::string line = "cpo run";
    for (const std::string& word : words) {
        const bool is_plain =
            word.find_first_of(" \t\n\"'$`\\;&|<>(){}*?!#~") == std::string::npos && !word.empty();
        if (is_plain) {
            line += " " + word;
            continue;
        }
        line += " '";
        for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
        line += "'";
    }
    return line;
}

}  // namespace

void add_run_command(Command root, ExitCode& exit) {
    Command verb =
        root.add_verb("run", "The main job: customers in, a tested campaign plan out, on files");
    auto options = std::make_shared<RunOptions>();
    add_input_options(verb, *options);
    add_campaign_options(verb, *options);
    verb.option(
            "--output", options->output, "folder for the results; made, or an earlier run replaced")
        .required();
    verb.flag("--json", options->is_json, "print one result object for programs");
    verb.footer(
        "Example:\n  cpo run --transactions orders.csv.gz --content content/ \\\n"
        "    --goal \"win back lapsed customers\" --channel email --output out");
    verb.on_run([verb, options, &exit] {
        options->command = quoted(verb.words_without("--json"));
        exit.value = finish(run_and_write(*options));
    });
}

}  // namespace cpo::app
