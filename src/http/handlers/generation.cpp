#include "http/handlers/generation.h"

#include "http/handlers/variant_answer.h"
#include "http/page.h"
#include "http/services.h"
#include "jobs/generation_job.h"
#include "model/context_json.h"
#include "pipeline/variant_words.h"
#include "store/generation_store.h"

namespace cpo::http {
namespace {

json::object run_json(const store::GenerationRun& run) {
    json::object answer{{"id", run.id},
                        {"job", run.job},
                        {"state", run.state},
                        {"request", run.request},
                        {"variants", run.variants},
                        {"created_at", format_time(run.created_at)}};
    if (!run.error.empty()) answer["error"] = run.error;
    if (!run.embedder.empty()) answer["embedder"] = run.embedder;
    if (!run.writer.empty()) answer["writer"] = run.writer;
    json::array set_aside;
    for (const SetAsideDocument& document : run.set_aside)
        set_aside.push_back(json::object{{"document", document.document},
                                         {"title", document.title},
                                         {"reason", document.reason}});
    answer["set_aside"] = std::move(set_aside);
    answer["notices"] = json::array(run.notices.begin(), run.notices.end());
    return answer;
}

/// Text of a body's field; none when it is missing.
std::optional<std::string> text_in(const json::value& body, std::string_view field) {
    const auto* value = body.as_object().if_contains(field);
    if (value == nullptr) return std::nullopt;
    return std::string(value->as_string());
}

store::VariantFilter variant_filter(const Request& request) {
    store::VariantFilter filter;
    filter.run = request.query_or("run", "");
    filter.state = request.query_or("state", "");
    const auto segment = request.query_integer_or("segment", -1);
    if (segment >= 0) filter.segment = static_cast<int>(segment);
    return filter;
}

}  // namespace

Result<Response> list_generation_runs(const Request& request, Services& services) {
    const auto page = TRY(page_request(request));
    const auto runs = TRY(services.store.read(
        [&](store::Session& session) {
            return store::list_generation_runs(session, request.workspace(), page);
        },
        request.deadline));
    return Response::ok(page_json(runs, run_json, [](const auto& run) { return run.id; }));
}

Result<Response> start_generation_run(const Request& request, Services& services) {
    const jobs::StartRequest start{request.body.as_object(),
                                   request.header_or("idempotency-key", "")};
    const auto started = TRY(services.store.change(
        request.workspace(),
        request.actor(),
        [&](store::Change& change) { return jobs::start_generation(change, start); },
        request.deadline));
    if (services.worker != nullptr) services.worker->wake();
    return Response::accepted(json::object{{"run", started.run}, {"job", started.job}},
                              "/api/v1/jobs/" + started.job);
}

Result<Response> get_generation_run(const Request& request, Services& services) {
    const auto run = TRY(services.store.read(
        [&](store::Session& session) {
            return store::get_generation_run(session, request.workspace(), request.param("run"));
        },
        request.deadline));
    return Response::ok(run_json(run));
}

Result<Response> list_contexts(const Request& request, Services& services) {
    const auto contexts = TRY(services.store.read(
        [&](store::Session& session) {
            return store::list_contexts(session, request.workspace(), request.param("run"));
        },
        request.deadline));
    json::array items;
    for (const Context& context : contexts) items.push_back(to_json(context));
    return Response::ok(json::object{{"items", std::move(items)}});
}

Result<Response> list_variants(const Request& request, Services& services) {
    const auto page = TRY(page_request(request));
    const auto filter = variant_filter(request);
    const auto variants = TRY(services.store.read(
        [&](store::Session& session) {
            return store::list_variants(session, request.workspace(), filter, page);
        },
        request.deadline));
    return Response::ok(
        page_json(variants, variant_json, [](const auto& stored) { return stored.variant.id; }));
}

Result<Response> get_variant(const Request& request, Services& services) {
    const auto variant = TRY(services.store.read(
        [&](store::Session& session) {
            return store::get_variant(session, request.workspace(), request.param("variant"));
        },
        request.deadline));
    return variant_response(200, variant);
}

Result<Response> update_variant(const Request& request, Services& services) {
    pipeline::VariantEdit edit;
    edit.variant = request.param("variant");
    edit.version = TRY(request.expected_version());
    edit.subject = text_in(request.body, "subject");
    edit.text = text_in(request.body, "text");
    pipeline::VariantWords words(services.store, services.screener);
    return variant_response(
        200, TRY(words.edit({request.workspace(), request.actor()}, edit, request.deadline)));
}

}  // namespace cpo::http
