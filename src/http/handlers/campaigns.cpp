#include "http/handlers/campaigns.h"

#include "base/json_or_null.h"
#include "http/page.h"
#include "http/services.h"
#include "jobs/campaign_input.h"
#include "jobs/campaign_job.h"
#include "jobs/segmentation_job.h"
#include "store/campaign_store.h"

namespace cpo::http {
namespace {

json::object campaign_json(const store::StoredCampaign& campaign) {
    return {{"id", campaign.id},
            {"version", campaign.version},
            {"content", campaign.content},
            {"created_by", campaign.created_by},
            {"created_at", format_time(campaign.created_at)},
            {"updated_at", format_time(campaign.updated_at)},
            {"latest_run", or_null(campaign.latest_run)}};
}

json::object stage_json(const store::StoredCampaignRun& run, store::CampaignStage stage) {
    const store::StageTimes& times = run.times(stage);
    json::object answer{{"stage", store::name_of(stage)},
                        {"state", "waiting"},
                        {"elapsed_ms", nullptr},
                        {"finished_at", nullptr}};
    if (times.started_at && run.state == "running") answer["state"] = "running";
    if (times.started_at && times.finished_at) {
        answer["state"] = "done";
        answer["elapsed_ms"] = (*times.finished_at - *times.started_at).count();
        answer["finished_at"] = format_time(*times.finished_at);
    }
    return answer;
}

json::object run_json(const store::StoredCampaignRun& run) {
    json::array stages;
    for (const store::CampaignStage stage : store::kCampaignStages)
        stages.push_back(stage_json(run, stage));
    json::array experiments;
    json::array skipped;
    for (const store::CampaignOutcome& outcome : run.outcomes) {
        if (outcome.experiment.empty())
            skipped.push_back(
                json::object{{"segment", outcome.segment}, {"reason", outcome.skipped_reason}});
        else
            experiments.push_back(json::value(outcome.experiment));
    }
    json::object answer{{"id", run.id},
                        {"campaign", run.campaign},
                        {"job", run.job},
                        {"state", run.state},
                        {"content", run.content},
                        {"stages", std::move(stages)},
                        {"segmentation_run", or_null(run.segmentation_run)},
                        {"generation_run", or_null(run.generation_run)},
                        {"experiments", std::move(experiments)},
                        {"skipped", std::move(skipped)},
                        {"created_at", format_time(run.created_at)}};
    if (!run.error.empty()) answer["error"] = run.error;
    return answer;
}

/// The configuration of a body, after the checks that a schema cannot make.
Result<json::object> content_in(const Request& request, Services& services) {
    const auto& content = request.body.as_object();
    const auto today = std::chrono::floor<std::chrono::days>(services.store.clock().now());
    const auto as_of = TRY(jobs::read_as_of(content, today));
    TRY(jobs::read_campaign(content, as_of));
    if (const auto* options = content.if_contains("segmentation")) {
        const auto checked = jobs::check_segmentation_options(options->as_object());
        if (!checked) return invalid_argument("/segmentation" + checked.error().message);
    }
    return content;
}

}  // namespace

Result<Response> list_campaigns(const Request& request, Services& services) {
    const auto page = TRY(page_request(request));
    const auto campaigns = TRY(services.store.read(
        [&](store::Session& session) {
            return store::list_campaigns(session, request.workspace(), page);
        },
        request.deadline));
    return Response::ok(
        page_json(campaigns, campaign_json, [](const auto& campaign) { return campaign.id; }));
}

Result<Response> create_campaign(const Request& request, Services& services) {
    const auto content = TRY(content_in(request, services));
    const auto campaign = TRY(services.store.change(
        request.workspace(),
        request.actor(),
        [&](store::Change& change) { return store::insert_campaign(change, content); },
        request.deadline));
    return Response::created(campaign_json(campaign), "/api/v1/campaigns/" + campaign.id)
        .with_version(campaign.version);
}

Result<Response> get_campaign(const Request& request, Services& services) {
    const auto campaign = TRY(services.store.read(
        [&](store::Session& session) {
            return store::get_campaign(session, request.workspace(), request.param("campaign"));
        },
        request.deadline));
    return Response::ok(campaign_json(campaign)).with_version(campaign.version);
}

Result<Response> update_campaign(const Request& request, Services& services) {
    const auto version = TRY(request.expected_version());
    const auto content = TRY(content_in(request, services));
    const auto campaign = TRY(services.store.change(
        request.workspace(),
        request.actor(),
        [&](store::Change& change) {
            return store::update_campaign(change, request.param("campaign"), version, content);
        },
        request.deadline));
    return Response::ok(campaign_json(campaign)).with_version(campaign.version);
}

Result<Response> list_campaign_runs(const Request& request, Services& services) {
    const auto page = TRY(page_request(request));
    const auto runs = TRY(services.store.read(
        [&](store::Session& session) {
            return store::list_campaign_runs(
                session, request.workspace(), request.param("campaign"), page);
        },
        request.deadline));
    return Response::ok(page_json(runs, run_json, [](const auto& run) { return run.id; }));
}

Result<Response> start_campaign_run(const Request& request, Services& services) {
    const auto started = TRY(services.store.change(
        request.workspace(),
        request.actor(),
        [&](store::Change& change) {
            return jobs::start_campaign(
                change, request.param("campaign"), request.header_or("idempotency-key", ""));
        },
        request.deadline));
    if (services.worker != nullptr) services.worker->wake();
    return Response::accepted(json::object{{"run", started.run}, {"job", started.job}},
                              "/api/v1/jobs/" + started.job);
}

Result<Response> get_campaign_run(const Request& request, Services& services) {
    const auto run = TRY(services.store.read(
        [&](store::Session& session) {
            return store::get_campaign_run(session, request.workspace(), request.param("run"));
        },
        request.deadline));
    if (run.campaign != request.param("campaign"))
        return Error{ErrorCode::kNotFound, "this campaign has no such run", {}};
    return Response::ok(run_json(run));
}

}  // namespace cpo::http
