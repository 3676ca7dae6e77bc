#pragma once

#include <span>
#include <vector>

namespace cpo::statistics {

/// Result of a step-down correction over one family of tests.
struct Adjusted {
    std::vector<double> p_values;  ///< [tests], in the order given; compare with the whole alpha.
    /// [tests] Level at which each test's own interval leaves out the null exactly when its
    /// adjusted p-value is <= alpha: alpha / (tests - step), step counted from 0 in order of p and
    /// stopping at the first test that is kept.
    std::vector<double> interval_alphas;
};

/// Holm's step-down: holds the chance of any false rejection at alpha under any dependence.
/// Source: Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scand. J. Stat. 1979.
/// `p_values` are finite, 0 ... 1.
Adjusted holm(std::span<const double> p_values, double alpha);

}  // namespace cpo::statistics
