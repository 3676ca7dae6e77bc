#pragma once

#include <cstddef>

#include "base/cpu.h"

namespace cpo::segmentation {

/// One column of eight float64 rows.
using Panel = double __attribute__((vector_size(64)));
inline constexpr std::size_t kPanelRows = sizeof(Panel) / sizeof(double);

/// Consecutive panels, column by column inside each eight rows; borrowed.
struct PanelRange {
    const Panel* values;  ///< [count x columns].
    std::size_t count;
    std::size_t columns;
};

/// A normal density times a weight; borrowed.
struct GaussianView {
    const double* mean;    ///< [columns].
    const double* factor;  ///< Diagonal: [columns], 1 / variance. Full: of packed_factor_size().
    double log_scale;      ///< Logarithm of weight and density at the mean.
};

/// Rows of a factor that are multiplied at once.
inline constexpr std::size_t kFactorRows = 4;

/// Length of a lower triangle [columns x columns] in groups of kFactorRows rows, the last filled up
/// with 0: of each group the first column, the second, ... up to the last that is not 0.
std::size_t packed_factor_size(std::size_t columns);

/// Columns rounded up to an even number.
inline std::size_t padded(std::size_t columns) { return columns + columns % 2; }

// The hot loops. Each lane does the same float64 operations in the same order on every instruction
// set, so all give the same bits. Thread-safe: they keep no state.

/// values[p] = log_scale - |factor x (row - mean)|^2 / 2, [count]. `scratch` is [columns].
void full_log_densities(SimdLevel level,
                        const PanelRange& rows,
                        const GaussianView& gaussian,
                        Panel* scratch,
                        Panel* values);
/// The same with the factor of a diagonal covariance.
void diagonal_log_densities(SimdLevel level,
                            const PanelRange& rows,
                            const GaussianView& gaussian,
                            Panel* values);

/// Turns `values` [components x count] from log densities into responsibilities, and gives the log
/// likelihood of each row, [count].
void to_responsibilities(SimdLevel level,
                         std::size_t components,
                         std::size_t count,
                         Panel* values,
                         Panel* log_likelihoods);

/// What moments are taken of; borrowed.
struct WeightedRows {
    PanelRange rows;
    const double* mean;             ///< [columns].
    const Panel* responsibilities;  ///< [count]; 0 in lanes behind the last row.
};

/// Adds to `sums`: the responsibilities (1), those times (row - mean) ([padded columns]), those
/// times the products of two columns of it ([padded columns x padded columns], of which the part
/// above the diagonal is undefined). `scratch` is [count x padded columns].
void add_full_moments(SimdLevel level, const WeightedRows& weighted, Panel* scratch, double* sums);
/// The same, of the products only the squares, [columns].
void add_diagonal_moments(SimdLevel level, const WeightedRows& weighted, double* sums);

}  // namespace cpo::segmentation
