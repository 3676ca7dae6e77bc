#include "app/commands/segment_report.h"

#include <fmt/format.h>

#include "model/customer_json.h"
#include "model/segment_json.h"

namespace cpo::app {
namespace {

json::object quality_json(const Segmentation& result, const json::object& parts) {
    json::object quality{{"clusters", result.clusters}};
    for (const auto& part : parts) quality.insert(part);
    return quality;
}

json::object parameters_json(const SegmentOptions& options, const Segmentation& result) {
    json::object parameters{
        {"clusters", options.clusters}, {"scale", options.scale}, {"seed", result.seed}};
    if (result.density) {
        parameters["min_points"] = result.density->points_min;
        if (result.density->size_min > 0)
            parameters["min_size"] = result.density->size_min;
        else
            parameters["eps"] = result.density->radius;
    } else if (result.tree) {
        parameters["linkage"] = result.tree->linkage;
        if (options.cut_height > 0) parameters["cut_height"] = options.cut_height;
    } else {
        parameters["starts"] = result.starts;
    }
    if (!options.weights.empty()) parameters["weights"] = options.weights;
    if (!options.contrast.empty()) parameters["contrast"] = options.contrast;
    if (result.mixture) parameters["covariance"] = result.mixture->covariance;
    return parameters;
}

}  // namespace

json::object report_of(const SegmentOptions& options,
                       const Reading& reading,
                       const Segmentation& result) {
    json::array features, segments;
    for (const FeatureScaling& column : result.scaling)
        if (column.is_used) features.emplace_back(column.feature);
    for (const Segment& segment : result.segments)
        segments.push_back(to_json(segment, features_of(result)));
    json::object how = to_json(result);
    json::object report{{"algorithm", result.algorithm},
                        {"parameters", parameters_json(options, result)},
                        {"rows", reading.rows},
                        {"features", std::move(features)},
                        {"scaling", std::move(how.at("scaling"))},
                        {"segments", std::move(segments)},
                        {"quality", quality_json(result, how.at("quality").as_object())},
                        {"rejected_count", reading.summary.rejected_count},
                        {"rejected", to_json(reading.summary.rejected, kRejectedLinesMax)},
                        {"timings_ms",
                         json::object{{"read", reading.read_ms},
                                      {"features", result.timings.scale_ms},
                                      {"cluster", result.timings.cluster_ms},
                                      {"quality", result.timings.quality_ms},
                                      {"describe", result.timings.describe_ms},
                                      {"write", reading.write_ms}}}};
    report["reasons"] = json::array{result.quality.criterion};  // Unless there are more.
    for (const char* part : {"candidates", "reasons", "density", "mixture", "tree"})
        if (auto* found = how.if_contains(part)) report[part] = std::move(*found);
    return report;
}

void print_summary(std::ostream& out, const Reading& reading, const Segmentation& result) {
    out << fmt::format("{} customers in {} segments. {}\n",
                       reading.rows,
                       result.segments.size(),
                       result.quality.criterion);
    for (const std::string& reason : result.reasons) out << "  " << reason << '\n';
    for (const Segment& segment : result.segments)
        out << fmt::format("  {}  {:>8}  {:>5.1f} %  {}\n",
                           segment.number,
                           segment.size,
                           100 * segment.share,
                           segment.name);
    if (result.density && !result.density->advice.empty())
        out << "Note: " << result.density->advice << '\n';
    if (result.quality.silhouette_rows > 0)
        out << fmt::format("Silhouette {:.3f} on {} customers.\n",
                           result.quality.silhouette,
                           result.quality.silhouette_rows);
    if (reading.summary.rejected_count > 0)
        out << fmt::format("{} lines could not be used; --report lists them.\n",
                           reading.summary.rejected_count);
    for (const FeatureScaling& feature : result.scaling)
        if (!feature.note.empty()) out << "Note: " << feature.note << '\n';
    for (const std::string& notice : reading.summary.notices) out << "Note: " << notice << '\n';
}

}  // namespace cpo::app
