#include "http/handlers/customers.h"

#include <algorithm>
#include <charconv>

#include "base/utf8.h"
#include "http/page.h"
#include "http/services.h"
#include "jobs/import_job.h"
#include "jobs/sample.h"
#include "model/customer_json.h"
#include "pipeline/customer_import.h"
#include "pipeline/import_preview.h"
#include "store/customer_store.h"
#include "store/import_store.h"

namespace cpo::http {
namespace {

json::object customer_json(const store::Customer& customer) {
    return {{"id", customer.id},
            {"features", customer.features},
            {"updated_at", format_time(customer.updated_at)}};
}

json::object import_json(const store::Import& import) {
    json::object answer{{"id", import.id},
                        {"job", import.job_id},
                        {"state", import.state},
                        {"kind", import.kind},
                        {"mode", store::name_of(import.mode)},
                        {"file", import.file},
                        {"created_at", format_time(import.created_at)},
                        {"customers", import.customers},
                        {"summary", import.summary},
                        {"totals", import.totals}};
    // Rejected lines hold what stands in the file: get_rejected_lines takes an editor.
    if (!import.summary.is_null()) answer["summary"].as_object().erase("rejected");
    if (!import.error.empty()) answer["error"] = import.error;
    return answer;
}

/// The parameter was checked to be a number; without it, the job's own default.
double number_or(const Request& request, const std::string& name, double fallback) {
    const std::string text = request.query_or(name, "");
    std::from_chars(text.data(), text.data() + text.size(), fallback);
    return fallback;
}

jobs::ImportRequest import_request(const Request& request) {
    jobs::ImportRequest import;
    import.bytes = request.raw_body;
    import.media_type = request.content_type;
    import.kind = request.query_or("kind", import.kind);
    import.mode = request.query_or("mode", import.mode);
    import.file = request.query_or("file", "");
    import.map = request.query_or("map", "");
    import.id = request.query_or("id", "");
    import.as_of = request.query_or("as_of", "");
    import.rejected_share_max = number_or(request, "rejected_share_max", import.rejected_share_max);
    import.idempotency_key = request.header_or("idempotency-key", "");
    return import;
}

json::object preview_json(const pipeline::ImportPreview& preview) {
    json::array columns, rows;
    for (const std::string& column : preview.columns) columns.emplace_back(repair_utf8(column));
    for (const auto& row : preview.rows) {
        json::array cells;
        for (const std::string& cell : row) cells.emplace_back(repair_utf8(cell));
        rows.push_back(std::move(cells));
    }
    json::object mapping;
    for (const auto& [role, column] : preview.mapping) mapping[role] = repair_utf8(column);
    const json::object summary = to_json(preview.summary);
    return {{"columns", std::move(columns)},
            {"rows", std::move(rows)},
            {"mapping", std::move(mapping)},
            {"customers", preview.customers},
            {"lines", preview.summary.lines},
            {"set_aside", summary.at("set_aside")},
            {"rejected_count", preview.summary.rejected_count},
            {"rejected", summary.at("rejected")},
            {"notices", summary.at("notices")},
            {"problem", preview.problem}};
}

}  // namespace

Result<Response> list_customers(const Request& request, Services& services) {
    const auto page = TRY(page_request(request));
    std::int64_t total = 0;
    const auto read = [&](store::Session& session) -> Result<store::Page<store::Customer>> {
        total = TRY(store::count_customers(session, request.workspace()));
        return store::list_customers(session, request.workspace(), page);
    };
    const auto customers = TRY(services.store.read(read, request.deadline));
    auto answer = page_json(
        customers, customer_json, [](const store::Customer& customer) { return customer.id; });
    answer["total"] = total;
    return Response::ok(answer);
}

Result<Response> get_customer(const Request& request, Services& services) {
    const auto customer = TRY(services.store.read(
        [&](store::Session& session) {
            return store::get_customer(session, request.workspace(), request.param("customer"));
        },
        request.deadline));
    return Response::ok(customer_json(customer));
}

Result<Response> list_imports(const Request& request, Services& services) {
    const auto page = TRY(page_request(request));
    const auto imports = TRY(services.store.read(
        [&](store::Session& session) {
            return store::list_imports(session, request.workspace(), page);
        },
        request.deadline));
    return Response::ok(
        page_json(imports, import_json, [](const store::Import& import) { return import.id; }));
}

Result<Response> import_customers(const Request& request, Services& services) {
    const auto import = import_request(request);
    const auto started = TRY(services.store.change(
        request.workspace(),
        request.actor(),
        [&](store::Change& change) { return jobs::start_import(change, import); },
        request.deadline));
    if (services.worker != nullptr) services.worker->wake();
    return Response::accepted(json::object{{"import", started.import_id}, {"job", started.job_id}},
                              "/api/v1/jobs/" + started.job_id);
}

Result<Response> load_sample(const Request& request, Services& services) {
    // The operation is of the customers; a key for these alone must not bring documents in.
    const auto& scopes = request.caller.scopes;
    if (!scopes.empty() && std::find(scopes.begin(), scopes.end(), "retrieval") == scopes.end())
        return Error{ErrorCode::kPermissionDenied, "This key has no scope \"retrieval\".", {}};
    const auto documents = TRY(jobs::import_sample_content(
        services.store, request.workspace(), request.actor(), request.deadline));
    const auto start = [&](store::Change& change) {
        return jobs::start_sample_import(change, request.header_or("idempotency-key", ""));
    };
    const auto started =
        TRY(services.store.change(request.workspace(), request.actor(), start, request.deadline));
    if (services.worker != nullptr) services.worker->wake();
    return Response::accepted(
        json::object{{"import", started.import_id},
                     {"job", started.job_id},
                     {"documents", json::array(documents.begin(), documents.end())}},
        "/api/v1/jobs/" + started.job_id);
}

Result<Response> preview_import(const Request& request, Services& /*services*/) {
    const auto reading = TRY(jobs::reading_of(import_request(request)));
    return Response::ok(
        preview_json(TRY(pipeline::preview_import(request.raw_body, reading, request.deadline))));
}

Result<Response> get_import(const Request& request, Services& services) {
    const auto import = TRY(services.store.read(
        [&](store::Session& session) {
            return store::get_import(session, request.workspace(), request.param("import"));
        },
        request.deadline));
    return Response::ok(import_json(import));
}

Result<Response> get_rejected_lines(const Request& request, Services& services) {
    const auto lines = TRY(services.store.read(
        [&](store::Session& session) {
            return store::list_rejected(session, request.workspace(), request.param("import"));
        },
        request.deadline));
    return Response::file("text/csv", pipeline::rejected_csv(lines), "rejected.csv");
}

}  // namespace cpo::http
