#include <algorithm>

#include "base/digest.h"
#include "base/json.h"
#include "base/utf8.h"
#include "model/customer_json.h"
#include "report/html.h"
#include "report/report.h"

namespace cpo::report {
namespace {

constexpr int kSchemaVersion = 1;

json::array to_json(const std::vector<std::string>& sentences) {
    json::array array;
    for (const std::string& sentence : sentences) array.emplace_back(sentence);
    return array;
}

json::object to_json(const Campaign& campaign) {
    const PlanAssumptions& plan = campaign.plan;
    return {{"goal", repair_utf8(campaign.goal)},
            {"channel", name_of(campaign.channel)},
            {"language", campaign.language},
            {"variants", campaign.variants},
            {"seed", campaign.seed},
            {"as_of", format_date(campaign.as_of)},
            {"coverage", campaign.coverage},
            {"plan",
             json::object{{"baseline", plan.baseline},
                          {"minimum_lift", plan.minimum_lift},
                          {"alpha", plan.alpha},
                          {"power", plan.power},
                          {"units_per_day", plan.units_per_day},
                          {"attribution_days", plan.attribution_days}}}};
}

json::object content_json(const CampaignRun& run) {
    json::array used;
    for (const Document& document : run.library.documents) {
        const auto passages = std::count_if(
            run.library.passages.begin(), run.library.passages.end(), [&](const Passage& passage) {
                return passage.document == document.id;
            });
        used.push_back({{"id", document.id},
                        {"title", document.title},
                        {"type", name_of(document.type)},
                        {"passages", passages}});
    }
    json::array set_aside;
    for (const SetAsideDocument& document : run.library.set_aside)
        set_aside.push_back(
            {{"id", document.document}, {"title", document.title}, {"reason", document.reason}});
    return {{"folder", repair_utf8(run.content_folder)},
            {"sha256", run.content_sha256},
            {"used", std::move(used)},
            {"set_aside", std::move(set_aside)},
            {"notices", to_json(run.library.notices)}};
}

json::object to_json(const SegmentationQuality& quality) {
    json::array trials;
    for (const ClusterCountTrial& trial : quality.trials)
        trials.push_back({{"clusters", trial.clusters},
                          {"inertia", trial.inertia},
                          {"silhouette", trial.silhouette}});
    return {{"silhouette", quality.silhouette},
            {"silhouette_rows", quality.silhouette_rows},
            {"inertia", quality.inertia},
            {"criterion", quality.criterion},
            {"trials", std::move(trials)}};
}

json::object to_json(const Segmentation& segmentation) {
    json::array scaling;
    for (const FeatureScaling& column : segmentation.scaling)
        scaling.push_back({{"feature", column.feature},
                           {"is_used", column.is_used},
                           {"is_log", column.is_log},
                           {"center", column.center},
                           {"scale", column.scale},
                           {"reason", column.reason}});
    return {{"algorithm", segmentation.algorithm},
            {"clusters", segmentation.clusters},
            {"seed", segmentation.seed},
            {"starts", segmentation.starts},
            {"reasons", to_json(segmentation.reasons)},
            {"quality", to_json(segmentation.quality)},
            {"scaling", std::move(scaling)},
            {"map_explained", segmentation.map.explained}};
}

json::object counts_json(const CampaignRun& run) {
    json::object decisions;
    for (const auto decision : {Decision::kPass, Decision::kReview, Decision::kBlock})
        decisions[name_of(decision)] =
            std::count_if(run.verdicts.begin(), run.verdicts.end(), [&](const Verdict& verdict) {
                return verdict.decision == decision;
            });
    return {{"customers", run.customers.rows()},
            {"segments", run.segmentation.segments.size()},
            {"documents_used", run.library.documents.size()},
            {"documents_set_aside", run.library.set_aside.size()},
            {"variants", run.variants.size()},
            {"verdicts", std::move(decisions)},
            {"experiments", run.experiments.size()},
            {"experiments_skipped", run.skipped.size()},
            {"assignments", run.assignments.size()}};
}

json::array skipped_json(const std::vector<SkippedExperiment>& skipped) {
    json::array array;
    for (const SkippedExperiment& experiment : skipped)
        array.push_back({{"segment", experiment.segment}, {"reason", experiment.reason}});
    return array;
}

json::array files_json(const std::vector<RunFile>& files) {
    json::array array;
    for (const RunFile& file : files)
        array.push_back({{"name", file.name},
                         {"rows", file.rows},
                         {"bytes", file.content.size()},
                         {"sha256", sha256_hex(file.content)}});
    return array;
}

json::object timings_json(const CampaignRun& run) {
    json::object timings;
    for (const StageTiming& timing : run.timings) timings[timing.stage] = timing.elapsed_ms;
    const SegmentationTimings& segmentation = run.segmentation.timings;
    timings["segments_scale"] = segmentation.scale_ms;
    timings["segments_cluster"] = segmentation.cluster_ms;
    timings["segments_quality"] = segmentation.quality_ms;
    timings["segments_describe"] = segmentation.describe_ms;
    return timings;
}

}  // namespace

RunFile run_manifest(const CampaignRun& run, const std::vector<RunFile>& files) {
    const json::object manifest{
        {"schema_version", kSchemaVersion},
        {"cpo_version", run.version},
        {"command", repair_utf8(run.command)},
        {"campaign", to_json(run.campaign)},
        {"input", run.input ? json::value(to_json(*run.input)) : json::value(nullptr)},
        {"totals", run.totals ? json::value(to_json(*run.totals)) : json::value(nullptr)},
        {"content", content_json(run)},
        {"models", json::object{{"embedder", run.embedder}, {"writer", run.writer}}},
        {"segmentation", to_json(run.segmentation)},
        {"counts", counts_json(run)},
        {"skipped_experiments", skipped_json(run.skipped)},
        {"notices", to_json(run.notices)},
        {"files", files_json(files)},
        {"timings_ms", timings_json(run)}};
    return {"run.json", write_json_pretty(manifest), 1};
}

}  // namespace cpo::report
