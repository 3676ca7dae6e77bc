#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <memory>

#include "agents/segmentation/segmentation.h"
#include "app/commands/commands.h"
#include "app/commands/segment_apply.h"
#include "app/commands/segment_contrast.h"
#include "app/commands/segment_features.h"
#include "app/commands/segment_files.h"
#include "app/commands/segment_options.h"
#include "app/commands/segment_report.h"
#include "app/commands/segment_size.h"
#include "app/commands/segment_stream.h"
#include "app/files.h"
#include "base/json.h"
#include "base/parallel.h"
#include "ingest/customers.h"
#include "pipeline/segmentation_model.h"

namespace cpo::app {
namespace {

constexpr int kUsageExit = 2;

/// k-means by segment_stream(): only a file can be read twice, so it is no Algorithm of the agent.
constexpr std::string_view kMinibatch = "minibatch";

/// What a name of `known` stands for; nothing when `text` is none of them.
template <typename Known>
auto value_of(const std::string& text, const Known& known)
    -> std::optional<typename Known::value_type::second_type> {
    for (const auto& [name, value] : known)
        if (name == text) return value;
    return std::nullopt;
}

/// For CLI11: empty when `text` is fine, else what is wrong (exit code 2).
std::string check_algorithm(const std::string& text) {
    if (text == kMinibatch || value_of(text, segmentation::kAlgorithms)) return "";
    return text + ": expected auto, kmeans, minibatch, gmm, dbscan, hdbscan or hierarchical";
}

/// 0 = auto; nothing when `text` is neither.
std::optional<int> parse_clusters(const std::string& text) {
    if (text == "auto") return 0;
    int number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size() || number < 1) return {};
    return number;
}

std::string check_clusters(const std::string& text) {
    return parse_clusters(text) ? "" : text + ": expected auto or a number from 1";
}

std::string check_contrast_words(const std::string& text) {
    const auto pair = parse_contrast(text);
    return pair ? "" : pair.error().message;
}

std::string check_positive(const std::string& text) {
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number = failure == std::errc() && end == text.data() + text.size();
    return is_number && value > 0 && std::isfinite(value) ? ""
                                                          : text + ": expected a number above 0";
}

double elapsed_ms(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
        .count();
}

bool uses_output(const SegmentOptions& options) {
    return options.output == "-" || options.report == "-" || options.tree == "-" ||
           options.strengths == "-" || options.map == "-" || options.save == "-";
}

/// Options that say how to find segments, beside --apply, which has them, or files of a run that is
/// not made.
Result<void> check_purpose(const SegmentOptions& options) {
    const bool is_applied = !options.apply.empty();
    const bool has_files = !options.report.empty() || !options.tree.empty() ||
                           !options.strengths.empty() || !options.map.empty() ||
                           !options.save.empty();
    if (is_applied && options.is_explained)
        return invalid_argument("--apply and --explain do not go together");
    if ((is_applied || options.is_explained) && (has_files || !options.contrast.empty()))
        return invalid_argument(
            "--report, --tree, --strengths, --map, --save and --contrast are of a run, which "
            "--apply and --explain do not make");
    if (is_applied &&
        (!options.features.empty() || !options.weights.empty() || options.algorithm != "auto" ||
         options.clusters != "auto" || options.scale != "auto"))
        return invalid_argument(
            "--apply takes features, scaling and segments from the saved run: leave out the other "
            "options");
    if (options.output.empty() && !options.is_explained)
        return invalid_argument("--output is missing");
    return {};
}

/// Options that do not go together.
Result<void> check_together(const SegmentOptions& options) {
    std::vector<std::string> files{options.output};
    for (const std::string& file :
         {options.report, options.tree, options.strengths, options.map, options.save})
        if (!file.empty()) files.push_back(file);
    std::sort(files.begin(), files.end());
    if (std::adjacent_find(files.begin(), files.end()) != files.end())
        return invalid_argument(
            "--output, --report, --tree, --strengths, --map and --save must name different files");
    if (options.is_json && uses_output(options))
        return invalid_argument("--json prints to standard output, which another option uses");
    const bool is_hierarchical = options.algorithm == "hierarchical";
    const bool is_dbscan = options.algorithm == "dbscan";
    const bool is_hdbscan = options.algorithm == "hdbscan";
    const bool is_mixture = options.algorithm == "gmm";
    if (!options.linkage.empty() && !is_hierarchical)
        return invalid_argument("--linkage is for --algorithm hierarchical");
    if (options.cut_height > 0 && (!is_hierarchical || options.clusters != "auto"))
        return invalid_argument("--cut-height is for --algorithm hierarchical, without --clusters");
    if (!options.covariance.empty() && !is_mixture)
        return invalid_argument("--covariance is for --algorithm gmm");
    if (!options.tree.empty() && !is_hierarchical && !is_hdbscan)
        return invalid_argument("--tree is for --algorithm hierarchical and hdbscan");
    if (!options.weights.empty() && options.algorithm != "kmeans")
        return invalid_argument("--weights is for --algorithm kmeans");
    if (options.radius > 0 && !is_dbscan)
        return invalid_argument("--eps is for --algorithm dbscan");
    if (options.points_min > 0 && !is_dbscan && !is_hdbscan)
        return invalid_argument("--min-points is for --algorithm dbscan and hdbscan");
    if (options.size_min > 0 && !is_hdbscan)
        return invalid_argument("--min-size is for --algorithm hdbscan");
    if (options.algorithm == kMinibatch && !options.map.empty())
        return invalid_argument("--map needs all customers in memory: not with minibatch");
    if (options.algorithm == kMinibatch && options.input == "-")
        return invalid_argument(
            "--algorithm minibatch reads the customers twice: standard input cannot be, give a "
            "file");
    if (!options.strengths.empty() && !is_hdbscan && !is_mixture && options.algorithm != "auto")
        return invalid_argument("--strengths is for --algorithm hdbscan, gmm and auto");
    return {};
}

segmentation::SegmentationOptions method_of(const SegmentOptions& options) {
    segmentation::SegmentationOptions how;
    how.clusters = parse_clusters(options.clusters).value_or(0);
    // The names were checked with the options; what is left out keeps its default.
    how.algorithm = value_of(options.algorithm, segmentation::kAlgorithms).value_or(how.algorithm);
    how.linkage = value_of(options.linkage, segmentation::kLinkages).value_or(how.linkage);
    how.cut_height = options.cut_height;
    how.covariance = value_of(options.covariance, segmentation::kCovariances);
    how.starts = options.starts;
    how.budget_ms = options.budget_ms;
    how.radius = options.radius;
    how.points_min = options.points_min;
    how.size_min = options.size_min;
    how.scaling = value_of(options.scale, segmentation::kScalings).value_or(how.scaling);
    how.is_silhouette_exact = options.is_silhouette_exact;
    how.seed = options.seed;
    how.threads = options.threads > 0 ? options.threads : hardware_threads();
    return how;
}

/// Before anything is written.
Result<void> check_result(const SegmentOptions& options, const Segmentation& result) {
    if (options.contrast.empty()) return {};
    return check_contrast(TRY(parse_contrast(options.contrast)), result);
}

/// The report, to its file and to whoever looks on. `definitions` are those of the table that was
/// segmented.
Result<void> tell_result(const SegmentOptions& options,
                         const Reading& reading,
                         const Segmentation& result,
                         const std::vector<FeatureDefinition>& definitions) {
    auto report = report_of(options, reading, result);
    std::ostream& out = uses_output(options) ? std::cerr : std::cout;
    if (!options.is_json) print_summary(out, reading, result);
    if (!options.contrast.empty()) {
        const auto pair = TRY(parse_contrast(options.contrast));
        const auto contrasts = contrast_of(pair, result, definitions);
        if (!options.is_json) print_contrast(out, pair, result, contrasts);
        report["contrast"] = segmentation::to_json(contrasts);
    }
    if (!options.report.empty()) TRY(write_file(options.report, write_json_pretty(report)));
    if (options.is_json) std::cout << write_json(report) << '\n';
    return {};
}

Result<void> run_stream(const SegmentOptions& options) {
    std::vector<FeatureDefinition> definitions;
    segmentation::FeaturePlan plan;
    const auto accept = [&](const FeatureTable& sample, const Segmentation& found) {
        definitions = sample.definitions;
        if (!options.save.empty()) plan.columns = segmentation::plan_numbers(sample);
        return check_result(options, found);
    };
    const auto streamed =
        TRY(segment_stream({.path = options.input,
                            .columns = {.id = options.id, .features = options.features},
                            .rejected_share_max = options.rejected_share_max,
                            .output = options.output,
                            .accept = accept},
                           method_of(options)));
    if (!options.save.empty())
        TRY(write_file(options.save,
                       pipeline::saved_run(streamed.rule,
                                           std::move(plan),
                                           streamed.segmentation,
                                           {options.scale, options.id})));
    return tell_result(options,
                       {streamed.summary, streamed.rows, streamed.read_ms, streamed.write_ms},
                       streamed.segmentation,
                       definitions);
}

Result<void> run_segment(const SegmentOptions& options) {
    if (!options.apply.empty())
        return apply_run({.run = options.apply,
                          .input = options.input,
                          .id = options.id,
                          .output = options.output,
                          .rejected_share_max = options.rejected_share_max,
                          .is_json = options.is_json});
    TRY(check_together(options));
    if (options.algorithm == kMinibatch && !options.is_explained) return run_stream(options);
    const auto start = std::chrono::steady_clock::now();
    const auto how = method_of(options);
    if (!options.is_explained) TRY(check_file_fits(options.input, how));
    auto prepared = TRY(prepare_customers(
        options.input,
        {.id = options.id, .features = options.features},
        {.rejected_share_max = options.rejected_share_max, .are_repeats_refused = true},
        how.scaling,
        options.weights));
    if (options.is_explained)
        return explain_plan(std::move(prepared), how.scaling, options.is_json, std::cout);
    const ingest::CustomerFile& file = prepared.file;
    Reading reading{file.summary, file.table.rows(), elapsed_ms(start)};
    const auto result = TRY(segmentation::SegmentationAgent().segment(file.table, how));
    TRY(check_result(options, result));

    const auto write_start = std::chrono::steady_clock::now();
    TRY(write_file(options.output, segments_csv(file.table, result)));
    if (!options.tree.empty())
        TRY(write_file(options.tree, tree_csv(result.tree.value_or(SegmentTree()))));
    if (!options.strengths.empty())
        TRY(write_file(options.strengths, strengths_csv(file.table, result)));
    if (!options.map.empty()) TRY(write_file(options.map, map_csv(file.table, result.map)));
    if (!options.save.empty()) {
        auto rule = TRY(segmentation::assignment_rule(file.table, result, how.threads));
        const std::string saved = pipeline::saved_run(
            std::move(rule), std::move(prepared.plan), result, {options.scale, options.id});
        TRY(write_file(options.save, saved));
    }
    reading.write_ms = elapsed_ms(write_start);
    return tell_result(options, reading, result, file.table.definitions);
}

void add_method_options(Command verb, SegmentOptions& options) {
    verb.option(
            "--algorithm",
            options.algorithm,
            "auto (the one that suits the customers), kmeans, minibatch (kmeans for more customers "
            "than memory: reads the file twice), gmm, dbscan, hdbscan or hierarchical")
        .check(check_algorithm, "auto|kmeans|minibatch|gmm|dbscan|hdbscan|hierarchical");
    verb.option("--linkage",
                options.linkage,
                "hierarchical: which clusters are joined next, ward by default; the others but "
                "single and genie take 20,000 customers at most")
        .one_of({"ward", "average", "complete", "single", "centroid", "median", "genie"});
    verb.option("--cut-height",
                options.cut_height,
                "hierarchical: where to cut the tree, in the unit of its heights, instead of "
                "--clusters")
        .check(check_positive, "X");
    verb.option("--covariance",
                options.covariance,
                "gmm: diagonal (groups along the features), full (groups of any tilt) or auto, the "
                "lower BIC of both, which is the default")
        .one_of({"auto", "diagonal", "full"});
    verb.option("--clusters",
                options.clusters,
                "number of segments, or auto: chosen over 2 ... 12 (gmm: 1 ... 12)")
        .check(check_clusters, "N|auto");
    verb.option("--starts", options.starts, "k-means starts per number of segments (10)")
        .in_range(1, 1000);
    verb.option("--weights",
                options.weights,
                "kmeans: column with how many customers a line stands for, numbers from 0");
    verb.option("--budget-ms",
                options.budget_ms,
                "auto: milliseconds that choosing the method may take, about (2000)")
        .in_range(1, 3'600'000);
    verb.option("--eps",
                options.radius,
                "dbscan: radius of a neighbourhood, after scaling; chosen from the data by default")
        .check(check_positive, "X");
    verb.option("--min-points",
                options.points_min,
                "dbscan: customers in it that make a dense place; twice the features by default. "
                "hdbscan: others within a customer's core distance; --min-size by default")
        .in_range(1, 1'000'000);
    verb.option("--min-size",
                options.size_min,
                "hdbscan: customers of the smallest segment; --min-points by default, a hundredth "
                "of all when neither is given")
        .in_range(2, 1'000'000'000);
    verb.option("--scale",
                options.scale,
                "auto (log of skewed columns, then standard), standard, robust, minmax, quantile "
                "(share of the customers below) or none, which takes numbers only")
        .one_of({"auto", "standard", "robust", "minmax", "none", "quantile"});
    verb.flag("--exact-silhouette",
              options.is_silhouette_exact,
              "of all customers, not of a sample of them when there are more than 20,000");
    verb.option("--seed", options.seed, "same input and seed, same output (1)");
    verb.option("--threads", options.threads, "threads to use; all cores by default")
        .in_range(1, 256);
}

}  // namespace

void add_segment_command(Command root, ExitCode& exit) {
    Command verb = root.add_verb(
        "segment", "Group customers by their features; names and explains the segments");
    auto options = std::make_shared<SegmentOptions>();
    verb.option("--input",
                options->input,
                "CSV with one line per customer, plain or gzip; - is standard input")
        .required();
    verb.option("--id",
                options->id,
                "column with the customer id; id, customer_id or the first by default");
    verb.option("--features",
                options->features,
                "columns to cluster on, separated by commas; by default all that can be features")
        .separated_by(',');
    verb.option("--max-rejected",
                options->rejected_share_max,
                "share of unreadable lines above which nothing is written (0.05)")
        .in_range(0.0, 1.0);
    add_method_options(verb, *options);
    verb.option("--output",
                options->output,
                "CSV id,segment in input order; - is standard output; needed but for --explain");
    verb.option("--save", options->save, "JSON for --apply: how features and segments were made");
    verb.option("--apply",
                options->apply,
                "run of --save: put the customers into its segments without finding new ones");
    verb.flag("--explain",
              options->is_explained,
              "only say what becomes of each column and why; nothing is written");
    verb.option("--tree",
                options->tree,
                "hierarchical and hdbscan: CSV left,right,height,size, numbered as SciPy's linkage "
                "matrix");
    verb.option(
        "--strengths",
        options->strengths,
        "hdbscan and gmm: CSV id,strength, how firmly a customer is in its segment, 0 to 1; with "
        "auto only a header unless it takes a mixture");
    verb.option("--map",
                options->map,
                "CSV id,x,y: the customers on paper, along the two directions in which they differ "
                "most (principal components)");
    verb.option("--contrast",
                options->contrast,
                "two segments: say, and in the report, in which features they differ most")
        .check(check_contrast_words, "A,B");
    verb.option("--report", options->report, "JSON: segments, scaling, quality, timings");
    verb.flag("--json", options->is_json, "print the report as one JSON object");
    verb.footer(
        "Example:\n  cpo segment --input customers.csv --clusters auto --output segments.csv "
        "--report report.json\nSegments are numbered by size from 0. docs/segmentation.md tells "
        "how.");
    verb.on_run([options, &exit] {
        const auto purpose = check_purpose(*options);
        exit.value = finish(purpose ? run_segment(*options) : purpose);
        if (!purpose) exit.value = kUsageExit;
    });
}

}  // namespace cpo::app
