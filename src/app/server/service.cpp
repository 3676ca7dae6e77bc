#include "app/server/service.h"

#include <fmt/format.h>

#include <future>
#include <map>

#include "agents/generation/generation.h"
#include "app/server/open_database.h"
#include "app/server/service_options.h"
#include "app/wiring.h"
#include "backends/embedder/caching_embedder.h"
#include "backends/embedder/lazy_embedder.h"
#include "backends/lexical_index/fts5_lexical_index.h"
#include "backends/vector_index/exact_vector_index.h"
#include "base/parallel.h"
#include "http/accounts.h"
#include "http/authenticate.h"
#include "http/document.h"
#include "http/openapi.h"
#include "http/routes.h"
#include "http/server.h"
#include "http/services.h"
#include "http/stream_hub.h"
#include "http/web_files.h"
#include "jobs/campaign_job.h"
#include "jobs/generation_job.h"
#include "jobs/import_job.h"
#include "jobs/segmentation_job.h"
#include "jobs/worker.h"
#include "pipeline/content.h"
#include "pipeline/experiments.h"
#include "pipeline/screener.h"
#include "store/migrate.h"

namespace cpo::app {
namespace {

constexpr std::chrono::milliseconds kStreamPoll{200};
constexpr std::chrono::seconds kStartTime{30};

int threads_of(const Config& config) {
    return config.threads > 0 ? static_cast<int>(config.threads) : hardware_threads();
}

Result<std::unique_ptr<store::Database>> open_store(const StoreConfig& config, http::Log& log) {
    auto database = TRY(open_database(config.database));
    if (!config.is_migrated_at_start) {
        const auto checked = check_schema(*database);
        if (!checked) return checked.error();
        return database;
    }
    const int applied = TRY(store::migrate(*database));
    if (applied > 0) log.info(fmt::format("applied {} migrations", applied));
    return database;
}

std::unique_ptr<LazyEmbedder> load_embedder(int threads, http::Log& log) {
    const auto load = [threads, &log]() -> Result<std::unique_ptr<Embedder>> {
        std::vector<std::string> notices;
        auto embedder = make_embedder(threads, notices);
        for (const std::string& notice : notices) log.warn(notice);
        return embedder;
    };
    return make_lazy_embedder(load, kEmbeddingDimension);
}

Result<std::optional<http::WebFiles>> open_web(const HttpConfig& config, http::Log& log) {
    const auto folder = web_folder_of(config);
    if (!folder.empty()) return std::optional(TRY(http::WebFiles::read(folder, config.prefix)));
    log.warn("there is no dashboard beside the program: `./dev web` builds it");
    return std::optional<http::WebFiles>();
}

/// The work, counted by how it ended.
jobs::JobWork counted(const char* kind, jobs::JobWork work, http::Metrics& metrics) {
    return [kind, work = std::move(work), &metrics](jobs::JobContext& context) {
        auto result = work(context);
        metrics.count_job(kind, result ? "succeeded" : "failed");
        return result;
    };
}

}  // namespace

/// In order of construction; every part refers to earlier ones only, but for the services, which
/// ask the server whether it stops.
struct Service::Parts {
    Parts(const Config& settings, http::Log& messages) : config(settings), log(messages) {}

    /// The handlers' operation ids and the document must agree, or the program is wrong.
    Result<std::map<std::string, http::Handler, std::less<>>> handlers(
        const std::vector<http::Operation>& operations) const;
    Result<void> make_dispatcher();
    void make_worker(int threads);

