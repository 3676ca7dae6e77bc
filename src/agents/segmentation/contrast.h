#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "model/customer.h"
#include "model/segment.h"

namespace cpo::segmentation {

/// One feature in which two segments differ.
struct FeatureContrast {
    std::string feature;           ///< FeatureDefinition::name.
    double effect_difference = 0;  ///< First minus second, in deviations of all customers; its sign
                                   ///< is that of the difference of the means.
    double first_mean = 0;         ///< In the feature's own unit.
    double second_mean = 0;
    std::string sentence;  ///< Of the one with the larger mean: "Spends 3.2 × as much: 1,234
                           ///< against 386 a customer."
};

/// What tells two segments of a run apart, the largest difference of effects first: at most five
/// features, each with a difference of 0.2 or more, of one column the most telling. Features whose
/// means differ the other way round are left out: words must not contradict the numbers. REQUIRES:
/// both have a mean and an effect for each of `definitions`. O(columns log columns). Thread-safe.
std::vector<FeatureContrast> contrast(const Segment& first,
                                      const Segment& second,
                                      const std::vector<FeatureDefinition>& definitions);

/// {items: [{feature, effect_difference, segment_mean, other_mean, sentence}]}: SegmentContrast of
/// the API.
json::object to_json(const std::vector<FeatureContrast>& contrasts);

}  // namespace cpo::segmentation
