#pragma once

#include <string>
#include <vector>

#include "agents/segmentation/contrast.h"
#include "store/segmentation_store.h"

namespace cpo::pipeline {

/// What tells a segment of a stored run from another of the same run: segmentation::contrast() on
/// what the run kept of them. O(features). Errors: kNotFound (no such run or segment);
/// kFailedPrecondition for a run from before effects were kept.
Result<std::vector<segmentation::FeatureContrast>> segment_contrast(
    store::Session& session,
    const std::string& workspace,
    const store::SegmentKey& segment,
    int other);

}  // namespace cpo::pipeline
