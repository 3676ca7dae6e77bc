#include "agents/segmentation/contrast.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <set>
#include <string_view>

#include "agents/segmentation/feature_words.h"
#include "agents/segmentation/number_words.h"

namespace cpo::segmentation {
namespace {

constexpr std::size_t kContrastsMax = 5;
constexpr double kDifferenceMin = 0.2;  // "Small" by Cohen's convention, as for drivers.
/// Times as much that say something; others are said as "more".
constexpr double kTimesMin = 1.05, kTimesMax = 100;

/// What the segment with the larger mean does: "{0}" is how many times as much ("3.2 × as much")
/// or "more", then come the two means.
struct Wording {
    std::string_view feature;
    std::string (*number)(double);
    std::string_view as, more;  ///< After "3.2 × "; and without. Empty when times mean little.
    std::string_view sentence;
};

constexpr std::array kWordings = {
    Wording{"recency_days", plain_days, "", "", "last bought longer ago: {1} against {2}."},
    Wording{"frequency",
            plain_number,
            "as often",
            "more often",
            "orders {0}: {1} against {2} orders a customer."},
    Wording{"monetary", plain_number, "as much", "more", "spends {0}: {1} against {2} a customer."},
    Wording{"average_order_value",
            plain_number,
            "as much",
            "more",
            "spends {0} on an order: {1} against {2}."},
    Wording{"items_per_order",
            plain_number,
            "as many pieces",
            "more pieces",
            "buys {0} in an order: {1} against {2}."},
    Wording{"tenure_days", plain_days, "", "", "first bought longer ago: {1} against {2}."},
    Wording{"interpurchase_mean_days",
            plain_days,
            "as long",
            "longer",
            "waits {0} between orders: {1} against {2}."},
    Wording{"interpurchase_regularity",
            plain_number,
            "",
            "",
            "orders more evenly: regularity {1} against {2} (1 is a clock)."},
    Wording{"returns_share", percentage, "", "", "returns more: {1} against {2} of revenue."},
    Wording{"distinct_products",
            plain_number,
            "as many different products",
            "more different products",
            "buys {0}: {1} against {2} a customer."},
    Wording{"recent_90d_share",
            percentage,
            "",
            "",
            "bought more of it lately: {1} against {2} of revenue in the last 90 days."},
    Wording{"active_months",
            plain_number,
            "as many months",
            "more months",
            "orders in {0}: {1} against {2}."},
    Wording{"weekday_concentration",
            plain_number,
            "",
            "",
            "keeps more to one weekday: {1} against {2} (1 is always the same)."},
    Wording{"hour_concentration",
            plain_number,
            "",
            "",
            "keeps more to one hour: {1} against {2} (1 is always the same)."},
};

std::string more_words(const Wording& wording, double larger, double smaller) {
    const double times = larger / smaller;
    if (smaller > 0 && times >= kTimesMin && times <= kTimesMax)
        return fmt::format("{} × {}", plain_number(times), wording.as);
    return std::string(wording.more);
}

std::string contrast_sentence(const FeatureDefinition& definition, double larger, double smaller) {
    for (const Wording& wording : kWordings) {
        if (wording.feature != definition.name) continue;
        std::string sentence = fmt::format(fmt::runtime(wording.sentence),
                                           more_words(wording, larger, smaller),
                                           wording.number(larger),
                                           wording.number(smaller));
        sentence[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(sentence[0])));
        return sentence;
    }
    if (is_yes_or_no(definition.kind))
        return fmt::format("More often {}: {} against {}.",
                           label_of(definition),
                           whole_percentage(larger),
                           whole_percentage(smaller));
    const auto number = definition.kind == FeatureKind::kCommon ? percentage : plain_number;
    const std::string unit = definition.unit.empty() ? "" : fmt::format(" {}", definition.unit);
    return fmt::format("{} is higher: {}{} against {}{} on average.",
                       label_of(definition),
                       number(larger),
                       unit,
                       number(smaller),
                       unit);
}

/// Leaves the most telling one of each column: that more are French says that fewer are German.
void keep_one_a_column(const std::vector<FeatureDefinition>& definitions,
                       std::vector<FeatureContrast>& contrasts) {
    std::set<std::string> said;
    std::erase_if(contrasts, [&](const FeatureContrast& each) {
        const auto definition =
            std::find_if(definitions.begin(), definitions.end(), [&](const auto& one) {
                return one.name == each.feature;
            });
        return !said.insert(topic_of(*definition)).second;
    });
}

}  // namespace

std::vector<FeatureContrast> contrast(const Segment& first,
                                      const Segment& second,
                                      const std::vector<FeatureDefinition>& definitions) {
    std::vector<FeatureContrast> contrasts;
    for (std::size_t i = 0; i < definitions.size(); ++i) {
        const double difference = first.feature_effects[i] - second.feature_effects[i];
        const double a = first.feature_means[i];
        const double b = second.feature_means[i];
        if (std::abs(difference) < kDifferenceMin || difference * (a - b) <= 0) continue;
        contrasts.push_back({definitions[i].name,
                             difference,
                             a,
                             b,
                             contrast_sentence(definitions[i], std::max(a, b), std::min(a, b))});
    }
    std::stable_sort(contrasts.begin(), contrasts.end(), [](const auto& x, const auto& y) {
        return std::abs(x.effect_difference) > std::abs(y.effect_difference);
    });
    keep_one_a_column(definitions, contrasts);
    if (contrasts.size() > kContrastsMax) contrasts.resize(kContrastsMax);
    return contrasts;
}

json::object to_json(const std::vector<FeatureContrast>& contrasts) {
    json::array items;
    for (const FeatureContrast& each : contrasts)
        items.push_back({{"feature", each.feature},
                         {"effect_difference", each.effect_difference},
                         {"segment_mean", each.first_mean},
                         {"other_mean", each.second_mean},
                         {"sentence", each.sentence}});
    return {{"items", std::move(items)}};
}

}  // namespace cpo::segmentation
