#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "agents/segmentation/contrast.h"
#include "base/result.h"
#include "model/customer.h"
#include "model/segment.h"

namespace cpo::app {

/// Two segments as --contrast names them.
struct ContrastPair {
    int first = 0, second = 0;
};

/// Of "0,3". Errors: kInvalidArgument for anything but two different numbers from 0.
Result<ContrastPair> parse_contrast(const std::string& text);

/// That the run has both. Errors: kInvalidArgument with the numbers that there are.
Result<void> check_contrast(const ContrastPair& pair, const Segmentation& result);

/// What tells the two apart. REQUIRES: check_contrast() was fine, and `definitions` are those of
/// the table that was segmented.
std::vector<segmentation::FeatureContrast> contrast_of(
    const ContrastPair& pair,
    const Segmentation& result,
    const std::vector<FeatureDefinition>& definitions);

/// For people: each sentence after the segment of which it is said.
void print_contrast(std::ostream& out,
                    const ContrastPair& pair,
                    const Segmentation& result,
                    const std::vector<segmentation::FeatureContrast>& contrasts);

}  // namespace cpo::app
