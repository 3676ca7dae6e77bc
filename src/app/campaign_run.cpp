#include "app/campaign_run.h"

#include <fmt/format.h>

#include <charconv>

#include "app/content.h"
#include "app/files.h"
#include "app/wiring.h"
#include "backends/lexical_index/fts5_lexical_index.h"
#include "backends/vector_index/exact_vector_index.h"
#include "base/parallel.h"
#include "ingest/transactions.h"
#include "pipeline/customer_import.h"

namespace cpo::app {
namespace {

Result<std::optional<Date>> as_of_option(const RunOptions& options) {
    if (options.as_of.empty()) return std::optional<Date>();
    const auto date = parse_date(options.as_of);
    if (!date)
        return invalid_argument(fmt::format("--as-of {}: expected YYYY-MM-DD", options.as_of));
    return date;
}

Result<pipeline::CustomerInput> read_input(const RunOptions& options, std::optional<Date> as_of) {
    pipeline::CustomerReading reading;
    reading.rejected_share_max = options.rejected_share_max;
    if (options.customers.empty()) {
        reading.file = options.transactions;
        reading.mapping = TRY(ingest::parse_mapping(options.map));
        reading.as_of = as_of;
    } else {
        reading.kind = pipeline::CustomerFileKind::kCustomers;
        reading.file = options.customers;
        reading.id = options.id;
        reading.features = options.features;
    }
    const auto stream = TRY(open_input(reading.file));
    return pipeline::read_customer_input(*stream, reading);
}

/// "Today" of a run over what was read: the newest day of transactions, else the present one.
Date day_of(const pipeline::CustomerInput& input) {
    using std::chrono::days;
    if (input.totals) return std::chrono::floor<days>(input.totals->last_time);
    return std::chrono::floor<days>(std::chrono::system_clock::now());
}

Result<Campaign> campaign_of(const RunOptions& options, Date as_of) {
    Campaign campaign;
    campaign.goal = options.goal;
    const auto channel = parse_channel(options.channel);
    if (!channel)
        return invalid_argument(
            fmt::format("--channel {}: expected email, sms, push or web", options.channel));
    campaign.channel = *channel;
    campaign.language = options.language;
    campaign.variants = options.variants;
    campaign.seed = options.seed;
    campaign.as_of = as_of;
    campaign.coverage = options.coverage;
    campaign.plan = {.baseline = options.baseline,
                     .minimum_lift = options.minimum_lift,
                     .alpha = options.alpha,
                     .power = options.power,
                     .units_per_day = options.units_per_day,
                     .attribution_days = options.attribution_days};
    return campaign;
}

Result<segmentation::SegmentationOptions> segmentation_of(const RunOptions& options, int threads) {
    segmentation::SegmentationOptions segmentation;
    segmentation.features = options.features;
    segmentation.seed = options.seed;
    segmentation.threads = threads;
    if (options.clusters == "auto") return segmentation;
    const auto& text = options.clusters;
    const auto [end, failure] =
        std::from_chars(text.data(), text.data() + text.size(), segmentation.clusters);
    if (failure != std::errc() || end != text.data() + text.size() || segmentation.clusters < 1)
        return invalid_argument(
            fmt::format("--clusters {}: expected auto or a number from 1", text));
    return segmentation;
}

/// Runs the pipeline over what was read, with the backends that the environment configures.
Result<CampaignRun> run_pipeline(pipeline::RunInput input,
                                 const pipeline::Progress& progress,
                                 std::vector<std::string>& notices) {
    const auto embedder = TRY(make_embedder(input.segmentation.threads, notices));
    const auto http = make_curl_http_client({});
    const auto llm = TRY(make_llm(*http));
    const generation::GenerationAgent generation(llm.get());
    const auto safety = TRY(safety::SafetyAgent::make());
    const pipeline::Pipeline pipeline(
        {.embedder = *embedder,
         .make_vector_index =
             [](int dimension) { return Result(make_exact_vector_index(dimension)); },
         .make_lexical_index = make_fts5_lexical_index,
         .generation = generation,
         .safety = *safety});
    return pipeline.run(std::move(input), progress, Deadline::never());
}

}  // namespace

Result<CampaignRun> run_campaign(const RunOptions& options, const pipeline::Progress& progress) {
    if (options.transactions.empty() == options.customers.empty())
        return invalid_argument("give either --transactions FILE or --customers FILE");
    const int threads = options.threads > 0 ? options.threads : hardware_threads();
    const auto as_of = TRY(as_of_option(options));

    progress("read", -1);
    const auto start = std::chrono::steady_clock::now();
    auto input = TRY(read_input(options, as_of));
    const Date today = as_of.value_or(day_of(input));
    auto content = TRY(read_content(options.content, today));
    const std::chrono::duration<double, std::milli> read_time =
        std::chrono::steady_clock::now() - start;
    progress("read", read_time.count());

    std::vector<std::string> notices = input.summary.notices;
    std::move(content.notices.begin(), content.notices.end(), std::back_inserter(notices));
    pipeline::RunInput run_input;
    run_input.campaign = TRY(campaign_of(options, today));
    run_input.customers = std::move(input.customers);
    run_input.documents = std::move(content.documents);
    run_input.segmentation = TRY(segmentation_of(options, threads));
    CampaignRun run = TRY(run_pipeline(std::move(run_input), progress, notices));

    run.version = CPO_VERSION;
    run.command = options.command;
    run.input = std::move(input.summary);
    run.totals = input.totals;
    run.content_folder = options.content;
    run.content_sha256 = content.sha256;
    std::move(run.notices.begin(), run.notices.end(), std::back_inserter(notices));
    run.notices = std::move(notices);
    run.timings.insert(run.timings.begin(), {"read", read_time.count()});
    return run;
}

}  // namespace cpo::app
