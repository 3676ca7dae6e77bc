#include "agents/segmentation/feature_words.h"

#include <fmt/format.h>

#include <string_view>

#include "agents/segmentation/number_words.h"

namespace cpo::segmentation {

std::string label_of(const FeatureDefinition& definition) {
    return definition.label.empty() ? definition.name : definition.label;
}

bool is_yes_or_no(FeatureKind kind) {
    return kind == FeatureKind::kYesNo || kind == FeatureKind::kCategory ||
           kind == FeatureKind::kMissing;
}

std::string negated_label(const FeatureDefinition& definition) {
    if (definition.kind == FeatureKind::kYesNo) return definition.column + " is no";
    if (definition.kind == FeatureKind::kMissing) return definition.column + " is given";
    constexpr std::string_view kIs = " is ";
    return fmt::format("{} is not {}",
                       definition.column,
                       definition.label.substr(definition.column.size() + kIs.size()));
}

std::string topic_of(const FeatureDefinition& definition) {
    // No column's name has a line break before it.
    return definition.kind == FeatureKind::kCategory ? "\n" + definition.column : definition.name;
}

std::string share_sentence(const FeatureDefinition& definition, double mean, double overall_mean) {
    return fmt::format("{} for {}; all customers {}.",
                       definition.label,
                       whole_percentage(mean),
                       whole_percentage(overall_mean));
}

std::string side_words(const FeatureDefinition& definition, bool is_high) {
    switch (definition.kind) {
        case FeatureKind::kYesNo:
        case FeatureKind::kCategory:
        case FeatureKind::kMissing:
            return is_high ? definition.label : negated_label(definition);
        case FeatureKind::kCommon:
            return fmt::format("{} {}", is_high ? "common" : "rare", definition.column);
        case FeatureKind::kDate:
            return fmt::format("{} {}", is_high ? "early" : "late", definition.column);
        case FeatureKind::kNumber:
            break;
    }
    return fmt::format("{} {}", is_high ? "high" : "low", label_of(definition));
}

}  // namespace cpo::segmentation
