#include "agents/segmentation/features.h"

#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "app/commands/commands.h"
#include "app/files.h"
#include "base/csv_field.h"
#include "base/format.h"
#include "base/json.h"
#include "ingest/transactions.h"

namespace cpo::app {
namespace {

struct FeaturesOptions {
    std::string transactions, map, as_of, output, rejected;
    double rejected_share_max = 0.05;
    bool is_json = false;
};

/// What the verb read and made.
struct FeaturesRun {
    ReadSummary summary;
    TransactionTotals totals;
    FeatureTable table;
};

/// The last second of the day of --as-of: everything bought on that day lies before it.
Result<std::optional<Time>> as_of_time(const std::string& text) {
    if (text.empty()) return std::optional<Time>();
    const auto date = parse_date(text);
    if (!date) return invalid_argument(fmt::format("--as-of {}: expected YYYY-MM-DD", text));
    return std::optional(Time(*date + std::chrono::days(1)) - std::chrono::seconds(1));
}

std::string table_csv(const FeatureTable& table) {
    std::string csv = "id";
    for (const FeatureDefinition& column : table.definitions)
        csv.append(",").append(csv_field(column.name));
    csv += "\n";
    for (std::size_t row = 0; row < table.rows(); ++row) {
        csv += csv_field(table.ids[row]);
        for (const double value : table.row(row)) csv.append(",").append(format_number(value));
        csv += "\n";
    }
    return csv;
}

std::string rejected_csv(const ReadSummary& summary) {
    std::string csv = "line,column,value,reason\n";
    for (const RejectedLine& line : summary.rejected)
        csv += fmt::format("{},{},{},{}\n",
                           line.line,
                           csv_field(line.column),
                           csv_field(line.value),
                           csv_field(line.reason));
    return csv;
}

json::object to_json(const FeaturesRun& run) {
    json::object set_aside;
    for (const auto& [reason, count] : run.summary.set_aside) set_aside[reason] = count;
    json::array notices;
    for (const std::string& notice : run.summary.notices) notices.emplace_back(notice);
    const TransactionTotals& totals = run.totals;
    return {{"file", run.summary.file},
            {"sha256", run.summary.sha256},
            {"encoding", run.summary.encoding},
            {"delimiter", std::string(1, run.summary.delimiter)},
            {"lines", run.summary.lines},
            {"bytes", run.summary.bytes},
            {"set_aside", std::move(set_aside)},
            {"rejected", run.summary.rejected_count},
            {"customers_known", totals.customers_known},
            {"customers_with_purchase", totals.customers_with_purchase},
            {"purchase_orders", totals.purchase_orders},
            {"purchase_revenue", totals.purchase_revenue},
            {"return_lines", totals.return_lines},
            {"return_revenue", totals.return_revenue},
            {"first_time", format_time(totals.first_time)},
            {"last_time", format_time(totals.last_time)},
            {"rows", run.table.rows()},
            {"features", run.table.columns()},
            {"notices", std::move(notices)}};
}

/// For people, on standard error: standard output may be the table itself.
void print_summary(const FeaturesRun& run) {
    const TransactionTotals& totals = run.totals;
    std::cerr << fmt::format(
        "{} lines of {} ({}, delimiter {}), {} to {}\n",
        run.summary.lines,
        run.summary.file,
        run.summary.encoding,
        run.summary.delimiter == '\t' ? "tab" : std::string(1, run.summary.delimiter),
        format_time(totals.first_time),
        format_time(totals.last_time));
    for (const auto& [reason, count] : run.summary.set_aside)
        std::cerr << fmt::format("  set aside  {:>9}  {}\n", count, reason);
    if (run.summary.rejected_count > 0)
        std::cerr << fmt::format("  rejected   {:>9}  could not be read\n",
                                 run.summary.rejected_count);
    std::cerr << fmt::format(
        "{} customers with a purchase, of {} known; {} purchase orders worth {:.2f}; {} return "
        "lines worth {:.2f}\n",
        totals.customers_with_purchase,
        totals.customers_known,
        totals.purchase_orders,
        totals.purchase_revenue,
        totals.return_lines,
        totals.return_revenue);
    for (const std::string& notice : run.summary.notices) std::cerr << "Note: " << notice << '\n';
}

Result<void> make_features(const FeaturesOptions& options) {
    if (options.is_json && options.output == "-")
        return invalid_argument("--json and --output - both want standard output; name a file");
    const auto as_of = TRY(as_of_time(options.as_of));
    const auto mapping = TRY(ingest::parse_mapping(options.map));
    const auto stream = TRY(open_input(options.transactions));
    segmentation::FeatureBuilder builder;
    FeaturesRun run;
    run.summary =
        TRY(ingest::read_transactions(*stream,
                                      options.transactions,
                                      mapping,
                                      {.rejected_share_max = options.rejected_share_max},
                                      [&](const Transaction& line) { builder.add(line); }));
    run.table = TRY(builder.build(as_of));
    run.totals = builder.totals();
    if (run.summary.rejected.size() < run.summary.rejected_count)
        run.summary.notices.push_back(fmt::format("Only the first {} rejected lines are listed.",
                                                  run.summary.rejected.size()));
    const auto written = write_file(options.output, table_csv(run.table));
    if (!written) return written.error();
    if (!options.rejected.empty()) {
        const auto listed = write_file(options.rejected, rejected_csv(run.summary));
        if (!listed) return listed.error();
    }
    if (options.is_json)
        std::cout << write_json(to_json(run)) << '\n';
    else
        print_summary(run);
    return {};
}

void add_rfm_command(Command features, ExitCode& exit) {
    Command verb = features.add_verb(
        "rfm", "Recency, frequency, monetary value and eleven more from order lines");
    auto options = std::make_shared<FeaturesOptions>();
    verb.option("--transactions",
                options->transactions,
                "CSV of order lines, plain or gzip; - is standard input")
        .required();
    verb.option("--map",
                options->map,
                "customer=COL,order=COL,time=COL,quantity=COL,price=COL[,product=COL]; "
                "columns left out are guessed from the header");
    verb.option("--as-of",
                options->as_of,
                "day to count from, YYYY-MM-DD; the newest time in the file by default");
    verb.option("--output", options->output, "CSV to write; - is standard output").required();
    verb.option("--rejected",
                options->rejected,
                "CSV to write with the lines that could not be read: line,column,value,reason");
    verb.option("--max-rejected",
                options->rejected_share_max,
                "share of unreadable lines above which nothing is written (0.05)")
        .in_range(0.0, 1.0);
    verb.flag("--json", options->is_json, "print one summary object for programs");
    verb.footer(
        "Example:\n  cpo features rfm --transactions orders.csv.gz \\\n"
        "    --map customer=CustomerID,order=InvoiceNo,time=InvoiceDate,quantity=Quantity,"
        "price=UnitPrice \\\n    --output customers.csv");
    verb.on_run([options, &exit] { exit.value = finish(make_features(*options)); });
}

}  // namespace

void add_features_command(Command root, ExitCode& exit) {
    Command verb = root.add_verb("features", "Customer features from raw transactions");
    verb.require_verb();
    verb.footer("Example:\n  cpo features rfm --help");
    add_rfm_command(verb, exit);
}

}  // namespace cpo::app
