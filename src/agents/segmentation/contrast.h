#pragma once

#include <string>
#include <vector>

#include "agents/segmentation/profile.h"
#include "model/customer.h"

namespace cpo::segmentation {

/// One feature in which two segments differ.
struct FeatureContrast {
    std::string feature;           ///< FeatureDefinition::name.
    double effect_difference = 0;  ///< First minus second, in deviations of all customers.
    double first_mean = 0;         ///< In the feature's own unit.
    double second_mean = 0;
    /// "Segment 2 spends 3.2 × as much: 1,234 against 386 a customer."
    std::string sentence;
};

/// What tells the segments numbered `first` and `second` apart, the largest difference of effects
/// first: at most five features, each with a difference of 0.2 or more. Features whose means
/// differ the other way round are left out: words must not contradict the numbers.
/// REQUIRES: both are segments of `profiles`. O(columns log columns). Thread-safe.
std::vector<FeatureContrast> contrast(const Profiles& profiles,
                                      std::size_t first,
                                      std::size_t second,
                                      const std::vector<FeatureDefinition>& definitions);

}  // namespace cpo::segmentation