    const Config config;
    http::Log& log;
    http::Metrics metrics;
    std::unique_ptr<store::Database> database;
    std::optional<store::Store> store;
    std::unique_ptr<HttpClient> http_client;
    std::unique_ptr<Llm> llm;
    std::unique_ptr<LazyEmbedder> embedder;
    std::unique_ptr<Embedder> caching_embedder;
    std::optional<generation::GenerationAgent> generation;
    std::optional<pipeline::Content> content;
    std::optional<pipeline::Screener> screener;
    std::optional<pipeline::RecentAssignments> assignments;
    std::map<std::string, jobs::JobWork> works;
    std::unique_ptr<jobs::Worker> worker;
    std::optional<http::Accounts> accounts;
    std::optional<http::StreamHub> streams;
    std::optional<http::Services> services;
    std::map<std::string, http::Handler, std::less<>> handler_of;
    std::optional<http::WebFiles> web;
    std::unique_ptr<http::Dispatcher> dispatcher;
    std::unique_ptr<http::Server> server;
};

Service::Service(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Service::~Service() { stop(); }

Result<std::map<std::string, http::Handler, std::less<>>> Service::Parts::handlers(
    const std::vector<http::Operation>& operations) const {
    std::map<std::string, http::Handler, std::less<>> found;
    for (const http::Route& route : http::routes())
        found.emplace(std::string(route.operation), route.handler);
    for (const http::Operation& operation : operations)
        if (found.count(operation.id) == 0)
            return Error{ErrorCode::kInternal, operation.id + " has no route", {}};
    if (found.size() != operations.size())
        return Error{ErrorCode::kInternal, "a route is not in api/openapi.yaml", {}};
    return found;
}

Result<void> Service::Parts::make_dispatcher() {
    auto operations = TRY(http::read_operations(http::openapi_document()));
    handler_of = TRY(handlers(operations));
    web = TRY(open_web(config.http, log));
    const http::RateLimit limit{config.http.requests_per_second, config.http.request_burst};
    dispatcher = TRY(http::Dispatcher::make(
        std::move(operations),
        [this](const http::Request& request) { return http::authenticate(request, *accounts); },
        [this](const http::Operation& operation, const http::Request& request) {
            return handler_of.find(operation.id)->second(request, *services);
        },
        {.caller_limit = limit,
         .remote_limit = limit,
         .pages = [this](const http::Exchange& exchange) {
             return web ? web->answer(exchange) : std::optional<http::Response>();
         }}));
    return {};
}

void Service::Parts::make_worker(int threads) {
    jobs::WorkerOptions options;
    options.threads = threads;
    options.lease = config.jobs.lease;
    options.on_error = [this](const Error& error) {
        log.warn(error.detail.empty() ? error.message : error.message + ": " + error.detail);
    };
    worker = jobs::make_worker(*store, works, options);
}

Result<std::unique_ptr<Service>> Service::make(const Config& config, http::Log& log) {
    auto parts = std::make_unique<Parts>(config, log);
    const int threads = threads_of(config);
    parts->database = TRY(open_store(config.store, log));
    parts->store.emplace(*parts->database, system_clock());
    parts->http_client = make_curl_http_client({});
    parts->llm = TRY(make_llm(*parts->http_client));
    parts->embedder = load_embedder(threads, log);
    parts->caching_embedder = make_caching_embedder(*parts->embedder, {});
    parts->generation.emplace(parts->llm.get());
    parts->content.emplace(pipeline::Content::Parts{
        .store = *parts->store,
        .embedder = *parts->caching_embedder,
        .make_vector_index =
            [](int dimension) { return Result(make_exact_vector_index(dimension)); },
        .make_lexical_index = make_fts5_lexical_index});
    parts->screener.emplace(safety::SafetyAgent::make, *parts->content);

    const jobs::SegmentationWork segmentation{*parts->store, threads};
    const jobs::GenerationWork generation{*parts->store,
                                          *parts->content,
                                          *parts->screener,
                                          *parts->generation,
                                          *parts->caching_embedder};
    const auto add = [&parts](const char* kind, jobs::JobWork work) {
        parts->works[kind] = counted(kind, std::move(work), parts->metrics);
    };
    add(jobs::kImportJob, jobs::make_import_work(*parts->store));
    add(jobs::kSegmentationJob, jobs::make_segmentation_work(segmentation));
    add(jobs::kGenerationJob, jobs::make_generation_work(generation));
    add(jobs::kCampaignJob, jobs::make_campaign_work({segmentation, generation}));

    parts->accounts.emplace(*parts->store, accounts_options(config));
    parts->assignments.emplace(*parts->store);
    return std::unique_ptr<Service>(new Service(std::move(parts)));
}

Result<std::string> Service::setup_token() {
    return parts_->accounts->setup_token(Deadline::after(kStartTime));
}

Result<void> Service::listen() {
    Parts& parts = *parts_;
    if (parts.config.jobs.workers > 0)
        parts.make_worker(static_cast<int>(parts.config.jobs.workers));
    parts.streams.emplace(*parts.store, kStreamPoll);
    parts.services.emplace(http::Services{
        .store = *parts.store,
        .accounts = *parts.accounts,
        .content = *parts.content,
        .screener = *parts.screener,
        .assignments = *parts.assignments,
        .metrics = parts.metrics,
        .streams = *parts.streams,
        .worker = parts.worker.get(),
        .are_models_ready =
            [&parts] { return parts.embedder->is_ready() && parts.screener->is_ready(); },
        .is_stopping = [&parts] { return parts.server->is_stopping(); },
        .version = CPO_VERSION,
        .docs_page = std::async(std::launch::deferred, [] {
                         return http::make_docs_page(http::openapi_document());
                     }).share()});
    const auto made = parts.make_dispatcher();
    if (!made) return made.error();
    parts.server = TRY(http::make_server(
        server_options(parts.config.http), *parts.dispatcher, parts.metrics, parts.log));
    return {};
}

std::string Service::url() const {
    const HttpConfig& http = parts_->config.http;
    if (!http.public_url.empty()) return http.public_url + http.prefix;
    const bool is_ipv6 = http.address.find(':') != std::string::npos;
    return fmt::format("{}://{}:{}{}",
                       http.certificate_file.empty() ? "http" : "https",
                       is_ipv6 ? "[" + http.address + "]" : http.address,
                       parts_->server->port(),
                       http.prefix);
}

void Service::start() {
    if (parts_->worker) parts_->worker->start();
    parts_->server->start();
}

void Service::start_worker(int threads) {
    parts_->make_worker(threads);
    parts_->worker->start();
}

void Service::stop() {
    // Listeners first: a stream never ends by itself.
    if (parts_->streams) parts_->streams->stop();
    if (parts_->server) parts_->server->stop();
    if (parts_->worker) parts_->worker->stop();
}

}  // namespace cpo::app
