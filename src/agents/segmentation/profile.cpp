#include "agents/segmentation/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>
#include <string_view>

#include "agents/segmentation/feature_words.h"
#include "agents/segmentation/number_words.h"

namespace cpo::segmentation {
namespace {

constexpr std::size_t kDriversMax = 5, kDriversWanted = 3;
constexpr double kEffectMin = 0.2;  // "Small" by Cohen's convention for standardised differences.

/// How the means of a feature of docs/features.md are written: two places for numbers.
struct Wording {
    std::string_view feature;
    std::string (*number)(double);
    std::string_view sentence;
};

constexpr std::array kWordings = {
    Wording{"recency_days", plain_days, "Last bought {} ago on average; all customers {}."},
    Wording{"frequency", plain_number, "Orders per customer {} on average; all customers {}."},
    Wording{"monetary", plain_number, "Spent {} in all on average; all customers {}."},
    Wording{
        "average_order_value", plain_number, "Spent {} per order on average; all customers {}."},
    Wording{"items_per_order", plain_number, "Pieces per order {} on average; all customers {}."},
    Wording{"tenure_days", plain_days, "First bought {} ago on average; all customers {}."},
    Wording{
        "interpurchase_mean_days", plain_days, "{} between orders on average; all customers {}."},
    Wording{"interpurchase_regularity",
            plain_number,
            "Regularity of orders {} on average (1 is a clock); all customers {}."},
    Wording{"returns_share", percentage, "Returned {} of revenue on average; all customers {}."},
    Wording{"distinct_products",
            plain_number,
            "Bought {} different products on average; all customers {}."},
    Wording{"recent_90d_share",
            percentage,
            "{} of revenue came in the last 90 days on average; all customers {}."},
    Wording{"active_months",
            plain_number,
            "Ordered in {} different months on average; all customers {}."},
    Wording{"weekday_concentration",
            plain_number,
            "Concentration on one weekday {} on average (1 is always the same); all customers {}."},
    Wording{"hour_concentration",
            plain_number,
            "Concentration on one hour {} on average (1 is always the same); all customers {}."},
};

double quantile(std::vector<double>& values, double share) {
    const auto position = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(position);
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

void set_recency(const FeatureTable& customers,
                 std::span<const int> segment_of,
                 std::vector<SegmentProfile>& segments) {
    const int column = customers.find("recency_days");
    if (column < 0) return;
    std::vector<std::vector<double>> values(segments.size());
    for (std::size_t row = 0; row < customers.rows(); ++row)
        if (segment_of[row] != kNoSegment)
            values[static_cast<std::size_t>(segment_of[row])].push_back(
                customers.at(row, static_cast<std::size_t>(column)));
    for (std::size_t s = 0; s < segments.size(); ++s) {
        segments[s].recency_low = quantile(values[s], 0.25);
        segments[s].recency_high = quantile(values[s], 0.75);
    }
}

/// Mean of each segment in the scaled column `j`, over the deviation of all.
std::vector<double> effects_of(const PointBlocks& points,
                               std::size_t j,
                               std::span<const int> segment_of,
                               std::size_t segments) {
    std::vector<double> sums(segments), counts(segments);
    double squares = 0;
    for (std::size_t row = 0; row < points.rows(); ++row) {
        const double value = points.at(row, j);
        squares += value * value;
        if (segment_of[row] == kNoSegment) continue;
        sums[static_cast<std::size_t>(segment_of[row])] += value;
        ++counts[static_cast<std::size_t>(segment_of[row])];
    }
    const double deviation = std::sqrt(squares / static_cast<double>(points.rows()));
    for (std::size_t s = 0; s < segments; ++s)
        sums[s] = deviation > 0 ? sums[s] / counts[s] / deviation : 0;
    return sums;
}

}  // namespace

Profiles profile_segments(const FeatureTable& customers,
                          const std::vector<FeatureScaling>& scaling,
                          const PointBlocks& points,
                          std::span<const int> segment_of,
                          std::size_t count) {
    const std::size_t columns = customers.columns();
    Profiles profiles;
    profiles.rows = customers.rows();
    profiles.segments.resize(count);
    profiles.overall_means.resize(columns);
    for (SegmentProfile& segment : profiles.segments) {
        segment.means.resize(columns);
        segment.effects.resize(columns);
    }
    SegmentProfile unsegmented{.size = 0, .means = std::vector<double>(columns), .effects = {}};
    for (std::size_t row = 0; row < customers.rows(); ++row) {
        SegmentProfile& segment =
            segment_of[row] == kNoSegment
                ? unsegmented
                : profiles.segments[static_cast<std::size_t>(segment_of[row])];
        ++segment.size;
        for (std::size_t i = 0; i < columns; ++i) segment.means[i] += customers.at(row, i);
    }
    for (std::size_t i = 0; i < columns; ++i) {
        profiles.overall_means[i] = unsegmented.means[i];
        for (SegmentProfile& segment : profiles.segments) {
            profiles.overall_means[i] += segment.means[i];
            segment.means[i] /= static_cast<double>(segment.size);
        }
        profiles.overall_means[i] /= static_cast<double>(customers.rows());
    }
    std::size_t used = 0;
    for (std::size_t i = 0; i < columns; ++i) {
        if (!scaling[i].is_used) continue;
        const auto effects = effects_of(points, used++, segment_of, count);
        for (std::size_t s = 0; s < count; ++s) {
            SegmentProfile& segment = profiles.segments[s];
            const double difference = segment.means[i] - profiles.overall_means[i];
            segment.effects[i] = effects[s] * difference > 0 ? effects[s] : 0;
        }
    }
    set_recency(customers, segment_of, profiles.segments);
    return profiles;
}

std::vector<SegmentDriver> drivers_of(const Profiles& profiles,
                                      std::size_t segment,
                                      const std::vector<FeatureDefinition>& definitions) {
    const SegmentProfile& profile = profiles.segments[segment];
    std::vector<std::size_t> order(profile.effects.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::abs(profile.effects[a]) > std::abs(profile.effects[b]);
    });
    std::vector<SegmentDriver> drivers;
    std::set<std::string> said;
    for (const std::size_t i : order) {
        const double effect = profile.effects[i];
        const bool is_enough = drivers.size() >= kDriversWanted && std::abs(effect) < kEffectMin;
        if (drivers.size() == kDriversMax || is_enough || effect == 0) break;
        // That most are French says that few are German.
        if (!said.insert(topic_of(definitions[i])).second) continue;
        drivers.push_back(
            {definitions[i].name,
             effect,
             profile.means[i],
             profiles.overall_means[i],
             driver_sentence(definitions[i], profile.means[i], profiles.overall_means[i])});
    }
    return drivers;
}

std::string driver_sentence(const FeatureDefinition& definition, double mean, double overall_mean) {
    for (const Wording& wording : kWordings)
        if (wording.feature == definition.name)
            return fmt::format(
                fmt::runtime(wording.sentence), wording.number(mean), wording.number(overall_mean));
    if (is_yes_or_no(definition.kind)) return share_sentence(definition, mean, overall_mean);
    const auto number = definition.kind == FeatureKind::kCommon ? percentage : plain_number;
    const std::string unit = definition.unit.empty() ? "" : fmt::format(" {}", definition.unit);
    return fmt::format("{} {}{} on average; all customers {}{}.",
                       label_of(definition),
                       number(mean),
                       unit,
                       number(overall_mean),
                       unit);
}

}  // namespace cpo::segmentation
