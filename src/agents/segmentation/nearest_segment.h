#pragma once

#include <cstddef>
#include <vector>

#include "agents/segmentation/point_blocks.h"
#include "model/customer.h"
#include "model/segment.h"

namespace cpo::segmentation {

/// Gives customers, of whom a sample was clustered by k-means, the segment of the nearest centre,
/// block by block: the sums of a block do not depend on the others, so nothing is kept of it but
/// these. The same bits at any number of threads. Not thread-safe.
class NearestSegment {
public:
    /// The centres are the means of the sample's segments in its scaling. REQUIRES: everybody in
    /// the sample has a segment, and there are no more of them than kClustersMax.
    NearestSegment(const FeatureTable& sample, const Segmentation& found, int threads);

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
    PointBlocks shifted(const FeatureTable& block) const;
    void add_rows(const PointBlocks& points,
                  std::size_t task,
                  std::vector<int>& segment_of,
                  Sums& sums) const;

    std::vector<FeatureScaling> scaling_;
    int threads_;
    std::vector<double> means_;      ///< [used columns], of the scaled sample.
    std::vector<float> centres_;     ///< [segments x used columns], from the means.
    std::vector<float> half_norms_;  ///< [segments].
    std::vector<std::size_t> sizes_;
    std::vector<double> differences_;
    double squared_ = 0;
};

}  // namespace cpo::segmentation
