#pragma once

#include "agents/segmentation/exact_points.h"
#include "base/random.h"

namespace cpo::segmentation {

/// Four normal clouds along the diagonal, row by row one after the other.
inline ExactPoints random_points(std::size_t rows, std::size_t columns, std::uint64_t seed) {
    Random random(seed);
    ExactPoints points{columns, {}};
    for (std::size_t i = 0; i < rows * columns; ++i)
        points.values.push_back(random.normal() + static_cast<double>(i / columns % 4) * 6);
    return points;
}

}  // namespace cpo::segmentation
