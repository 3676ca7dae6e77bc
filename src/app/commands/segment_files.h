#pragma once

#include <string>

#include "model/customer.h"
#include "model/segment.h"

namespace cpo::app {

// The files of `cpo segment`, in the order of the customers.

/// id,segment
std::string segments_csv(const FeatureTable& customers, const Segmentation& result);
/// id,strength; only the header where the method has none.
std::string strengths_csv(const FeatureTable& customers, const Segmentation& result);
/// id,x,y
std::string map_csv(const FeatureTable& customers, const SegmentMap& map);
/// left,right,height,size: SciPy's linkage matrix.
std::string tree_csv(const SegmentTree& tree);

}  // namespace cpo::app
