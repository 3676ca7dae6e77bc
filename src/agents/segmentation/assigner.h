#pragma once

#include <memory>
#include <vector>

#include "agents/segmentation/assignment.h"
#include "model/customer.h"
#include "model/segment.h"

namespace cpo::segmentation {

/// Puts customers into segments that are there already. Borrows rule and scaling. Thread-safe.
class Assigner {
public:
    /// REQUIRES: `rule` fits `scaling` (check_run). Builds a search tree over the members, if any.
    Assigner(const AssignmentRule& rule, const std::vector<FeatureScaling>& scaling);
    ~Assigner();

    /// Segment of each row of `customers`, whose columns are those of the scaling; kNoSegment where
    /// none is near enough. The same bits on any SIMD level. O(rows x segments x columns) for
    /// centres and components, near O(rows x log members) for members.
    std::vector<int> assign(const FeatureTable& customers) const;

private:
    class Members;

    const AssignmentRule& rule_;
    const std::vector<FeatureScaling>& scaling_;
    std::unique_ptr<Members> members_;  ///< Of a NearestMember.
};

}  // namespace cpo::segmentation
