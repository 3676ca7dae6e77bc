#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/random.h"
#include "model/customer.h"

namespace cpo::segmentation {

/// `count` different numbers below `rows`, ascending: a random one from each of `count` stretches
/// of equal length, so that every part of a file is represented. REQUIRES: count <= rows.
std::vector<std::size_t> spread_sample(std::size_t rows, std::size_t count, Random random);

/// The customers of the numbers `rows`, in that order.
FeatureTable chosen_rows(const FeatureTable& customers, std::span<const std::size_t> rows);

}  // namespace cpo::segmentation
