#include "pipeline/segment_contrast.h"

#include "model/segment_json.h"
#include "pipeline/segmentation_input.h"
#include "store/stored_values.h"

namespace cpo::pipeline {

Result<std::vector<segmentation::FeatureContrast>> segment_contrast(
    store::Session& session,
    const std::string& workspace,
    const store::SegmentKey& segment,
    int other) {
    const Segment first =
        TRY(store::get_segment(session, workspace, segment.run_id, segment.number));
    const Segment second = TRY(store::get_segment(session, workspace, segment.run_id, other));
    if (first.feature_effects.empty() || second.feature_effects.empty())
        return Error{ErrorCode::kFailedPrecondition,
                     "This run did not keep what contrasts are made of: compute segments again.",
                     {}};
    const auto run = TRY(store::get_run(session, workspace, segment.run_id));
    const auto features =
        features_of(TRY(store::or_damaged(read_segmentation(run.result, "result"))));
    // A run from before has no columns.
    const auto* columns = run.result.as_object().if_contains("columns");
    const auto definitions = TRY(store::or_damaged(definitions_of(
        features,
        columns != nullptr && columns->is_array() ? columns->get_array() : json::array())));
    return segmentation::contrast(first, second, definitions);
}

}  // namespace cpo::pipeline
