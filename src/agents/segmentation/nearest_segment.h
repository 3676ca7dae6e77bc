#pragma once

#include <cstddef>
#include <vector>

#include "agents/segmentation/assignment.h"
#include "agents/segmentation/centre_search.h"
#include "agents/segmentation/point_blocks.h"
#include "model/customer.h"
#include "model/segment.h"

namespace cpo::segmentation {

/// Gives customers, of whom a sample was clustered by k-means, the segment of the nearest centre,
/// block by block: the sums of a block do not depend on the others, so nothing is kept of it but
/// these. The same bits at any number of threads. Not thread-safe.
class NearestSegment {
public:
    /// REQUIRES: `rule` fits `scaling`, and there are no more centres than kClustersMax.
    NearestSegment(NearestCentre rule, std::vector<FeatureScaling> scaling, int threads);
    NearestSegment(const NearestSegment&) = delete;
    NearestSegment& operator=(const NearestSegment&) = delete;

    /// Segment of each row of `block`, which has the columns of the sample. O(rows x segments x
    /// columns).
    std::vector<int> add(const FeatureTable& block);
    /// Rows so far, by segment.
    const std::vector<std::size_t>& sizes() const { return sizes_; }
    /// Sum of the squared distances of all rows so far to the mean of their segment, scaled space.
    double inertia() const;

private:
    /// Of some rows: their number and the sums of their differences from the centre, by segment,
    /// and of their squared distances to it.
    struct Sums {
        std::vector<std::size_t> sizes;
        std::vector<double> differences;  ///< [segments x columns].
        double squared = 0;
    };
    void add_rows(const PointBlocks& points,
                  std::size_t task,
                  std::vector<int>& segment_of,
                  Sums& sums) const;

    NearestCentre rule_;
    std::vector<FeatureScaling> scaling_;
    int threads_;
    CentreSearch search_;
    std::vector<std::size_t> sizes_;
    std::vector<double> differences_;
    double squared_ = 0;
};

}  // namespace cpo::segmentation
