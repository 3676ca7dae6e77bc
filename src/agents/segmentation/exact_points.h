#pragma once

#include <cstddef>
#include <span>
#include <vector>

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

}  // namespace cpo::segmentation
