#include "agents/segmentation/scaling.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

#include "agents/segmentation/quantiles.h"
#include "agents/segmentation/redundancy.h"
#include "base/parallel.h"

namespace cpo::segmentation {
namespace {

constexpr double kSkewnessMin = 1;
/// Between two scaled values, so that sums of squares are float32 numbers.
constexpr double kSpreadMax = 1e15;
constexpr double kNegativeShareMax = 0.01;
// Interquartile range of a standard normal: makes kRobust agree with kStandard on normal columns.
constexpr double kNormalQuartileRange = 1.3489795003921634;

struct Moments {
    double mean = 0;
    double deviation = 0;  ///< Population form.
    double skewness = 0;
};

Moments moments_of(std::span<const double> values) {
    const auto rows = static_cast<double>(values.size());
    Moments moments;
    // Scaled by the largest size first, so that squares and cubes of large values stay finite.
    double largest = 0;
    for (const double value : values) largest = std::max(largest, std::abs(value));
    if (largest == 0) return moments;
    double sum = 0;
    for (const double value : values) sum += value / largest;
    const double mean = sum / rows;
    double squares = 0, cubes = 0;
    for (const double value : values) {
        const double difference = value / largest - mean;
        squares += difference * difference;
        cubes += difference * difference * difference;
    }
    const double variance = squares / rows;
    moments.mean = mean * largest;
    moments.deviation = std::sqrt(variance) * largest;
    if (variance > 0) moments.skewness = cubes / rows / (variance * std::sqrt(variance));
    return moments;
}

std::vector<double> column_of(const FeatureTable& customers, std::size_t column) {
    std::vector<double> values(customers.rows());
    for (std::size_t row = 0; row < values.size(); ++row) values[row] = customers.at(row, column);
    return values;
}

/// Takes the log of `values` in place where that is the rule; says what was decided.
void apply_log_rule(std::vector<double>& values, FeatureScaling& scaling) {
    const double before = skewness(values);
    if (!(before > kSkewnessMin)) {
        scaling.reason = fmt::format("standardised; skewness {:.1f} needs no log", before);
        return;
    }
    const auto negative =
        std::count_if(values.begin(), values.end(), [](double value) { return value < 0; });
    if (static_cast<double>(negative) > kNegativeShareMax * static_cast<double>(values.size())) {
        scaling.reason = fmt::format(
            "standardised; skewed ({:.1f}), but too many values are negative for a log", before);
        return;
    }
    std::vector<double> logs(values.size());
    std::transform(values.begin(), values.end(), logs.begin(), signed_log1p);
    const double after = skewness(logs);
    if (!(std::abs(after) < std::abs(before))) {
        scaling.reason =
            fmt::format("standardised; a log does not lower the skewness {:.1f}", before);
        return;
    }
    values.swap(logs);
    scaling.is_log = true;
    scaling.reason =
        fmt::format("log, then standardised; skewness {:.1f} falls to {:.1f}", before, after);
}

void set_standard(const std::vector<double>& values, FeatureScaling& scaling) {
    const Moments moments = moments_of(values);
    scaling.center = moments.mean;
    scaling.scale = moments.deviation;
}

void set_robust(std::vector<double>& values, FeatureScaling& scaling) {
    std::sort(values.begin(), values.end());
    scaling.center = quantile_of(values, 0.5);
    scaling.scale = (quantile_of(values, 0.75) - quantile_of(values, 0.25)) / kNormalQuartileRange;
    scaling.reason = "median and interquartile range";
    if (scaling.scale > 0) return;
    scaling.scale = moments_of(values).deviation;
    scaling.reason = "median and deviation; half of the values are equal";
}

FeatureScaling scaling_of(const FeatureTable& customers, std::size_t column, Scaling mode) {
    FeatureScaling scaling;
    scaling.feature = customers.definitions[column].name;
    auto values = column_of(customers, column);
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const double minimum = *low, range = *high - *low;
    if (!(range > 0)) {
        scaling.is_used = false;
        scaling.reason = "all customers have the same value";
        return scaling;
    }
    switch (mode) {
        case Scaling::kAuto:
            if (customers.definitions[column].kind == FeatureKind::kYesNo)
                scaling.reason = "standardised";
            else
                apply_log_rule(values, scaling);
            set_standard(values, scaling);
            break;
        case Scaling::kStandard:
            set_standard(values, scaling);
            scaling.reason = "standardised, as asked";
            break;
        case Scaling::kRobust:
            set_robust(values, scaling);
            break;
        case Scaling::kMinMax:
            scaling.center = minimum;
            scaling.scale = range;
            scaling.reason = "smallest value 0, largest 1";
            break;
        case Scaling::kNone:
            scaling.reason = "as it is, as asked";
            break;
        case Scaling::kQuantile:
            scaling.quantiles = quantiles_of(std::move(values));
            scaling.reason = "share of the customers below, 0 to 1";
            return scaling;
    }
    // Values so close together that their spread is lost to rounding, or a few so far away that
    // their squares are lost.
    if (scaling.scale > 0 && std::isfinite(scaling.scale) && range / scaling.scale <= kSpreadMax)
        return scaling;
    FeatureScaling unused;
    unused.feature = scaling.feature;
    unused.is_used = false;
    unused.reason = "the values hardly differ, or too much for a number";
    return unused;
}

Result<std::vector<bool>> asked_columns(const FeatureTable& customers,
                                        const std::vector<std::string>& features) {
    if (features.empty()) return std::vector<bool>(customers.columns(), true);
    std::vector<bool> asked(customers.columns(), false);
    for (const std::string& feature : features) {
        const int column = customers.find(feature);
        if (column < 0) {
            std::string known;
            for (const FeatureDefinition& definition : customers.definitions)
                known += fmt::format("{}{}", known.empty() ? "" : ", ", definition.name);
            return invalid_argument(
                fmt::format("there is no feature \"{}\"; there are: {}", feature, known));
        }
        if (asked[static_cast<std::size_t>(column)])
            return invalid_argument(fmt::format("feature \"{}\" is named twice", feature));
        asked[static_cast<std::size_t>(column)] = true;
    }
    return asked;
}

/// Features of 0 and 1 that are made of a category: together they count as one number does, so that
/// rare categories are no far away points. That a number is missing counts half as much at most.
void scale_indicators(const FeatureTable& customers,
                      Scaling mode,
                      std::vector<FeatureScaling>& scaling) {
    const bool is_range = mode == Scaling::kMinMax || mode == Scaling::kQuantile;
    const auto is_indicator = [&](std::size_t column) {
        const FeatureKind kind = customers.definitions[column].kind;
        return scaling[column].is_used &&
               (kind == FeatureKind::kCategory || kind == FeatureKind::kMissing);
    };
    std::map<std::string, double> variance_of;  // Of the categories of a column together.
    for (std::size_t column = 0; column < scaling.size(); ++column) {
        if (!is_indicator(column)) continue;
        FeatureScaling& own = scaling[column];
        const double share = moments_of(column_of(customers, column)).mean;
        own.is_log = false;
        own.quantiles.clear();
        own.center = is_range ? 0 : share;
        own.scale = 1;
        own.reason = is_range ? "0 or 1" : "0 or 1, around the mean";
        variance_of[customers.definitions[column].column] += share * (1 - share);
    }
    for (std::size_t column = 0; column < scaling.size() && !is_range; ++column) {
        const FeatureDefinition& definition = customers.definitions[column];
        const bool is_category =
            std::any_of(customers.definitions.begin(), customers.definitions.end(), [&](auto& d) {
                return d.kind == FeatureKind::kCategory && d.column == definition.column;
            });
        if (!is_indicator(column) || !is_category) continue;
        scaling[column].scale = std::sqrt(variance_of[definition.column]);
        scaling[column].reason =
            fmt::format("0 or 1; all of {} together count as one number", definition.column);
    }
}

/// Rows of a column that are scaled at a time.
constexpr std::size_t kChunkRows = 256;

/// One column, scaled. Borrows both.
class ScaledColumn {
public:
    ScaledColumn(const FeatureTable& customers,
                 const std::vector<FeatureScaling>& scaling,
                 std::size_t column)
        : customers_(customers), column_(column), scaling_(scaling[column]) {
        if (!scaling_.quantiles.empty()) share_below_.emplace(scaling_.quantiles);
    }

