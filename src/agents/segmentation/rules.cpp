#include "agents/segmentation/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "agents/segmentation/feature_words.h"
#include "agents/segmentation/number_words.h"
#include "agents/segmentation/rule_sample.h"
#include "agents/segmentation/rule_search.h"
#include "base/parallel.h"
#include "model/known_features.h"

namespace cpo::segmentation {
namespace {

/// Degrees of something tell people less than numbers they count in.
constexpr double kDegreeHandicap = 0.03;

bool is_degree(std::string_view feature) {
    return feature == "interpurchase_regularity" || feature == "weekday_concentration" ||
           feature == "hour_concentration";
}

bool is_percentage(const FeatureDefinition& definition) {
    return definition.kind == FeatureKind::kCommon || definition.name == "returns_share" ||
           definition.name == "recent_90d_share";
}

bool is_count(std::string_view feature) {
    return feature == "frequency" || feature == "distinct_products" || feature == "active_months";
}

bool is_known(std::string_view feature) {
    const auto& known = known_features();
    return std::any_of(
        known.begin(), known.end(), [&](const auto& other) { return other.name == feature; });
}

/// Counts on all customers what the rule catches.
void measure(const FeatureTable& customers,
             std::span<const int> segment_of,
             int segment,
             SegmentRule& rule) {
    std::vector<std::size_t> columns;
    columns.reserve(rule.bounds.size());
    for (const RuleBound& bound : rule.bounds)
        columns.push_back(static_cast<std::size_t>(customers.find(bound.feature)));
    std::size_t size = 0, caught = 0, own = 0;
    for (std::size_t row = 0; row < customers.rows(); ++row) {
        const bool is_own = segment_of[row] == segment;
        size += is_own;
        bool is_caught = true;
        for (std::size_t i = 0; i < columns.size() && is_caught; ++i)
            is_caught = (customers.at(row, columns[i]) >= rule.bounds[i].value) ==
                        rule.bounds[i].is_at_least;
        caught += is_caught;
        own += is_caught && is_own;
    }
    rule.recall = static_cast<double>(own) / static_cast<double>(size);
    rule.precision = caught == 0 ? 0 : static_cast<double>(own) / static_cast<double>(caught);
}

std::string number_words(const FeatureDefinition& definition, double value) {
    if (is_percentage(definition)) return fmt::format("{} %", full_number(value * 100));
    // The labels of known features have their unit.
    const bool has_unit = is_known(definition.name) || definition.unit.empty();
    return full_number(value) + (has_unit ? "" : " " + definition.unit);
}

/// "at least 20 and below 90": of one feature, the lower bound first.
std::string bound_words(std::span<const RuleBound> bounds, const FeatureDefinition& definition) {
    if (bounds.size() == 2 && is_count(definition.name) && bounds[1].value == bounds[0].value + 1 &&
        bounds[0].value == std::floor(bounds[0].value))
        return fmt::format("exactly {}", number_words(definition, bounds[0].value));
    std::string words;
    for (const RuleBound& bound : bounds)
        words += fmt::format("{}{} {}",
                             words.empty() ? "" : " and ",
                             bound.is_at_least ? "at least" : "below",
                             number_words(definition, bound.value));
    return words;
}

std::string label_in_rule(const FeatureDefinition& definition, bool is_first) {
    std::string label = label_of(definition);
    // A label that comes with the customers' file is left as it is.
    if (!is_first && is_known(definition.name) && label[0] >= 'A' && label[0] <= 'Z')
        label[0] = static_cast<char>(label[0] - 'A' + 'a');
    return label;
}

}  // namespace

std::vector<std::optional<SegmentRule>> segment_rules(const FeatureTable& customers,
                                                      const std::vector<FeatureScaling>& scaling,
                                                      std::span<const int> segment_of,
                                                      std::size_t segments,
                                                      const RuleOptions& options) {
    std::vector<std::size_t> used;
    for (std::size_t i = 0; i < scaling.size(); ++i)
        if (scaling[i].is_used) used.push_back(i);
    std::vector<std::optional<SegmentRule>> rules(segments);
    const std::size_t ruled = std::min(segments, kRulesMax);
    RuleSample sample = draw_rule_sample(segment_of, ruled, Random(options.seed));
    sample.columns.resize(used.size());
    parallel_for(options.threads, used.size(), [&](std::size_t i) {
        sample.columns[i] = sample_column(customers, used[i], sample.rows);
        if (is_degree(customers.definitions[used[i]].name))
            sample.columns[i].handicap = kDegreeHandicap;
    });
    parallel_for(options.threads, ruled, [&](std::size_t s) {
        const int segment = static_cast<int>(s);
        SegmentRule rule;
        for (const RuleCut& cut : search_rule(sample, segment))
            rule.bounds.push_back({customers.definitions[sample.columns[cut.column].number].name,
                                   cut.is_at_least,
                                   cut.value});
        if (rule.bounds.empty()) return;
        measure(customers, segment_of, segment, rule);
        rule.sentence = rule_sentence(rule, customers.definitions);
        rules[s] = std::move(rule);
    });
    return rules;
}

std::string rule_sentence(const SegmentRule& rule,
                          const std::vector<FeatureDefinition>& definitions) {
    std::vector<std::string> clauses;
    const std::span<const RuleBound> bounds(rule.bounds);
    for (std::size_t from = 0, to = 0; from < bounds.size(); from = to) {
        const std::string& feature = bounds[from].feature;
        while (to < bounds.size() && bounds[to].feature == feature) ++to;
        const auto definition = std::find_if(definitions.begin(),
                                             definitions.end(),
                                             [&](const auto& d) { return d.name == feature; });
        // Its values are 0 and 1: either bound says which.
        if (is_yes_or_no(definition->kind)) {
            clauses.push_back(bounds[from].is_at_least ? definition->label
                                                       : negated_label(*definition));
            continue;
        }
        clauses.push_back(fmt::format("{} {}",
                                      label_in_rule(*definition, from == 0),
                                      bound_words(bounds.subspan(from, to - from), *definition)));
    }
    std::string text = clauses.front();
    for (std::size_t i = 1; i < clauses.size(); ++i)
        text += (i + 1 < clauses.size() ? ", " : " and ") + clauses[i];
    return fmt::format("{}: catches {} of the segment, {} strangers.",
                       text,
                       whole_percentage(rule.recall),
                       whole_percentage(1 - rule.precision));
}

}  // namespace cpo::segmentation
