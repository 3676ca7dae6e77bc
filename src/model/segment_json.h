#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "model/segment.h"

namespace cpo {

/// {segment, name, size, share, silhouette, drivers: [{feature, effect_size, segment_mean,
/// overall_mean, sentence}], representatives, borderline: [{id, other, margin}],
/// means: {feature: mean}, effects: {feature: effect size}, rule: {bounds: [{feature, comparison:
/// "at_least" or "below", value}], recall, precision, sentence}}; `rule` and `effects` are missing
/// when there are none. `features` names the columns of Segment::feature_means.
json::object to_json(const Segment& segment, const std::vector<std::string>& features);

/// {feature, used, log, center, scale, reason}, and note and quantiles where there are any.
json::object to_json(const FeatureScaling& column);

/// How customers were grouped, without the segments, their customers, the map and timings:
/// {algorithm, clusters, seed, starts, scaling: [{feature, used, log, center, scale, reason}],
/// quality: {silhouette, silhouette_rows, inertia, criterion, trials, map_explained},
/// and, of the methods that have them, density, mixture and tree}.
json::object to_json(const Segmentation& segmentation);

/// Names of the columns, in order.
std::vector<std::string> features_of(const Segmentation& segmentation);

// Read what to_json wrote; fields that are not known are passed over. Errors: kInvalidArgument with
// the JSON pointer of a missing field or a wrong value.

Result<FeatureScaling> read_scaling(const json::value& value, const std::string& pointer);
Result<Segment> read_segment(const json::value& value,
                             const std::vector<std::string>& features,
                             const std::string& pointer = "");
Result<Segmentation> read_segmentation(const json::value& value, const std::string& pointer = "");

}  // namespace cpo
