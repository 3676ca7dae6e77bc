#pragma once

#include <variant>
#include <vector>

#include "agents/segmentation/covariance.h"
#include "agents/segmentation/exact_points.h"
#include "base/deadline.h"
#include "base/result.h"
#include "model/customer.h"
#include "model/segment.h"

namespace cpo::segmentation {

/// More customers than this are not kept for NearestMember.
inline constexpr std::size_t kMembersMax = 50'000;

/// The segment whose centre is nearest, of several the first: k-means and hierarchies.
struct NearestCentre {
    std::vector<double> means;   ///< [used features], taken away after scaling.
    std::vector<float> centres;  ///< [segments x used features].
};

/// The segment of the component that is most probable: Gaussian mixtures.
struct MostProbable {
    Covariance covariance = Covariance::kFull;
    double regularization = 0;        ///< Smallest variance; > 0.
    std::vector<double> weights;      ///< [components], each > 0.
    std::vector<double> means;        ///< [components x used features].
    std::vector<double> covariances;  ///< As GaussianMixtureResult::covariances.
    std::vector<int> segment_of;      ///< [components], or kNoSegment.
};

/// The segment of the nearest member, if that is within the segment's reach: density-based
/// methods.
struct NearestMember {
    ExactPoints members;          ///< [members x used features], scaled.
    std::vector<int> segment_of;  ///< [members].
    std::vector<double> reaches;  ///< [segments]; infinite = any distance.
};

/// How a customer's segment is found once the segments are there.
using AssignmentRule = std::variant<NearestCentre, MostProbable, NearestMember>;

/// The means of the segments of `result`, which SegmentationAgent::segment made of `customers`.
/// REQUIRES: everybody has a segment. O(rows x columns). Thread-safe.
NearestCentre segment_means(const FeatureTable& customers, const Segmentation& result, int threads);

/// The rule that goes with `result`, which SegmentationAgent::segment made of `customers`.
/// - k-means, hierarchical: NearestCentre. k-means gives the same customers the same segments; in a
///   hierarchy a few may lie nearer to the centre of another.
/// - gmm: MostProbable; the same segments.
/// - dbscan: the core customers, reach = the radius; the same segments but for border customers of
///   several.
/// - hdbscan: all members, of more than kMembersMax an even sample; a segment reaches as far as any
///   member lies from its nearest other. When it was chosen by auto, where everybody is in a
///   segment, any distance is within reach.
/// Cost: O(rows x columns), density-based that of squared_core_distances(). Thread-safe.
/// Errors: kInvalidArgument when there is no segment, or dbscan has more than kMembersMax core
/// customers; kDeadlineExceeded, soon after it.
Result<AssignmentRule> assignment_rule(const FeatureTable& customers,
                                       const Segmentation& result,
                                       int threads,
                                       Deadline deadline = Deadline::never());

}  // namespace cpo::segmentation
