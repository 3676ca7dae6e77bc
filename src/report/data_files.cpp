#include <fmt/format.h>

#include <cassert>

#include "base/csv_field.h"
#include "base/format.h"
#include "base/json.h"
#include "model/context_json.h"
#include "model/experiment_json.h"
#include "model/segment_json.h"
#include "model/variant_json.h"
#include "model/verdict_json.h"
#include "report/report.h"

namespace cpo::report {
namespace {

RunFile customers_file(const FeatureTable& customers) {
    std::string csv = "id";
    for (const FeatureDefinition& definition : customers.definitions) {
        csv += ',';
        csv += csv_field(definition.name);
    }
    csv += '\n';
    for (std::size_t row = 0; row < customers.rows(); ++row) {
        csv += csv_field(customers.ids[row]);
        for (const double value : customers.row(row)) {
            csv += ',';
            csv += format_number(value);
        }
        csv += '\n';
    }
    return {"customers.csv", std::move(csv), customers.rows()};
}

RunFile segment_of_file(const CampaignRun& run) {
    std::string csv = "id,segment\n";
    for (std::size_t row = 0; row < run.customers.rows(); ++row)
        csv += fmt::format(
            "{},{}\n", csv_field(run.customers.ids[row]), run.segmentation.segment_of[row]);
    return {"segments.csv", std::move(csv), run.customers.rows()};
}

/// As `cpo segment` has it, but with the measures of the segment in an object of their own.
json::object element_of(const Segment& segment, const std::vector<std::string>& features) {
    json::object element = to_json(segment, features);
    element.stable_erase("silhouette");
    element["quality"] = json::object{{"silhouette", segment.silhouette}};
    return element;
}

RunFile segments_file(const CampaignRun& run) {
    std::vector<std::string> features;
    features.reserve(run.customers.definitions.size());
    for (const FeatureDefinition& definition : run.customers.definitions)
        features.push_back(definition.name);
    json::array segments;
    for (const Segment& segment : run.segmentation.segments)
        segments.push_back(element_of(segment, features));
    return {"segments.json", write_json_pretty(segments), segments.size()};
}

/// One JSON object per line.
class JsonLines {
public:
    void add(const json::object& line) {
        text_ += write_json(line);
        text_ += '\n';
        ++rows_;
    }
    RunFile file(std::string name) && { return {std::move(name), std::move(text_), rows_}; }

private:
    std::string text_;
    std::size_t rows_ = 0;
};

RunFile context_file(const CampaignRun& run) {
    JsonLines lines;
    for (const Context& context : run.contexts) {
        json::object line = to_json(context);
        line.erase("audience");  // How variants were chosen, no part of this file.
        lines.add(line);
    }
    return std::move(lines).file("context.jsonl");
}

RunFile variants_file(const CampaignRun& run) {
    JsonLines lines;
    for (const Variant& variant : run.variants) lines.add(to_json(variant));
    return std::move(lines).file("variants.jsonl");
}

RunFile verdicts_file(const CampaignRun& run) {
    JsonLines lines;
    for (std::size_t i = 0; i < run.verdicts.size(); ++i)
        lines.add(to_json(run.verdicts[i], !run.variants[i].message.subject.empty()));
    return std::move(lines).file("verdicts.jsonl");
}

RunFile experiments_file(const CampaignRun& run) {
    json::array experiments;
    for (const Experiment& experiment : run.experiments) experiments.push_back(to_json(experiment));
    return {"experiments.json", write_json_pretty(experiments), experiments.size()};
}

RunFile assignments_file(const CampaignRun& run) {
    std::string csv = "unit,experiment,arm\n";
    for (const UnitAssignment& assignment : run.assignments)
        csv += fmt::format("{},{},{}\n",
                           csv_field(assignment.unit),
                           csv_field(assignment.experiment),
                           csv_field(assignment.arm));
    return {"assignments.csv", std::move(csv), run.assignments.size()};
}

}  // namespace

std::vector<RunFile> data_files(const CampaignRun& run) {
    assert(run.segmentation.segment_of.size() == run.customers.rows());
    assert(run.verdicts.size() == run.variants.size());
    std::vector<RunFile> files;
    files.push_back(customers_file(run.customers));
    files.push_back(segment_of_file(run));
    files.push_back(segments_file(run));
    files.push_back(context_file(run));
    files.push_back(variants_file(run));
    files.push_back(verdicts_file(run));
    files.push_back(experiments_file(run));
    files.push_back(assignments_file(run));
    return files;
}

}  // namespace cpo::report