    /// The values of the chunk that begins with row `first`.
    std::span<const double> chunk(std::size_t first) {
        const std::size_t rows = std::min(kChunkRows, customers_.rows() - first);
        const auto values = std::span(values_).first(rows);
        for (std::size_t i = 0; i < rows; ++i) values[i] = customers_.at(first + i, column_);
        if (share_below_) {
            share_below_->replace(values);
            return values;
        }
        if (scaling_.is_log)
            for (double& value : values) value = signed_log1p(value);
        for (double& value : values) value = (value - scaling_.center) / scaling_.scale;
        return values;
    }
    /// Calls `take(row, value)` for each row.
    template <typename Take>
    void for_each(Take take) {
        for (std::size_t first = 0; first < customers_.rows(); first += kChunkRows) {
            const auto values = chunk(first);
            for (std::size_t i = 0; i < values.size(); ++i) take(first + i, values[i]);
        }
    }

private:
    const FeatureTable& customers_;
    std::size_t column_;
    const FeatureScaling& scaling_;
    std::optional<ShareBelow> share_below_;
    std::array<double, kChunkRows> values_;
};

std::vector<std::size_t> used_columns(const std::vector<FeatureScaling>& scaling) {
    std::vector<std::size_t> used;
    for (std::size_t column = 0; column < scaling.size(); ++column)
        if (scaling[column].is_used) used.push_back(column);
    return used;
}

}  // namespace

double skewness(std::span<const double> values) { return moments_of(values).skewness; }

double signed_log1p(double value) { return std::copysign(std::log1p(std::abs(value)), value); }

Result<std::vector<FeatureScaling>> choose_scaling(const FeatureTable& customers,
                                                   const std::vector<std::string>& features,
                                                   Scaling mode,
                                                   int threads) {
    if (customers.rows() == 0) return invalid_argument("there are no customers to segment");
    const auto asked = TRY(asked_columns(customers, features));
    std::vector<FeatureScaling> scaling(customers.columns());
    parallel_for(threads, scaling.size(), [&](std::size_t column) {
        if (asked[column]) {
            scaling[column] = scaling_of(customers, column, mode);
            return;
        }
        scaling[column].feature = customers.definitions[column].name;
        scaling[column].is_used = false;
        scaling[column].reason = "not asked for";
    });
    if (mode != Scaling::kNone) {
        scale_indicators(customers, mode, scaling);
        leave_out_redundant(customers, threads, scaling);
    }
    const auto used = std::count_if(
        scaling.begin(), scaling.end(), [](const FeatureScaling& s) { return s.is_used; });
    if (used == 0)
        return invalid_argument(
            "no feature varies between the customers: there is nothing to segment by");
    if (static_cast<std::size_t>(used) > kFeaturesMax)
        return invalid_argument(fmt::format(
            "{} features are too many, at most {}: choose some by name", used, kFeaturesMax));
    if (mode != Scaling::kNone) note_correlated(customers, threads, scaling);
    return scaling;
}

ExactPoints exact_points(const FeatureTable& customers,
                         const std::vector<FeatureScaling>& scaling,
                         int threads) {
    const auto used = used_columns(scaling);
    ExactPoints points{used.size(), std::vector<double>(customers.rows() * used.size())};
    parallel_for(threads, used.size(), [&](std::size_t j) {
        ScaledColumn(customers, scaling, used[j]).for_each([&](std::size_t row, double value) {
            points.values[row * used.size() + j] = value;
        });
    });
    return points;
}

std::vector<double> scaled_means(const FeatureTable& customers,
                                 const std::vector<FeatureScaling>& scaling,
                                 int threads) {
    const auto used = used_columns(scaling);
    std::vector<double> means(used.size());
    parallel_for(threads, used.size(), [&](std::size_t j) {
        double sum = 0;
        ScaledColumn(customers, scaling, used[j]).for_each([&](std::size_t /*row*/, double value) {
            sum += value;
        });
        means[j] = sum / static_cast<double>(customers.rows());
    });
    return means;
}

PointBlocks shifted_points(const FeatureTable& customers,
                           const std::vector<FeatureScaling>& scaling,
                           std::span<const double> means,
                           int threads) {
    const auto used = used_columns(scaling);
    PointBlocks points(customers.rows(), used.size());
    parallel_for(threads, used.size(), [&](std::size_t j) {
        ScaledColumn(customers, scaling, used[j]).for_each([&](std::size_t row, double value) {
            const double shifted = std::clamp(value - means[j], -kSpreadMax, kSpreadMax);
            points.set(row, j, static_cast<float>(shifted));
        });
    });
    return points;
}

PointBlocks scaled_points(const FeatureTable& customers,
                          const std::vector<FeatureScaling>& scaling,
                          int threads) {
    const auto used = used_columns(scaling);
    PointBlocks points(customers.rows(), used.size());
    parallel_for(threads, used.size(), [&](std::size_t j) {
        std::vector<double> values(customers.rows());
        double sum = 0;
        ScaledColumn(customers, scaling, used[j]).for_each([&](std::size_t row, double value) {
            sum += values[row] = value;
        });
        const double mean = sum / static_cast<double>(values.size());
        for (std::size_t row = 0; row < values.size(); ++row)
            points.set(row, j, static_cast<float>(values[row] - mean));
    });
    return points;
}

}  // namespace cpo::segmentation
