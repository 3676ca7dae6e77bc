#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace cpo {

enum class EventKind { kExposure, kOutcome };

/// Something that happened to a unit of an experiment. `id` is the idempotency key (invariant 6).
struct ExperimentEvent {
    std::string id;
    EventKind kind = EventKind::kExposure;
    std::string unit;
    std::string arm;     ///< With kExposure.
    std::string metric;  ///< With kOutcome: "click", "open", "conversion", "revenue", ...
    double value = 1;    ///< With kOutcome; refunds are negative.
    Time time{};
};

/// Count, sum and sum of squares (about the mean) of one metric in one arm, one value per unit.
struct ArmStatistics {
    std::string arm;
    std::int64_t units = 0;
    double sum = 0;
    double sum_of_squares = 0;  ///< Raw: sum over units of value squared.
};

/// Comparison of one arm with control on one metric.
struct MetricResult {
    std::string metric;
    std::string arm;
    std::int64_t units = 0;
    std::optional<double> mean;
    std::optional<double> difference;      ///< Arm minus control.
    std::optional<double> difference_low;  ///< Welch interval at 1 - alpha.
    std::optional<double> difference_high;
    std::optional<double> relative_lift;  ///< Delta method.
    std::optional<double> relative_low;
    std::optional<double> relative_high;
    std::optional<double> p_value;           ///< Two-sided, unadjusted.
    std::optional<double> adjusted_p_value;  ///< Holm over the arms of the metric.
    std::string no_result_reason;  ///< Why a value is absent (invariant 5: undefined is null with a
                                   ///< reason).
};

/// Sample-ratio mismatch check.
struct SampleRatioCheck {
    double statistic = 0;
    double p_value = 1;
    bool is_mismatch = false;  ///< p < 0.001.
    std::string sentence;
};

enum class Advice { kShip, kKeepGoing, kNoDifference, kStop, kDoNotTrust };
const char* name_of(Advice advice);

struct Analysis {
    std::string experiment;
    std::string control;
    double alpha = 0.05;
    SampleRatioCheck sample_ratio;
    std::vector<MetricResult> results;  ///< By metric, then arm.
    std::int64_t planned_per_arm = 0;
    bool is_planned_sample_reached = false;
    Advice advice = Advice::kKeepGoing;
    std::string winner;    ///< Arm key; empty unless advice is kShip.
    std::string sentence;  ///< The verdict for people.
    std::vector<std::pair<std::string, std::int64_t>> ignored;  ///< Reason -> events not counted.
};

}  // namespace cpo
