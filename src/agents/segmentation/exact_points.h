#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "model/segment.h"

namespace cpo::segmentation {

/// float64 rows as distances are decided on, [rows x columns], row-major.
struct ExactPoints {
    std::size_t columns = 0;
    std::vector<double> values;

    std::size_t rows() const { return values.size() / columns; }
    std::span<const double> row(std::size_t number) const {
        return {values.data() + number * columns, columns};
    }
};

/// 0 ... infinity. O(columns).
inline double squared_distance(std::span<const double> a, std::span<const double> b) {
    double sum = 0;
    for (std::size_t j = 0; j < a.size(); ++j) sum += (a[j] - b[j]) * (a[j] - b[j]);
    return sum;
}

/// Divides all values by a power of two, so that none is above 2 and no squared distance infinite;
/// the divisor.
double scale_to_unit(ExactPoints& points);

/// One merge at height 0 of each row that equals an earlier one (right) with the first such row
/// (left). O(rows x columns) when few different rows share a hash.
std::vector<TreeMerge> equal_rows(const ExactPoints& points);

}  // namespace cpo::segmentation
