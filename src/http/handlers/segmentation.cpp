#include "http/handlers/segmentation.h"

#include <algorithm>
#include <charconv>

#include "http/page.h"
#include "http/services.h"
#include "jobs/segmentation_job.h"
#include "pipeline/segment_contrast.h"
#include "pipeline/segmentation_model.h"
#include "store/segmentation_store.h"

namespace cpo::http {
namespace {

json::object run_json(const store::SegmentationRun& run) {
    json::object answer{{"id", run.id},
                        {"job", run.job_id},
                        {"state", run.state},
                        {"options", run.options},
                        {"customers", run.customers},
                        {"created_at", format_time(run.created_at)},
                        {"result", run.result}};
    if (!run.error.empty()) answer["error"] = run.error;
    return answer;
}

json::object member_json(const store::SegmentMember& member) {
    json::object answer{{"id", member.id}};
    if (member.strength) answer["strength"] = *member.strength;
    return answer;
}

/// A parameter that was checked to be a small number.
template <typename Number>
Number number_in(std::string_view text) {
    Number number{};
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// The segment that the path names.
store::SegmentKey segment_key(const Request& request) {
    return {request.param("run"), number_in<int>(request.param("segment"))};
}

/// "3,17": numbers between commas, as the document's pattern has them.
std::vector<std::size_t> points_in(std::string_view text) {
    std::vector<std::size_t> points;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        points.push_back(number_in<std::size_t>(text.substr(at, end - at)));
        at = end + 1;
    }
    return points;
}

}  // namespace

Result<Response> list_segmentation_runs(const Request& request, Services& services) {
    const auto page = TRY(page_request(request));
    const auto runs = TRY(services.store.read(
        [&](store::Session& session) {
            return store::list_runs(session, request.workspace(), page);
        },
        request.deadline));
    return Response::ok(
        page_json(runs, run_json, [](const store::SegmentationRun& run) { return run.id; }));
}

Result<Response> start_segmentation_run(const Request& request, Services& services) {
    const auto started = TRY(services.store.change(
        request.workspace(),
        request.actor(),
        [&](store::Change& change) {
            return jobs::start_segmentation(
                change, request.body.as_object(), request.header_or("idempotency-key", ""));
        },
        request.deadline));
    if (services.worker != nullptr) services.worker->wake();
    return Response::accepted(json::object{{"run", started.run_id}, {"job", started.job_id}},
                              "/api/v1/jobs/" + started.job_id);
}

Result<Response> get_segmentation_run(const Request& request, Services& services) {
    const auto run = TRY(services.store.read(
        [&](store::Session& session) {
            return store::get_run(session, request.workspace(), request.param("run"));
        },
        request.deadline));
    return Response::ok(run_json(run));
}

Result<Response> list_segments(const Request& request, Services& services) {
    auto segments = TRY(services.store.read(
        [&](store::Session& session) {
            return store::list_segments_json(session, request.workspace(), request.param("run"));
        },
        request.deadline));
    return Response::ok(json::object{{"items", std::move(segments)}});
}

Result<Response> get_segment(const Request& request, Services& services) {
    const auto segment = TRY(services.store.read(
        [&](store::Session& session) {
            return store::get_segment_json(session, request.workspace(), segment_key(request));
        },
        request.deadline));
    return Response::ok(segment);
}

Result<Response> list_segment_members(const Request& request, Services& services) {
    const auto page = TRY(page_request(request));
    const auto members = TRY(services.store.read(
        [&](store::Session& session) {
            return store::list_members(session, request.workspace(), segment_key(request), page);
        },
        request.deadline));
    return Response::ok(
        page_json(members, member_json, [](const store::SegmentMember& each) { return each.id; }));
}

Result<Response> get_segment_contrast(const Request& request, Services& services) {
    const auto contrasts = TRY(services.store.read(
        [&](store::Session& session) {
            return pipeline::segment_contrast(session,
                                              request.workspace(),
                                              segment_key(request),
                                              number_in<int>(request.param("other")));
        },
        request.deadline));
    return Response::ok(segmentation::to_json(contrasts));
}

Result<Response> list_map_customers(const Request& request, Services& services) {
    const auto customers = TRY(services.store.read(
        [&](store::Session& session) {
            return store::list_map_customers(session,
                                             request.workspace(),
                                             request.param("run"),
                                             points_in(request.query_or("points", "")));
        },
        request.deadline));
    json::array items;
    for (const store::MapCustomer& each : customers) {
        json::object item{{"point", each.point}, {"id", each.id}, {"segment", nullptr}};
        if (each.segment != kNoSegment) item["segment"] = each.segment;
        items.push_back(std::move(item));
    }
    return Response::ok(json::object{{"items", std::move(items)}});
}

Result<Response> get_segmentation_map(const Request& request, Services& services) {
    Response response;
    response.content_type = "application/octet-stream";
    response.body = TRY(services.store.read(
        [&](store::Session& session) {
            return store::load_segmentation_map(session, request.workspace(), request.param("run"));
        },
        request.deadline));
    return response;
}

Result<Response> get_segmentation_model(const Request& request, Services& services) {
    const auto model = TRY(services.store.read(
        [&](store::Session& session) {
            return store::load_segmentation_model(
                session, request.workspace(), request.param("run"));
        },
        request.deadline));
    return Response::file("application/json", model, "segmentation-model.json");
}

Result<Response> assign_customers(const Request& request, Services& services) {
    const auto customers =
        TRY(pipeline::assign_customers(services.store,
                                       {request.workspace(), request.param("run")},
                                       request.body.as_object(),
                                       request.deadline));
    json::array items;
    for (const pipeline::AssignedCustomer& each : customers) {
        json::object item{{"id", each.id}, {"segment", nullptr}, {"name", nullptr}};
        if (each.segment != kNoSegment) {
            item["segment"] = each.segment;
            item["name"] = each.name;
        }
        items.push_back(std::move(item));
    }
    return Response::ok(json::object{{"items", std::move(items)}});
}

}  // namespace cpo::http
