#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "agents/segmentation/point_blocks.h"
#include "model/customer.h"
#include "model/segment.h"

namespace cpo::segmentation {

/// What sets one segment apart.
struct SegmentProfile {
    std::size_t size = 0;
    std::vector<double> means;  ///< [columns of the table], in the features' own units.
    /// [columns], (segment mean - overall mean) / overall deviation in the scaled space. 0 for
    /// columns that were not used, and where the means in the feature's own unit say the opposite
    /// (a log and a few extreme values can do that): words must not contradict the numbers.
    std::vector<double> effects;
    /// Quartiles of recency_days, when the table has it: three quarters of the members lie above
    /// the first and below the second.
    double recency_low = 0, recency_high = 0;
};

struct Profiles {
    std::size_t rows = 0;               ///< Customers, in segments or not.
    std::vector<double> overall_means;  ///< [columns], in the features' own units.
    std::vector<SegmentProfile> segments;
};

/// Describes each segment of `customers`; `points` are its used columns, scaled to mean 0.
/// REQUIRES: segment_of is [rows] with values 0 ... segments - 1, each used, or kNoSegment: such
/// customers count among all, and in no segment. O(rows x columns).
Profiles profile_segments(const FeatureTable& customers,
                          const std::vector<FeatureScaling>& scaling,
                          const PointBlocks& points,
                          std::span<const int> segment_of,
                          std::size_t segments);

/// The strongest reasons, first the strongest: up to five with an effect of 0.2 or more, and at
/// least three if as many features differ at all.
std::vector<SegmentDriver> drivers_of(const Profiles& profiles,
                                      std::size_t segment,
                                      const std::vector<FeatureDefinition>& definitions);

/// "Last bought 21 days ago on average; all customers 92 days."
std::string driver_sentence(const FeatureDefinition& definition, double mean, double overall_mean);

}  // namespace cpo::segmentation
