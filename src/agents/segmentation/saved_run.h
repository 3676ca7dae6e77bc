#pragma once

#include <string>
#include <vector>

#include "agents/segmentation/assignment.h"
#include "agents/segmentation/feature_plan.h"
#include "base/json.h"
#include "base/result.h"

namespace cpo::segmentation {

/// A segmentation run as a file: how customers become points, and which segment a point is in.
/// Holds nothing of a single customer but, for density-based methods, the scaled features of
/// members.
struct SavedRun {
    struct Segment {
        std::string name;
        std::size_t size = 0;  ///< Customers, when the run was made.
    };

    std::string algorithm;  ///< Segmentation::algorithm.
    std::string scale;      ///< As the user gives it: "auto", ...
    std::string id;         ///< Column of the id, as the user gave it; may be empty.
    std::vector<Segment> segments;
    FeaturePlan plan;
    AssignmentRule rule;
};

/// {columns: [{column, kind, use, reason, missing_share, ...}], features: FeatureScaling[]}: for
/// people and for read_run().
json::object to_json(const FeaturePlan& plan);

/// {format, version, algorithm, scale, id, segments, plan, assignment}. Numbers are exact.
json::object to_json(const SavedRun& run);

/// Reads what to_json wrote and checks that its parts fit: whoever edits such a file hears of it.
/// Errors: kInvalidArgument with the JSON pointer of what is missing, unknown or wrong, of another
/// version, and of numbers that are out of range.
Result<SavedRun> read_run(const json::value& value);

}  // namespace cpo::segmentation
