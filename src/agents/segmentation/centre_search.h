#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "agents/segmentation/assignment.h"
#include "agents/segmentation/point_blocks.h"

namespace cpo::segmentation {

/// Finds the nearest of a few centres. Borrows the rule. Thread-safe.
class CentreSearch {
public:
    /// REQUIRES: 1 to kClustersMax centres.
    explicit CentreSearch(const NearestCentre& rule);

    std::size_t centres() const { return half_norms_.size(); }
    /// Number of the centre nearest to each point of `blocks` blocks from `first` on, of several
    /// the first: [blocks x kLanes]. The points are shifted_points() by the means of the rule.
    /// The same bits on any SIMD level. O(points x centres x columns).
    void find(const PointBlocks& points,
              std::size_t first,
              std::size_t blocks,
              std::uint8_t* numbers) const;

private:
    const NearestCentre& rule_;
    std::vector<float> half_norms_;  ///< [centres].
};

}  // namespace cpo::segmentation
