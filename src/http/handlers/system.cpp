#include "http/handlers/system.h"

#include <charconv>

#include "http/document.h"
#include "http/metrics.h"
#include "http/stream_hub.h"
#include "store/job_store.h"
#include "store/migrate.h"

namespace cpo::http {

Result<Response> get_health(const Request& /*request*/, Services& services) {
    return Response::ok(json::object{{"status", "alive"}, {"version", services.version}});
}

Result<Response> get_readiness(const Request& request, Services& services) {
    if (services.is_stopping()) return Error{ErrorCode::kUnavailable, "the server stops", {}};
    store::Database& database = services.store.database();
    if (TRY(store::pending(database, request.deadline)) > 0)
        return Error{ErrorCode::kUnavailable, "the database is older than this program", {}};
    const bool is_sqlite = database.engine() == store::Engine::kSqlite;
    return Response::ok(
        json::object{{"status", "ready"},
                     {"store", is_sqlite ? "sqlite" : "postgres"},
                     {"models", services.are_models_ready() ? "ready" : "loading"}});
}

Result<Response> get_metrics(const Request& request, Services& services) {
    const auto counts = TRY(services.store.read(
        [](store::Session& session) { return store::count_jobs(session); }, request.deadline));
    for (const auto& [state, count] : counts) services.metrics.set_jobs(state, count);
    Response response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = services.metrics.text();
    return response;
}

Result<Response> get_open_api(const Request& /*request*/, Services& /*services*/) {
    Response response;
    response.content_type = "application/yaml";
    response.body = openapi_document();
    return response;
}

Result<Response> get_docs(const Request& /*request*/, Services& services) {
    Response response;
    response.content_type = "text/html; charset=utf-8";
    const Result<std::string>& page = services.docs_page.get();
    if (!page) return page.error();
    response.body = *page;
    return std::move(response).with_header(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri "
        "'none'; form-action 'none'");
}

Result<Response> open_stream(const Request& request, Services& services) {
    std::optional<std::int64_t> after;
    const std::string last = request.header_or("last-event-id", "");
    if (!last.empty()) {
        std::int64_t number = 0;
        std::from_chars(last.data(), last.data() + last.size(), number);  // The schema holds it.
        after = number;
    }
    Response response;
    response.content_type = "text/event-stream";
    response.stream = TRY(services.streams.open(request.workspace(), after, request.deadline));
    return response;
}

}  // namespace cpo::http
