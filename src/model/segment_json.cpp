#include "model/segment_json.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <map>
#include <string_view>

#include "model/json_fields.h"

namespace cpo {
namespace {

/// Merges of a tree that a result keeps: every cut into up to a hundred segments.
constexpr std::size_t kTreeTop = 99;

json::object to_json(const SegmentDriver& driver) {
    return {{"feature", driver.feature},
            {"effect_size", driver.effect_size},
            {"segment_mean", driver.segment_mean},
            {"overall_mean", driver.overall_mean},
            {"sentence", driver.sentence}};
}

json::object to_json(const SegmentRule& rule) {
    json::array bounds;
    for (const RuleBound& bound : rule.bounds)
        bounds.push_back({{"feature", bound.feature},
                          {"comparison", bound.is_at_least ? "at_least" : "below"},
                          {"value", bound.value}});
    return {{"bounds", std::move(bounds)},
            {"recall", rule.recall},
            {"precision", rule.precision},
            {"sentence", rule.sentence}};
}

json::object to_json(const BorderlineCustomer& customer) {
    return {{"id", customer.id}, {"other", customer.other}, {"margin", customer.margin}};
}

json::object to_json(const ClusterCountTrial& trial) {
    if (trial.bic)
        return {
            {"clusters", trial.clusters}, {"covariance", trial.covariance}, {"bic", *trial.bic}};
    return {
        {"clusters", trial.clusters}, {"inertia", trial.inertia}, {"silhouette", trial.silhouette}};
}

/// Measures that not every clustering has.
constexpr std::array<std::pair<std::string_view, std::optional<double> SegmentationQuality::*>, 4>
    kMeasures{{{"simplified_silhouette", &SegmentationQuality::simplified_silhouette},
               {"davies_bouldin", &SegmentationQuality::davies_bouldin},
               {"calinski_harabasz", &SegmentationQuality::calinski_harabasz},
               {"dbcv", &SegmentationQuality::dbcv}}};

json::object to_json(const MethodCandidate& candidate) {
    json::object object{{"algorithm", candidate.algorithm},
                        {"clusters", candidate.clusters},
                        {"noise_share", candidate.noise_share},
                        {"chosen", candidate.is_chosen},
                        {"finding", candidate.finding}};
    if (candidate.silhouette) object["silhouette"] = *candidate.silhouette;
    if (candidate.stability) object["stability"] = *candidate.stability;
    return object;
}

Result<MethodCandidate> read_candidate(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    MethodCandidate candidate;
    candidate.algorithm = TRY(reader.string("algorithm"));
    candidate.clusters = TRY(read_count<int>(reader, "clusters"));
    candidate.noise_share = TRY(reader.number("noise_share"));
    candidate.is_chosen = TRY(reader.boolean("chosen"));
    candidate.finding = TRY(reader.string("finding"));
    if (reader.has("silhouette")) candidate.silhouette = TRY(reader.number("silhouette"));
    if (reader.has("stability")) candidate.stability = TRY(reader.number("stability"));
    return candidate;
}

Result<SegmentDriver> read_driver(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    SegmentDriver driver;
    driver.feature = TRY(reader.string("feature"));
    driver.effect_size = TRY(reader.number("effect_size"));
    driver.segment_mean = TRY(reader.number("segment_mean"));
    driver.overall_mean = TRY(reader.number("overall_mean"));
    driver.sentence = TRY(reader.string("sentence"));
    return driver;
}

std::optional<bool> parse_is_at_least(std::string_view comparison) {
    if (comparison == "at_least") return true;
    if (comparison == "below") return false;
    return std::nullopt;
}

Result<RuleBound> read_bound(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    RuleBound bound;
    bound.feature = TRY(reader.string("feature"));
    bound.is_at_least = TRY(read_name(reader, "comparison", parse_is_at_least));
    bound.value = TRY(reader.number("value"));
    return bound;
}

Result<SegmentRule> read_rule(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    SegmentRule rule;
    rule.bounds = TRY(read_array(reader, "bounds", read_bound));
    rule.recall = TRY(reader.number("recall"));
    rule.precision = TRY(reader.number("precision"));
    rule.sentence = TRY(reader.string("sentence"));
    return rule;
}

Result<BorderlineCustomer> read_borderline(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    BorderlineCustomer customer;
    customer.id = TRY(reader.string("id"));
    customer.other = TRY(read_count<int>(reader, "other"));
    customer.margin = TRY(reader.number("margin"));
    return customer;
}

Result<ClusterCountTrial> read_trial(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    ClusterCountTrial trial;
    trial.clusters = TRY(read_count<int>(reader, "clusters"));
    if (reader.has("bic")) {
        trial.bic = TRY(reader.number("bic"));
        trial.covariance = TRY(reader.string("covariance"));
        return trial;
    }
    trial.inertia = TRY(reader.number("inertia"));
    trial.silhouette = TRY(reader.number("silhouette"));
    return trial;
}

json::object to_json(const SegmentDensity& density) {
    if (density.size_min > 0)
        return {{"min_size", density.size_min},
                {"min_points", density.points_min},
                {"noise", density.noise},
                {"advice", density.advice}};
    json::array distances(density.core_distances.begin(), density.core_distances.end());
    return {{"eps", density.radius},
            {"eps_chosen", density.is_radius_chosen},
            {"min_points", density.points_min},
            {"core_points", density.core_points},
            {"noise", density.noise},
            {"core_distances", std::move(distances)},
            {"suggested_eps", density.suggested_radius},
            {"advice", density.advice}};
}

json::object to_json(const SegmentMixture& mixture) {
    return {{"components", mixture.components},
            {"covariance", mixture.covariance},
            {"bic", mixture.bic},
            {"aic", mixture.aic},
            {"log_likelihood", mixture.log_likelihood},
            {"converged", mixture.is_converged}};
}

std::uint32_t size_of(const SegmentTree& tree, std::uint32_t cluster) {
    const std::size_t leaves = tree.merges.size() + 1;
    if (cluster >= leaves) return tree.merges[cluster - leaves].size;
    return tree.leaf_sizes.empty() ? 1 : tree.leaf_sizes[cluster];
}

/// The last kTreeTop merges alone: clusters below them are the leaves 0, 1, ... of a small tree.
SegmentTree top_of(const SegmentTree& tree) {
    SegmentTree top;
    const std::size_t kept = std::min(tree.merges.size(), kTreeTop);
    const std::size_t from = tree.merges.size() - kept;
    top.merges.assign(tree.merges.begin() + static_cast<std::ptrdiff_t>(from), tree.merges.end());
    // Merge i of all is cluster rows + i, and there is one merge less than rows.
    const std::size_t first = tree.merges.size() + 1 + from;
    std::map<std::uint32_t, std::uint32_t> number_of;
    for (TreeMerge& merge : top.merges)
        for (std::uint32_t* side : {&merge.left, &merge.right}) {
            std::uint32_t number = 0;
            if (*side >= first) {
                number = static_cast<std::uint32_t>(*side - first + kept + 1);
            } else {
                number = static_cast<std::uint32_t>(top.leaf_sizes.size());
                top.leaf_sizes.push_back(size_of(tree, *side));
            }
            *side = number_of[*side] = number;
        }
    for (const TreeSegment& each : tree.segments)
        if (const auto found = number_of.find(each.cluster); found != number_of.end())
            top.segments.push_back({each.segment, found->second});
    return top;
}

json::object to_json(const SegmentTree& tree) {
    const SegmentTree top = top_of(tree);
    json::array merges;
    for (const TreeMerge& merge : top.merges)
        merges.push_back(json::object{{"left", merge.left},
                                      {"right", merge.right},
                                      {"height", merge.height},
                                      {"size", merge.size}});
    json::object object{{"linkage", tree.linkage},
                        {"leaf_sizes", json::array(top.leaf_sizes.begin(), top.leaf_sizes.end())},
                        {"top", std::move(merges)}};
    if (tree.cophenetic_rows > 0) {
        object["cophenetic_correlation"] = tree.cophenetic_correlation;
        object["cophenetic_rows"] = tree.cophenetic_rows;
        return object;
    }
    json::array segments;
    for (const TreeSegment& each : top.segments)
        segments.push_back(json::object{{"segment", each.segment}, {"cluster", each.cluster}});
    object["segments"] = std::move(segments);
    return object;
}

Result<TreeMerge> read_merge(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    TreeMerge merge;
    merge.left = TRY(read_count<std::uint32_t>(reader, "left"));
    merge.right = TRY(read_count<std::uint32_t>(reader, "right"));
    merge.height = TRY(reader.number("height"));
    merge.size = TRY(read_count<std::uint32_t>(reader, "size"));
    return merge;
}

Result<std::uint32_t> read_leaf_size(const json::value& value, const std::string& pointer) {
    json::error_code failure;
    const auto size = value.is_number() ? value.to_number<std::uint32_t>(failure) : 0;
    if (!value.is_number() || failure)
        return invalid_argument(pointer + ": expected a whole number from 0");
    return size;
}

Result<TreeSegment> read_tree_segment(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    TreeSegment segment;
    segment.segment = TRY(read_count<int>(reader, "segment"));
    segment.cluster = TRY(read_count<std::uint32_t>(reader, "cluster"));
    return segment;
}

Result<SegmentTree> read_tree(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    SegmentTree tree;
    tree.linkage = TRY(reader.string("linkage"));
    if (reader.has("segments")) {
        tree.segments = TRY(read_array(reader, "segments", read_tree_segment));
    } else {
        tree.cophenetic_correlation = TRY(reader.number("cophenetic_correlation"));
        tree.cophenetic_rows = TRY(read_count<std::size_t>(reader, "cophenetic_rows"));
    }
    tree.leaf_sizes = TRY(read_array(reader, "leaf_sizes", read_leaf_size));
    tree.merges = TRY(read_array(reader, "top", read_merge));
    return tree;
}

Result<SegmentDensity> read_density(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    SegmentDensity density;
    density.points_min = TRY(read_count<int>(reader, "min_points"));
    density.noise = TRY(read_count<std::size_t>(reader, "noise"));
    density.advice = TRY(reader.string("advice"));
    if (reader.has("min_size")) {
        density.size_min = TRY(read_count<int>(reader, "min_size"));
        return density;
    }
    density.radius = TRY(reader.number("eps"));
    density.is_radius_chosen = TRY(reader.boolean("eps_chosen"));
    density.core_points = TRY(read_count<std::size_t>(reader, "core_points"));
    density.core_distances = TRY(reader.numbers_or_empty("core_distances"));
    density.suggested_radius = TRY(reader.number("suggested_eps"));
    return density;
}

Result<SegmentMixture> read_mixture(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    SegmentMixture mixture;
    mixture.components = TRY(read_count<int>(reader, "components"));
    mixture.covariance = TRY(reader.string("covariance"));
    mixture.bic = TRY(reader.number("bic"));
    mixture.aic = TRY(reader.number("aic"));
    mixture.log_likelihood = TRY(reader.number("log_likelihood"));
    mixture.is_converged = TRY(reader.boolean("converged"));
    return mixture;
}

}  // namespace

json::object to_json(const FeatureScaling& column) {
    json::object object{{"feature", column.feature},
                        {"used", column.is_used},
                        {"log", column.is_log},
                        {"center", column.center},
                        {"scale", column.scale},
                        {"reason", column.reason}};
    if (!column.note.empty()) object["note"] = column.note;
    if (!column.quantiles.empty())
        object["quantiles"] = json::array(column.quantiles.begin(), column.quantiles.end());
    return object;
}

Result<FeatureScaling> read_scaling(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    FeatureScaling column;
    column.feature = TRY(reader.string("feature"));
    column.is_used = TRY(reader.boolean("used"));
    column.is_log = TRY(reader.boolean("log"));
    column.center = TRY(reader.number("center"));
    column.scale = TRY(reader.number("scale"));
    column.reason = TRY(reader.string("reason"));
    column.note = TRY(reader.string_or("note", ""));
    column.quantiles = TRY(reader.numbers_or_empty("quantiles"));
    return column;
}

json::object to_json(const Segment& segment, const std::vector<std::string>& features) {
    assert(segment.feature_means.size() == features.size());
    json::array drivers;
    for (const SegmentDriver& driver : segment.drivers) drivers.push_back(to_json(driver));
    json::array representatives, borderline;
    for (const std::string& id : segment.representatives) representatives.emplace_back(id);
    for (const BorderlineCustomer& customer : segment.borderline)
        borderline.push_back(to_json(customer));
    json::object means;
    for (std::size_t i = 0; i < features.size(); ++i) means[features[i]] = segment.feature_means[i];
    json::object object{{"segment", segment.number},
                        {"name", segment.name},
                        {"size", segment.size},
                        {"share", segment.share},
                        {"silhouette", segment.silhouette},
                        {"drivers", std::move(drivers)},
                        {"representatives", std::move(representatives)},
                        {"borderline", std::move(borderline)},
                        {"means", std::move(means)}};
    if (!segment.feature_effects.empty()) {
        assert(segment.feature_effects.size() == features.size());
        json::object effects;
        for (std::size_t i = 0; i < features.size(); ++i)
            effects[features[i]] = segment.feature_effects[i];
        object["effects"] = std::move(effects);
    }
    if (segment.rule) object["rule"] = to_json(*segment.rule);
    if (segment.stability) object["stability"] = *segment.stability;
    if (segment.persistence) object["persistence"] = *segment.persistence;
    return object;
}

json::object to_json(const Segmentation& segmentation) {
    json::array scaling, trials;
    for (const FeatureScaling& column : segmentation.scaling) scaling.push_back(to_json(column));
    const SegmentationQuality& quality = segmentation.quality;
    for (const ClusterCountTrial& trial : quality.trials) trials.push_back(to_json(trial));
    json::object measures{{"silhouette", quality.silhouette},
                          {"silhouette_rows", quality.silhouette_rows},
                          {"inertia", quality.inertia},
                          {"criterion", quality.criterion},
                          {"trials", std::move(trials)},
                          {"map_explained", segmentation.map.explained}};
    for (const auto& [name, measure] : kMeasures)
        if (quality.*measure) measures[name] = *(quality.*measure);
    json::object object{{"algorithm", segmentation.algorithm},
                        {"clusters", segmentation.clusters},
                        {"seed", segmentation.seed},
                        {"starts", segmentation.starts},
                        {"scaling", std::move(scaling)},
                        {"quality", std::move(measures)}};
    if (!segmentation.candidates.empty()) {
        json::array candidates;
        for (const MethodCandidate& candidate : segmentation.candidates)
            candidates.push_back(to_json(candidate));
        object["candidates"] = std::move(candidates);
    }
    if (!segmentation.reasons.empty())
        object["reasons"] = json::array(segmentation.reasons.begin(), segmentation.reasons.end());
    if (segmentation.density) object["density"] = to_json(*segmentation.density);
    if (segmentation.mixture) object["mixture"] = to_json(*segmentation.mixture);
    // The top of HDBSCAN's tree is single customers far from all others: its clusters tell more.
    if (segmentation.cluster_tree)
        object["tree"] = to_json(*segmentation.cluster_tree);
    else if (segmentation.tree && !segmentation.density)
        object["tree"] = to_json(*segmentation.tree);
    return object;
}

std::vector<std::string> features_of(const Segmentation& segmentation) {
    std::vector<std::string> names;
    names.reserve(segmentation.scaling.size());
    for (const FeatureScaling& column : segmentation.scaling) names.push_back(column.feature);
    return names;
}

Result<Segment> read_segment(const json::value& value,
                             const std::vector<std::string>& features,
                             const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    Segment segment;
    segment.number = TRY(read_count<int>(reader, "segment"));
    segment.name = TRY(reader.string("name"));
    segment.size = TRY(read_count<std::size_t>(reader, "size"));
    segment.share = TRY(reader.number("share"));
    segment.silhouette = TRY(reader.number("silhouette"));
    segment.drivers = TRY(read_array(reader, "drivers", read_driver));
    segment.representatives = TRY(reader.strings_or_empty("representatives"));
    if (reader.has("stability")) segment.stability = TRY(reader.number("stability"));
    if (reader.has("persistence")) segment.persistence = TRY(reader.number("persistence"));
    // Segments that were stored before there were these have neither.
    if (reader.has("borderline"))
        segment.borderline = TRY(read_array(reader, "borderline", read_borderline));
    if (reader.has("rule"))
        segment.rule = TRY(read_rule(reader.raw().at("rule"), reader.pointer_of("rule")));
    const auto means = TRY(reader.object("means"));
    for (const std::string& feature : features)
        segment.feature_means.push_back(TRY(means.number(feature)));
    if (!reader.has("effects")) return segment;
    const auto effects = TRY(reader.object("effects"));
    for (const std::string& feature : features)
        segment.feature_effects.push_back(TRY(effects.number(feature)));
    return segment;
}

Result<Segmentation> read_segmentation(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    Segmentation segmentation;
    segmentation.algorithm = TRY(reader.string("algorithm"));
    segmentation.clusters = TRY(read_count<int>(reader, "clusters"));
    segmentation.seed = TRY(read_seed(reader, "seed"));
    segmentation.starts = TRY(read_count<int>(reader, "starts"));
    segmentation.scaling = TRY(read_array(reader, "scaling", read_scaling));
    const auto quality = TRY(reader.object("quality"));
    segmentation.quality.silhouette = TRY(quality.number("silhouette"));
    segmentation.quality.silhouette_rows = TRY(read_count<std::size_t>(quality, "silhouette_rows"));
    segmentation.quality.inertia = TRY(quality.number("inertia"));
    segmentation.quality.criterion = TRY(quality.string("criterion"));
    segmentation.quality.trials = TRY(read_array(quality, "trials", read_trial));
    segmentation.map.explained = TRY(quality.number("map_explained"));
    for (const auto& [name, measure] : kMeasures)
        if (quality.has(name)) segmentation.quality.*measure = TRY(quality.number(name));
    if (reader.has("candidates"))
        segmentation.candidates = TRY(read_array(reader, "candidates", read_candidate));
    segmentation.reasons = TRY(reader.strings_or_empty("reasons"));
    if (const auto* density = value.as_object().if_contains("density"))
        segmentation.density = TRY(read_density(*density, pointer + "/density"));
    if (const auto* mixture = value.as_object().if_contains("mixture"))
        segmentation.mixture = TRY(read_mixture(*mixture, pointer + "/mixture"));
    if (const auto* tree = value.as_object().if_contains("tree"))
        (segmentation.density ? segmentation.cluster_tree : segmentation.tree) =
            TRY(read_tree(*tree, pointer + "/tree"));
    return segmentation;
}

}  // namespace cpo
