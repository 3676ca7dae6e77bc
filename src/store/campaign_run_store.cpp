#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "store/campaign_store.h"
#include "store/stored_values.h"

namespace cpo::store {
namespace {

constexpr std::string_view kInsertRun =
    "INSERT INTO campaign_runs (id, workspace_id, campaign_id, job_id, author, content, as_of, "
    "created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
constexpr std::string_view kSelectRuns =
    "SELECT r.id, r.campaign_id, r.job_id, r.author, r.content, r.as_of, r.segmentation_run_id, "
    "r.generation_run_id, r.segments_started_at, r.segments_finished_at, r.variants_started_at, "
    "r.variants_finished_at, r.experiments_started_at, r.experiments_finished_at, r.created_at, "
    "j.state, j.error FROM campaign_runs r JOIN jobs j ON j.id = r.job_id "
    "WHERE r.workspace_id = $1";
constexpr std::string_view kSelectOutcomes =
    "SELECT o.campaign_run_id, o.segment, o.experiment_id, o.skipped_reason "
    "FROM campaign_runs r JOIN campaign_outcomes o ON o.campaign_run_id = r.id "
    "WHERE r.workspace_id = $1 AND r.campaign_id = $2 AND r.id >= $3 AND r.id <= $4 "
    "ORDER BY o.campaign_run_id, o.segment";
constexpr std::string_view kInsertOutcomes =
    "INSERT INTO campaign_outcomes (workspace_id, campaign_run_id, segment, experiment_id, "
    "skipped_reason)";

// One statement a stage, because columns cannot be parameters.
constexpr std::array<std::string_view, 3> kStart{
    "UPDATE campaign_runs SET segments_started_at = $3, segmentation_run_id = $4 "
    "WHERE workspace_id = $1 AND id = $2 AND segments_started_at IS NULL",
    "UPDATE campaign_runs SET variants_started_at = $3, generation_run_id = $4 "
    "WHERE workspace_id = $1 AND id = $2 AND variants_started_at IS NULL",
    "UPDATE campaign_runs SET experiments_started_at = $3 "
    "WHERE workspace_id = $1 AND id = $2 AND experiments_started_at IS NULL",
};
constexpr std::array<std::string_view, 3> kFinish{
    "UPDATE campaign_runs SET segments_finished_at = $3 WHERE workspace_id = $1 AND id = $2 "
    "AND segments_started_at IS NOT NULL AND segments_finished_at IS NULL",
    "UPDATE campaign_runs SET variants_finished_at = $3 WHERE workspace_id = $1 AND id = $2 "
    "AND variants_started_at IS NOT NULL AND variants_finished_at IS NULL",
    "UPDATE campaign_runs SET experiments_finished_at = $3 WHERE workspace_id = $1 AND id = $2 "
    "AND experiments_started_at IS NOT NULL AND experiments_finished_at IS NULL",
};

std::string_view of_stage(const std::array<std::string_view, 3>& statements, CampaignStage stage) {
    return statements.at(static_cast<std::size_t>(stage));
}

Result<StoredCampaignRun> run_of(const Row& row) {
    StoredCampaignRun run;
    run.id = row.text("id");
    run.campaign = row.text("campaign_id");
    run.job = row.text("job_id");
    run.author = row.text("author");
    run.content = TRY(object_in(row, "content"));
    run.as_of = TRY(date_in(row, "as_of"));
    run.segmentation_run = row.text_or_empty("segmentation_run_id");
    run.generation_run = row.text_or_empty("generation_run_id");
    for (const CampaignStage stage : kCampaignStages) {
        const std::string name = name_of(stage);
        run.stages.at(static_cast<std::size_t>(stage)) = {
            optional_time_in(row, name + "_started_at"),
            optional_time_in(row, name + "_finished_at")};
    }
    run.state = row.text("state");
    run.error = row.text("error");
    run.created_at = time_in(row, "created_at");
    return run;
}

/// Fills the outcomes of neighbouring runs of one campaign, newest first or last.
Result<void> add_outcomes(Session& session,
                          const std::string& workspace,
                          std::vector<StoredCampaignRun>& runs) {
    if (runs.empty()) return {};
    const auto [oldest, newest] = std::minmax(runs.front().id, runs.back().id);
    const Rows rows =
        TRY(session.execute(kSelectOutcomes, {workspace, runs.front().campaign, oldest, newest}));
    std::map<std::string, std::vector<CampaignOutcome>> outcomes;
    for (const Row& row : rows)
        outcomes[row.text("campaign_run_id")].push_back({static_cast<int>(row.integer("segment")),
                                                         row.text_or_empty("experiment_id"),
                                                         row.text("skipped_reason")});
    for (StoredCampaignRun& run : runs)
        if (const auto found = outcomes.find(run.id); found != outcomes.end())
            run.outcomes = std::move(found->second);
    return {};
}

json::object stage_data(CampaignStage stage) { return {{"stage", name_of(stage)}}; }

}  // namespace

const char* name_of(CampaignStage stage) {
    switch (stage) {
        case CampaignStage::kSegments:
            return "segments";
        case CampaignStage::kVariants:
            return "variants";
        case CampaignStage::kExperiments:
            return "experiments";
    }
    std::abort();
}

Result<void> insert_campaign_run(Change& change, const StoredCampaignRun& run) {
    TRY(change.session().execute(kInsertRun,
                                 {run.id,
                                  change.workspace(),
                                  run.campaign,
                                  run.job,
                                  run.author,
                                  write_json(run.content),
                                  format_date(run.as_of),
                                  milliseconds_of(change.now())}));
    return change.record({"campaign_run.create",
                          "campaign_run",
                          run.id,
                          {{"campaign", run.campaign}, {"job", run.job}}});
}

Result<StoredCampaignRun> get_campaign_run(Session& session,
                                           const std::string& workspace,
                                           const std::string& id) {
    static const std::string sql = std::string(kSelectRuns) + " AND r.id = $2";
    const Rows rows = TRY(session.execute(sql, {workspace, id}));
    if (rows.empty()) return not_found("campaign run");
    std::vector<StoredCampaignRun> runs{TRY(run_of(rows.front()))};
    TRY(add_outcomes(session, workspace, runs));
    return std::move(runs.front());
}

Result<Page<StoredCampaignRun>> list_campaign_runs(Session& session,
                                                   const std::string& workspace,
                                                   const std::string& campaign,
                                                   const PageRequest& page) {
    TRY(get_campaign(session, workspace, campaign));
    const std::string sql =
        std::string(kSelectRuns) + " AND r.campaign_id = $2" + page.clause("r.id", 3);
    const Rows rows =
        TRY(session.execute(sql, {workspace, campaign, page.bound(), page.row_count()}));
    std::vector<StoredCampaignRun> runs;
    for (const Row& row : rows) runs.push_back(TRY(run_of(row)));
    TRY(add_outcomes(session, workspace, runs));
    return page_of(page, std::move(runs));
}

Result<void> start_campaign_stage(Change& change,
                                  const std::string& run,
                                  CampaignStage stage,
                                  const std::string& sub_run) {
    assert(sub_run.empty() == (stage == CampaignStage::kExperiments));
    std::vector<Value> values{change.workspace(), run, milliseconds_of(change.now())};
    if (!sub_run.empty()) values.emplace_back(sub_run);
    const Rows started =
        TRY(change.session().execute(of_stage(kStart, stage), std::span<const Value>(values)));
    if (started.affected == 0)
        return Error{ErrorCode::kAborted,
                     fmt::format("the stage {} of this run has started already", name_of(stage)),
                     {}};
    auto data = stage_data(stage);
    if (!sub_run.empty()) data["run"] = sub_run;
    return change.record({"campaign_run.start_stage", "campaign_run", run, std::move(data)});
}

Result<void> finish_campaign_stage(Change& change, const std::string& run, CampaignStage stage) {
    const Rows finished = TRY(change.session().execute(
        of_stage(kFinish, stage), {change.workspace(), run, milliseconds_of(change.now())}));
    if (finished.affected == 0)
        return Error{ErrorCode::kAborted,
                     fmt::format("the stage {} of this run is not under way", name_of(stage)),
                     {}};
    return change.record({"campaign_run.finish_stage", "campaign_run", run, stage_data(stage)});
}

Result<void> insert_campaign_outcomes(Change& change,
                                      const std::string& run,
                                      const std::vector<CampaignOutcome>& outcomes) {
    std::vector<std::vector<Value>> rows;
    rows.reserve(outcomes.size());
    for (const CampaignOutcome& outcome : outcomes)
        rows.push_back({change.workspace(),
                        run,
                        std::int64_t{outcome.segment},
                        text_or_null(outcome.experiment),
                        outcome.skipped_reason});
    TRY(change.session().insert(kInsertOutcomes, rows));
    return {};
}

}  // namespace cpo::store
