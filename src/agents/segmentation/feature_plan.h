#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/customer.h"
#include "model/mixed_table.h"
#include "model/segment.h"

namespace cpo::segmentation {

/// Categories up to this number become a feature each, more of them one feature together.
inline constexpr std::size_t kCategoryFeaturesMax = 12;
/// Rarer categories are "other".
inline constexpr double kCategoryShareMin = 0.01;
/// A column with more missing values is left out.
inline constexpr double kMissingShareMax = 0.4;
/// With so many missing values it is a feature of its own whether there is one.
inline constexpr double kIndicatorShareMin = 0.05;

/// What becomes of a column.
enum class ColumnUse {
    kNumber,      ///< One feature: the number, 1 for yes, days before the reference.
    kCategories,  ///< A feature of 0 and 1 for each category.
    kCommon,      ///< One feature: the share of the customers with the same category.
    kLeftOut
};

/// One column of the customers' file, and the features that are made of it.
struct ColumnPlan {
    MixedColumn column;  ///< Its categories are those that are told apart here; "" = no value.
    ColumnUse use = ColumnUse::kNumber;
    std::string reason;        ///< One clause.
    double missing_share = 0;  ///< Of the customers the plan was made on, 0 ... 1.
    double fill = 0;           ///< kNumber: put where the value is missing, in the feature's unit.
    bool has_indicator = false;  ///< kNumber: a feature says where the value is missing.
    double reference_days = 0;   ///< Of a date: the day it is counted back from, since 1970-01-01.
    bool has_other = false;  ///< There were further categories; kCategories: a feature for them.
    std::vector<double> shares;  ///< [categories], of the customers, 0 ... 1.
};

/// How customers become points: columns -> features (encode_customers), features -> scaled features
/// (`scaling`, see scaling.h).
struct FeaturePlan {
    std::vector<ColumnPlan> columns;      ///< In the order of the file.
    std::vector<FeatureScaling> scaling;  ///< [features], in the order of feature_definitions().
};

/// Decides what becomes of each column of `customers`; leaves the scaling to choose_scaling().
/// - More than kMissingShareMax missing, or no value at all: left out.
/// - Numbers, yes and no, dates: one feature; what is missing gets the median, and a second feature
///   says so from kIndicatorShareMin on. Dates are days before the newest of them.
/// - Categories (no value is one as well) up to kCategoryFeaturesMax: a feature each from
///   kCategoryShareMin on, the most frequent first, and one for the others.
/// - More categories: the share of the customers with the same; 0 for those that one customer has.
/// - Ids: texts that differ for more than half of the customers, and columns of more than 20 whole
///   numbers that all differ and either count without a gap or are called id. They are left out;
///   `are_named` says that the user chose the columns: then such texts are an error, and numbers
///   are taken.
/// O(rows x columns). Thread-safe. Errors: kInvalidArgument for no rows, for a named column of ids,
/// and when no column is left.
Result<FeaturePlan> plan_features(const MixedTable& customers, bool are_named);

/// Columns of numbers, none missing, that are features as they are.
std::vector<ColumnPlan> plan_as_it_is(const std::vector<FeatureDefinition>& features);

/// The same of `customers`, where a value that further ones lack gets the median. O(rows x
/// columns). REQUIRES: there are rows.
std::vector<ColumnPlan> plan_numbers(const FeatureTable& customers);

/// Names, labels and kinds of the features that the plan makes, in order.
std::vector<FeatureDefinition> feature_definitions(const std::vector<ColumnPlan>& columns);

/// The columns of the file that the plan uses, for reading further customers.
std::vector<MixedColumn> columns_to_read(const std::vector<ColumnPlan>& columns);

/// The features of `customers`, unscaled. Its columns are found by name; categories that the plan
/// does not know are "other", in a plan without other none of those it knows. The values are moved
/// where nothing has to be done to them. O(rows x features). REQUIRES: the table has the columns
/// that the plan uses, of the same kind.
FeatureTable encode_customers(MixedTable customers, const std::vector<ColumnPlan>& columns);

}  // namespace cpo::segmentation
