#pragma once

#include <string>

#include "model/customer.h"

namespace cpo::segmentation {

/// "Pieces per order": the label, of a feature without one the name.
std::string label_of(const FeatureDefinition& definition);

/// 0 or 1 for each customer.
bool is_yes_or_no(FeatureKind kind);

/// What is true where the feature is 0: "country is not France" for "country is France". REQUIRES:
/// is_yes_or_no(definition.kind).
std::string negated_label(const FeatureDefinition& definition);

/// Equal for features that say much the same in other words: the categories of a column.
std::string topic_of(const FeatureDefinition& definition);

/// "country is France for 80 %; all customers 12 %." of such a feature. The means are
/// shares.
std::string share_sentence(const FeatureDefinition& definition, double mean, double overall_mean);

/// "high age", "country is not France", "early signup", "common city": that the feature is on the
/// high or the low side. For features that docs/features.md does not define.
std::string side_words(const FeatureDefinition& definition, bool is_high);

}  // namespace cpo::segmentation
