#pragma once

#include <string>
#include <vector>

#include "agents/segmentation/profile.h"
#include "model/customer.h"

namespace cpo::segmentation {

/// A name in plain words for each segment, unique among them, from the features that set it apart
/// by half a standard deviation or more: what kind of buyers ("Frequent big spenders"), when they
/// last bought ("bought in the last 3 weeks": true for three quarters of them; "not seen for 8
/// months": the same), then other features, strongest first. Features that are not those of
/// docs/features.md are named by their label ("High page_views, low age"). Names that would be
/// equal get further clauses, weaker features included, and at last a number.
/// A single segment is "All customers". Deterministic; no customer data but averages.
std::vector<std::string> name_segments(const Profiles& profiles,
                                       const std::vector<FeatureDefinition>& definitions);

}  // namespace cpo::segmentation
