#include "http/handlers/experiments.h"

#include <fmt/format.h>

#include <utility>

#include "base/json_or_null.h"
#include "base/json_string.h"
#include "http/page.h"
#include "http/problem.h"
#include "model/campaign_json.h"
#include "model/experiment_json.h"
#include "pipeline/experiments.h"

namespace cpo::http {
namespace {

using pipeline::ExperimentView;
using store::ExperimentMove;

pipeline::Experiments experiments_of(const Request& request, Services& services) {
    return {services.store, {request.workspace(), request.actor(), request.deadline}};
}

void append_or_null(std::string& json, std::string_view text) {
    text.empty() ? void(json += "null") : append_json_string(json, text);
}

/// Written without a document in between: this is asked for most of all.
std::string json_text(const pipeline::AssignedUnits& assigned) {
    constexpr std::size_t kUnitBytes = 160;  // Mostly.
    std::string json;
    json.reserve(kUnitBytes * (assigned.units.size() + 1));
    json += "{\"experiment\":";
    append_json_string(json, assigned.experiment);
    json += ",\"state\":";
    append_json_string(json, store::name_of(assigned.state));
    json += ",\"items\":[";
    for (const pipeline::AssignedUnit& unit : assigned.units) {
        json += &unit == &assigned.units.front() ? "{\"unit\":" : ",{\"unit\":";
        append_json_string(json, unit.unit);
        json += ",\"arm\":";
        append_or_null(json, unit.arm);
        json += ",\"reason\":";
        append_json_string(json, unit.reason);
        json += ",\"variant\":";
        append_or_null(json, unit.variant);
        json += '}';
    }
    json += "]}";
    return json;
}

/// The words that are sent, from the start on; null before.
json::value frozen_words(const store::StoredArm& arm) {
    if (arm.text_hash.empty()) return nullptr;
    return json::object{{"channel", name_of(arm.message.channel)},
                        {"language", arm.message.language},
                        {"subject", arm.message.subject},
                        {"text", arm.message.text}};
}

json::array arms_json(const ExperimentView& view) {
    json::array arms;
    for (std::size_t i = 0; i < view.arms.size(); ++i) {
        const store::StoredArm& arm = view.experiment.arms[i];
        arms.push_back(json::object{{"key", arm.key},
                                    {"variant", arm.variant},
                                    {"weight", arm.weight},
                                    {"range", json::array{arm.range_low, arm.range_high}},
                                    {"text_hash", view.arms[i].text_hash},
                                    {"is_approved", view.arms[i].is_approved},
                                    {"message", frozen_words(arm)}});
    }
    return arms;
}

json::array allowed_json(store::ExperimentState state) {
    json::array allowed;
    for (const ExperimentMove move : store::allowed_moves(state))
        allowed.emplace_back(store::name_of(move));
    return allowed;
}

json::object experiment_json(const ExperimentView& view) {
    const store::StoredExperiment& experiment = view.experiment;
    return {{"id", experiment.id},
            {"version", experiment.version},
            {"key", experiment.key},
            {"state", store::name_of(experiment.state)},
            {"description", experiment.description},
            {"segmentation_run", experiment.segmentation_run},
            {"segment", experiment.segment},
            {"arms", arms_json(view)},
            {"control", experiment.control},
            {"seed", experiment.seed},
            {"hash_version", experiment.hash_version},
            {"coverage", experiment.coverage},
            {"plan", to_json(experiment.plan)},
            {"allowed", allowed_json(experiment.state)},
            {"started_at", or_null(experiment.started_at)},
            {"stopped_at", or_null(experiment.stopped_at)},
            {"shipped_arm", or_null(experiment.shipped_arm)},
            {"created_by", experiment.created_by},
            {"created_at", format_time(experiment.created_at)},
            {"updated_at", format_time(experiment.updated_at)}};
}

Response answer(const ExperimentView& view) {
    return Response::ok(experiment_json(view)).with_version(view.experiment.version);
}

std::string path_of(const Request& request) {
    std::string path = request.operation == nullptr ? "" : request.operation->path;
    const std::string_view name = "{experiment}";
    if (const auto at = path.find(name); at != std::string::npos)
        path.replace(at, name.size(), request.param("experiment"));
    return path;
}

/// The experiment, or the refusal of its state with what it allows.
Result<Response> answer_move(const Request& request,
                             Services& services,
                             const Result<ExperimentView>& moved) {
    if (moved) return answer(*moved);
    if (moved.error().code != ErrorCode::kFailedPrecondition) return moved.error();
    const auto present =
        TRY(experiments_of(request, services).get(request.param("experiment"))).experiment;
    Response refusal =
        problem_response({moved.error(), 0, {}}, path_of(request), request.request_id);
    json::value body = TRY(parse_json(refusal.body));
    body.as_object()["allowed"] = allowed_json(present.state);
    refusal.body = write_json(body);
    return refusal;
}

Result<std::string> reason_of(const Request& request) {
    if (request.body.is_null()) return std::string();
    return TRY(JsonReader::of(request.body)).string_or("reason", "");
}

Result<Response> move(const Request& request, Services& services, ExperimentMove step) {
    const auto reason = TRY(reason_of(request));
    return answer_move(
        request,
        services,
        experiments_of(request, services).move(request.param("experiment"), step, reason));
}

Result<pipeline::DraftRequest> draft_request(const Request& request) {
    const auto body = TRY(JsonReader::of(request.body));
    pipeline::DraftRequest draft;
    draft.key = TRY(body.string_or("key", ""));
    draft.description = TRY(body.string_or("description", ""));
    draft.control = TRY(body.string("control"));
    draft.coverage = TRY(body.number_or("coverage", 1));
    draft.plan = TRY(read_plan_assumptions(body));
    for (const json::value& item : *TRY(body.array("arms"))) {
        const auto arm = TRY(JsonReader::of(item, "/arms"));
        pipeline::ArmRequest wanted{TRY(arm.string("key")), TRY(arm.string("variant")), {}};
        if (arm.has("weight")) wanted.weight = TRY(arm.number("weight"));
        draft.arms.push_back(std::move(wanted));
    }
    return draft;
}

Result<pipeline::ExperimentEdit> edit_of(const Request& request) {
    const auto body = TRY(JsonReader::of(request.body));
    pipeline::ExperimentEdit edit;
    if (body.has("description")) edit.description = TRY(body.string("description"));
    if (body.has("coverage")) edit.coverage = TRY(body.number("coverage"));
    if (body.has("weights")) edit.weights = TRY(body.numbers_or_empty("weights"));
    return edit;
}

Result<ExperimentEvent> event_of(const json::value& value, std::size_t position) {
    const auto reader = TRY(JsonReader::of(value, fmt::format("/events/{}", position)));
    ExperimentEvent event;
    event.id = TRY(reader.string("id"));
    const auto kind = TRY(reader.string("kind"));
    event.kind = kind == "exposure" ? EventKind::kExposure : EventKind::kOutcome;
    event.unit = TRY(reader.string("unit"));
    event.arm = TRY(reader.string_or("arm", ""));
    event.metric = TRY(reader.string_or("metric", ""));
    event.value = TRY(reader.number_or("value", 1));
    const auto text = TRY(reader.string("time"));
    const auto time = parse_time(text);
    if (!time)
        return invalid_argument(fmt::format("{}: it is no moment such as 2026-01-31T12:00:00Z",
                                            reader.pointer_of("time")));
    event.time = *time;
    return event;
}

Result<std::vector<ExperimentEvent>> events_of(const Request& request) {
    const auto body = TRY(JsonReader::of(request.body));
    std::vector<ExperimentEvent> events;
    for (const json::value& item : *TRY(body.array("events")))
        events.push_back(TRY(event_of(item, events.size())));
    return events;
}

Response conflict(const Request& request, const std::vector<std::size_t>& positions) {
    Problem problem{{ErrorCode::kAlreadyExists,
                     "nothing was stored: an id is known with another content. An id names one "
                     "event for ever; send other events under other ids",
                     {}},
                    0,
                    {}};
    for (const std::size_t position : positions)
        problem.errors.push_back(
            {fmt::format("/events/{}", position), "this id is known with another content"});
    return problem_response(problem, path_of(request), request.request_id);
}

json::array counts_json(const std::vector<std::pair<std::string, std::int64_t>>& counts) {
    json::array items;
    for (const auto& [reason, count] : counts)
        items.push_back(json::object{{"reason", reason}, {"events", count}});
    return items;
}

json::array traffic_json(const pipeline::ExperimentTraffic& traffic) {
    json::array arms;
    for (const pipeline::ArmTraffic& arm : traffic.arms) {
        json::array buckets;
        for (const pipeline::TrafficBucket& bucket : arm.buckets)
            buckets.push_back(json::object{{"start", format_time(bucket.start)},
                                           {"units", bucket.units},
                                           {"cumulative_units", bucket.cumulative_units}});
        arms.push_back(json::object{{"arm", arm.arm},
                                    {"planned_share", arm.planned_share},
                                    {"units", arm.units},
                                    {"buckets", std::move(buckets)}});
    }
    return arms;
}

}  // namespace

Result<Response> list_experiments(const Request& request, Services& services) {
    store::ExperimentFilter filter;
    filter.state = store::parse_experiment_state(request.query_or("state", ""));
    const auto wanted = TRY(page_request(request));
    const auto page = TRY(experiments_of(request, services).list(filter, wanted));
    return Response::ok(page_json(page, experiment_json, [](const ExperimentView& view) {
        return json::value(view.experiment.id);
    }));
}

Result<Response> create_experiment(const Request& request, Services& services) {
    const auto draft = TRY(draft_request(request));
    const auto view = TRY(experiments_of(request, services).create(draft));
    return Response::created(experiment_json(view), "/api/v1/experiments/" + view.experiment.id)
        .with_version(view.experiment.version);
}

Result<Response> get_experiment(const Request& request, Services& services) {
    return answer(TRY(experiments_of(request, services).get(request.param("experiment"))));
}

Result<Response> update_experiment(const Request& request, Services& services) {
    const auto version = TRY(request.expected_version());
    const auto edit = TRY(edit_of(request));
    return answer_move(
        request,
        services,
        experiments_of(request, services).update(request.param("experiment"), version, edit));
}

Result<Response> start_experiment(const Request& request, Services& services) {
    return move(request, services, ExperimentMove::kStart);
}

Result<Response> pause_experiment(const Request& request, Services& services) {
    return move(request, services, ExperimentMove::kPause);
}

Result<Response> resume_experiment(const Request& request, Services& services) {
    return move(request, services, ExperimentMove::kResume);
}

Result<Response> stop_experiment(const Request& request, Services& services) {
    return move(request, services, ExperimentMove::kStop);
}

Result<Response> roll_back_experiment(const Request& request, Services& services) {
    return move(request, services, ExperimentMove::kRollBack);
}

Result<Response> ship_experiment(const Request& request, Services& services) {
    const auto body = TRY(JsonReader::of(request.body));
    const auto arm = TRY(body.string("arm"));
    const auto reason = TRY(reason_of(request));
    return answer_move(
        request,
        services,
        experiments_of(request, services).ship(request.param("experiment"), arm, reason));
}

Result<Response> assign_units(const Request& request, Services& services) {
    const auto body = TRY(JsonReader::of(request.body));
    const auto units = TRY(body.strings_or_empty("units"));
    const auto assigned =
        TRY(experiments_of(request, services)
                .assign(request.param("experiment"), units, services.assignments));
    Response response;
    response.body = json_text(assigned);
    return response;
}

Result<Response> record_events(const Request& request, Services& services) {
    const auto events = TRY(events_of(request));
    const auto receipt =
        TRY(experiments_of(request, services).record_events(request.param("experiment"), events));
    if (!receipt.conflicts.empty()) return conflict(request, receipt.conflicts);
    return Response::ok(json::object{{"accepted", receipt.accepted},
                                     {"repeated", receipt.repeated},
                                     {"not_counted", counts_json(receipt.not_counted)}});
}

Result<Response> get_results(const Request& request, Services& services) {
    const auto results =
        TRY(experiments_of(request, services).results(request.param("experiment")));
    return Response::ok(json::object{
        {"experiment", results.experiment},
        {"state", store::name_of(results.state)},
        {"events", results.events},
        {"newest_event_at",
         results.newest_event_at ? json::value(format_time(*results.newest_event_at)) : nullptr},
        {"snapshot", results.snapshot},
        {"analysis", to_json(results.analysis)}});
}

Result<Response> get_experiment_traffic(const Request& request, Services& services) {
    const auto traffic =
        TRY(experiments_of(request, services).traffic(request.param("experiment")));
    return Response::ok(
        json::object{{"experiment", traffic.experiment},
                     {"state", store::name_of(traffic.state)},
                     {"bucket_seconds",
                      traffic.bucket_width ? json::value(traffic.bucket_width->count()) : nullptr},
                     {"arms", traffic_json(traffic)}});
}

}  // namespace cpo::http
