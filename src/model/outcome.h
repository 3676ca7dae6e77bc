#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

/// Count, sum and sum of squares (about zero) of one metric in one arm, one value per unit.
struct ArmStatistics {
    std::string arm;
    std::int64_t units = 0;
    double sum = 0;
    double sum_of_squares = 0;  ///< Raw: sum over units of value squared.
    // Only for ratio metrics (kRatio): the denominator, one value per unit as well.
    double denominator_sum = 0;
    double denominator_sum_of_squares = 0;
    double sum_of_products = 0;  ///< Numerator times denominator.
};

/// How the values of a metric are turned into one number per arm.
enum class MetricKind {
    kProportion,  ///< 0 or 1 per unit: conversion rate.
    kMean,        ///< Any number per unit: revenue, engagement.
    kRatio,       ///< Sum over sum, the unit being the randomised one: clicks per exposure (CTR).
};
const char* name_of(MetricKind kind);
std::optional<MetricKind> parse_metric_kind(std::string_view name);

/// Comparison of one arm with control on one metric.
struct MetricResult {
    std::string metric;
    std::string kind;  ///< name_of(MetricKind).
    std::string arm;
    std::int64_t units = 0;
    double sum = 0;             ///< As given, so that every number can be recomputed.
    double sum_of_squares = 0;  ///< As given.
    std::optional<double> mean;
    std::optional<double> mean_low;  ///< Interval of the arm alone: Wilson for proportions, else t.
    std::optional<double> mean_high;
    std::optional<double> difference;      ///< Arm minus control.
    std::optional<double> difference_low;  ///< Welch interval at 1 - alpha.
    std::optional<double> difference_high;
    std::optional<double> newcombe_low;  ///< Newcombe interval; proportions only.
    std::optional<double> newcombe_high;
    std::optional<double> relative_lift;  ///< Delta method.
    std::optional<double> relative_low;
    std::optional<double> relative_high;
    std::optional<double> p_value;           ///< Two-sided, unadjusted.
    std::optional<double> adjusted_p_value;  ///< Holm over the arms of the metric.
    std::optional<double> adjusted_low;  ///< Interval of the difference at the level of the arm's
                                         ///< Holm step: leaves out 0 exactly when
                                         ///< adjusted_p_value <= alpha.
    std::optional<double> adjusted_high;
    std::string no_result_reason;  ///< Why a value is absent (invariant 5: undefined is null with a
                                   ///< reason).
};

/// Sample-ratio mismatch check.
struct SampleRatioCheck {
    double statistic = 0;
    int degrees_of_freedom = 0;
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
    std::string primary_metric;  ///< The metric the verdict rests on.
    std::string winner;          ///< Arm key; empty unless advice is kShip.
    std::string sentence;        ///< The verdict for people.
    std::vector<std::pair<std::string, std::int64_t>> ignored;  ///< Reason -> events not counted.
    std::vector<std::string> notices;  ///< Sentences for people about the data.
};

}  // namespace cpo
