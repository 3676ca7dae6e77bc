#include "jobs/segmentation_job.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "agents/segmentation/segmentation.h"
#include "base/digest.h"
#include "base/id.h"
#include "pipeline/segmentation_input.h"
#include "pipeline/segmentation_model.h"
#include "store/customer_store.h"
#include "store/segmentation_store.h"

namespace cpo::jobs {
namespace {

using segmentation::Algorithm;

constexpr std::int64_t kLeastMax = 1'000'000;
constexpr std::int64_t kBudgetMsMax = 3'600'000;

/// The field `key` as one of the names of `known`, the first of them when it is missing.
template <typename Known>
auto choice(const JsonReader& reader, std::string_view key, const Known& known)
    -> Result<typename Known::value_type::second_type> {
    const std::string name = TRY(reader.string_or(key, std::string(known.front().first)));
    for (const auto& [known_name, value] : known)
        if (known_name == name) return value;
    std::string names;
    for (const auto& one : known) names.append(names.empty() ? "" : ", ").append(one.first);
    return invalid_argument(
        fmt::format("{}: \"{}\", expected {}", reader.pointer_of(key), name, names));
}

Result<std::optional<segmentation::Covariance>> read_covariance(const JsonReader& reader,
                                                                Algorithm algorithm) {
    if (!reader.has("covariance")) return std::optional<segmentation::Covariance>();
    if (algorithm != Algorithm::kGaussianMixture)
        return invalid_argument("/covariance is for the algorithm \"gmm\"");
    if (TRY(reader.string("covariance")) == "auto")
        return std::optional<segmentation::Covariance>();
    return std::optional(TRY(choice(reader, "covariance", segmentation::kCovariances)));
}

/// A count of customers; 0 = chosen.
Result<int> read_least(const JsonReader& reader, std::string_view key) {
    const std::int64_t least = TRY(reader.integer_or(key, 0));
    if (least >= 0 && least <= kLeastMax) return static_cast<int>(least);
    return invalid_argument(fmt::format("/{}: expected 0 (chosen) to {}", key, kLeastMax));
}

Result<void> read_density(const JsonReader& reader, segmentation::SegmentationOptions& options) {
    options.radius = TRY(reader.number_or("eps", 0));
    options.points_min = TRY(read_least(reader, "min_points"));
    options.size_min = TRY(read_least(reader, "min_size"));
    if (!(options.radius >= 0)) return invalid_argument("/eps: expected 0 (chosen) or more");
    if (options.size_min == 1) return invalid_argument("/min_size: expected 0 (chosen), 2 or more");
    const bool is_dbscan = options.algorithm == Algorithm::kDbscan;
    const bool is_hdbscan = options.algorithm == Algorithm::kHdbscan;
    if (options.clusters != 0 && (is_dbscan || is_hdbscan))
        return invalid_argument("/clusters: DBSCAN and HDBSCAN find the number; leave it out");
    if (options.radius != 0 && !is_dbscan)
        return invalid_argument("/eps is for the algorithm \"dbscan\"");
    if (options.points_min != 0 && !is_dbscan && !is_hdbscan)
        return invalid_argument("/min_points is for the algorithms \"dbscan\" and \"hdbscan\"");
    if (options.size_min != 0 && !is_hdbscan)
        return invalid_argument("/min_size is for the algorithm \"hdbscan\"");
    return {};
}

/// Where the tree is cut; needs the number of clusters.
Result<void> read_cut(const JsonReader& reader, segmentation::SegmentationOptions& options) {
    if (!reader.has("cut_height")) return {};
    options.cut_height = TRY(reader.number("cut_height"));
    if (options.algorithm != Algorithm::kHierarchical)
        return invalid_argument("/cut_height is for the algorithm \"hierarchical\"");
    if (!(options.cut_height > 0)) return invalid_argument("/cut_height: expected more than 0");
    if (options.clusters != 0)
        return invalid_argument("/cut_height: leave it out, or clusters; the tree is cut by one");
    return {};
}

/// What `auto` may cost; only that method has a choice to make.
Result<void> read_budget(const JsonReader& reader, segmentation::SegmentationOptions& options) {
    if (!reader.has("budget_ms")) return {};
    const std::int64_t budget = TRY(reader.integer("budget_ms"));
    if (options.algorithm != Algorithm::kAuto)
        return invalid_argument("/budget_ms is for the algorithm \"auto\"");
    if (budget < 1 || budget > kBudgetMsMax)
        return invalid_argument(fmt::format("/budget_ms: expected 1 to {}", kBudgetMsMax));
    options.budget_ms = static_cast<int>(budget);
    return {};
}

Result<segmentation::SegmentationOptions> options_of(const json::object& object) {
    const json::value value(object);
    const JsonReader reader = TRY(JsonReader::of(value));
    TRY(reader.only({"features",
                     "algorithm",
                     "linkage",
                     "cut_height",
                     "covariance",
                     "clusters",
                     "eps",
                     "min_points",
                     "min_size",
                     "budget_ms",
                     "exact_silhouette",
                     "scaling",
                     "seed"}));
    segmentation::SegmentationOptions options;
    options.algorithm = TRY(choice(reader, "algorithm", segmentation::kAlgorithms));
    options.linkage = TRY(choice(reader, "linkage", segmentation::kLinkages));
    if (options.algorithm != Algorithm::kHierarchical && reader.has("linkage"))
        return invalid_argument("/linkage is for the algorithm \"hierarchical\"");
    options.covariance = TRY(read_covariance(reader, options.algorithm));
    options.features = TRY(reader.strings_or_empty("features"));
    const std::int64_t clusters = TRY(reader.integer_or("clusters", 0));
    const std::int64_t seed = TRY(reader.integer_or("seed", 1));
    if (clusters < 0 || clusters > kClustersMax)
        return invalid_argument(fmt::format("/clusters: expected 0 (chosen) to {}", kClustersMax));
    if (seed < 0) return invalid_argument("/seed: expected 0 or more");
    options.clusters = static_cast<int>(clusters);
    options.seed = static_cast<std::uint64_t>(seed);
    options.is_silhouette_exact = TRY(reader.boolean_or("exact_silhouette", false));
    options.scaling = TRY(choice(reader, "scaling", segmentation::kScalings));
    TRY(read_cut(reader, options));
    TRY(read_density(reader, options));
    TRY(read_budget(reader, options));
    return options;
}

/// A run is there for its segments: none, or more than anybody can use, is no result.
Result<void> check_segments(const Segmentation& result) {
    const std::size_t count = result.segments.size();
    if (count >= 1 && count <= static_cast<std::size_t>(kClustersMax)) return {};
    std::string advice = result.density ? result.density->advice : "";
    if (!advice.empty()) advice.insert(0, " ");
    if (count == 0)
        return Error{ErrorCode::kFailedPrecondition,
                     "No place is dense enough: every customer is in no segment." + advice,
                     {}};
    return Error{ErrorCode::kFailedPrecondition,
                 fmt::format("There are {} segments, at most {} can be used: {}.{}",
                             count,
                             kClustersMax,
                             result.algorithm == "hierarchical"
                                 ? "cut the tree higher"
                                 : "take a larger eps or min_size, or more min_points",
                             advice),
                 {}};
}

/// A run as it stands, with the customers to cluster unless it has its result.
struct Start {
    store::SegmentationRun run;
    MixedTable customers;
};

Result<Start> load_start(JobContext& context, store::Store& store, const std::string& run_id) {
    const std::string& workspace = context.job().workspace;
    return store.read(
        [&](store::Session& session) -> Result<Start> {
            Start start{TRY(store::get_run(session, workspace, run_id)), {}};
            if (!start.run.result.is_null()) return start;
            const auto options = TRY(options_of(start.run.options));
            start.customers = TRY(store::load_customers(session, workspace, options.features));
            return start;
        },
        context.deadline());
}

std::string_view name_of(segmentation::Scaling scaling) {
    for (const auto& [name, value] : segmentation::kScalings)
        if (value == scaling) return name;
    std::abort();
}

Result<pipeline::SegmentationInput> prepare(MixedTable customers,
                                            const segmentation::SegmentationOptions& options) {
    const bool are_named = !options.features.empty();
    return options.scaling == segmentation::Scaling::kNone
               ? pipeline::prepare_numbers(std::move(customers), are_named)
               : pipeline::prepare_customers(std::move(customers), are_named);
}

}  // namespace

Result<void> segment_customers(JobContext& context,
                               const SegmentationWork& work,
                               const std::string& run_id) {
    auto start = TRY(load_start(context, work.store, run_id));
    if (!start.run.result.is_null()) return {};
    auto options = TRY(options_of(start.run.options));
    options.threads = work.threads;
    options.deadline = context.deadline();
    auto input = TRY(prepare(std::move(start.customers), options));
    options.features.clear();  // The columns are those that were asked for.
    store::StoredSegmentation result;
    result.segmentation = TRY(segmentation::SegmentationAgent().segment(input.customers, options));
    TRY(check_segments(result.segmentation));
    if (context.is_stopping())
        return Error{ErrorCode::kUnavailable, "grouping the customers was called off", {}};
    result.columns = pipeline::columns_json(input.plan);
    auto rule = segmentation::assignment_rule(
        input.customers, result.segmentation, work.threads, options.deadline);
    if (!rule && rule.error().code == ErrorCode::kDeadlineExceeded) return rule.error();
    if (rule)
        result.model = pipeline::saved_run(*std::move(rule),
                                           std::move(input.plan),
                                           result.segmentation,
                                           {std::string(name_of(options.scaling)), ""});
    else
        result.no_model = rule.error().message;
    result.ids = std::move(input.customers.ids);
    result.notices = std::move(input.notices);
    return context.checkpoint(
        [&](store::Change& change) { return store::complete_run(change, run_id, result); });
}

JobWork make_segmentation_work(SegmentationWork work) {
    return [work](JobContext& context) -> Result<json::object> {
        const std::string& run_id = context.job().subject_id;
        context.progress({0, 1, "segments"});
        TRY(segment_customers(context, work, run_id));
        context.progress({1, 1, "segments"});
        const auto run = TRY(work.store.read(
            [&](store::Session& session) {
                return store::get_run(session, context.job().workspace, run_id);
            },
            context.deadline()));
        return json::object{
            {"run", run_id}, {"customers", run.customers}, {"segments", run.result.at("clusters")}};
    };
}

Result<void> check_segmentation_options(const json::object& options) {
    const auto read = options_of(options);
    if (!read) return read.error();
    return {};
}

Result<StartedSegmentation> start_segmentation(store::Change& change,
                                               const json::object& options,
                                               const std::string& idempotency_key) {
    TRY(check_segmentation_options(options));
    const std::string run_id = new_id(change.now());
    const Enqueued queued = TRY(enqueue(change,
                                        {.kind = kSegmentationJob,
                                         .subject_type = "segmentation_run",
                                         .subject_id = run_id,
                                         .input = {},
                                         .idempotency_key = idempotency_key,
                                         .request_hash = sha256_hex(write_json(options))}));
    if (!queued.is_new) return StartedSegmentation{queued.job.subject_id, queued.job.id};
    TRY(store::insert_run(change, {options, queued.job.id, run_id}));
    return StartedSegmentation{run_id, queued.job.id};
}

}  // namespace cpo::jobs
