#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace cpo::statistics {

/// Are the arms as large as their weights say?
struct SampleRatio {
    double statistic = 0;  ///< Pearson's chi-square.
    int degrees_of_freedom = 0;
    double p_value = 1;
    bool is_mismatch() const { return p_value < kAlert; }
    /// Far below 0.05, because the check is looked at every day.
    /// Source: Fabijan et al., "Diagnosing Sample Ratio Mismatch in Online Controlled Experiments",
    /// KDD 2019.
    static constexpr double kAlert = 0.001;
};

/// Chi-square test of `units` [arms] against `weights` [arms, >= 0, any sum]. Arms of weight 0 are
/// left out of statistic and degrees of freedom. Nothing with fewer than two arms of positive
/// weight or no units.
std::optional<SampleRatio> check_sample_ratio(std::span<const std::int64_t> units,
                                              std::span<const double> weights);

}  // namespace cpo::statistics
