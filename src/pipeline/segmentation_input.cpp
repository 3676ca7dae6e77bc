#include "pipeline/segmentation_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

#include "agents/segmentation/plan_json.h"
#include "model/customer_values.h"
#include "model/json_fields.h"
#include "model/known_features.h"

namespace cpo::pipeline {
namespace {

using segmentation::ColumnPlan;
using segmentation::ColumnUse;

/// By FeatureKind.
constexpr std::array<std::string_view, 6> kFeatureKinds{
    "number", "yes_no", "category", "missing", "common", "date"};

Result<FeatureDefinition> read_feature(const json::value& value, const std::string& pointer) {
    const JsonReader reader = TRY(JsonReader::of(value, pointer));
    FeatureDefinition feature;
    feature.name = TRY(reader.string("feature"));
    feature.label = TRY(reader.string("label"));
    feature.kind = TRY(read_name(reader, "kind", [](std::string_view name) {
        const auto* known = std::find(kFeatureKinds.begin(), kFeatureKinds.end(), name);
        return known == kFeatureKinds.end()
                   ? std::optional<FeatureKind>()
                   : std::optional(static_cast<FeatureKind>(known - kFeatureKinds.begin()));
    }));
    return feature;
}

/// Columns of numbers; says which others there are.
Result<std::vector<std::size_t>> numeric_columns(const MixedTable& customers,
                                                 bool are_named,
                                                 std::vector<std::string>& notices) {
    std::vector<std::size_t> columns;
    std::vector<std::string> others;
    for (std::size_t column = 0; column < customers.columns.size(); ++column) {
        const MixedColumn& definition = customers.columns[column];
        if (definition.kind == ColumnKind::kNumber) {
            columns.push_back(column);
            continue;
        }
        if (are_named)
            return invalid_argument(
                fmt::format("scaling \"none\" takes numbers only, and \"{}\" holds {}",
                            definition.name,
                            words_of(definition.kind)));
        others.push_back(definition.name);
    }
    if (columns.empty())
        return Error{ErrorCode::kFailedPrecondition,
                     "scaling \"none\" takes numbers only, and the customers have none",
                     {}};
    if (!others.empty())
        notices.push_back(fmt::format("Columns left out because they hold no numbers: {}.",
                                      fmt::join(others, ", ")));
    return columns;
}

}  // namespace

Result<SegmentationInput> prepare_customers(MixedTable customers, bool are_named) {
    SegmentationInput input;
    input.plan = TRY(segmentation::plan_features(customers, are_named));
    for (const ColumnPlan& column : input.plan.columns)
        if (column.use == ColumnUse::kLeftOut)
            input.notices.push_back(
                fmt::format("Column \"{}\" is left out: {}.", column.column.name, column.reason));
    input.customers = segmentation::encode_customers(std::move(customers), input.plan.columns);
    return input;
}

Result<SegmentationInput> prepare_numbers(MixedTable customers, bool are_named) {
    SegmentationInput input;
    const auto columns = TRY(numeric_columns(customers, are_named, input.notices));
    FeatureTable& table = input.customers;
    for (const std::size_t column : columns)
        table.definitions.push_back(feature_named(customers.columns[column].name));
    std::vector<double> numbers(columns.size());
    for (std::size_t row = 0; row < customers.rows(); ++row) {
        for (std::size_t i = 0; i < columns.size(); ++i) numbers[i] = customers.at(row, columns[i]);
        if (std::any_of(numbers.begin(), numbers.end(), [](double x) { return std::isnan(x); }))
            continue;
        table.ids.push_back(std::move(customers.ids[row]));
        table.values.insert(table.values.end(), numbers.begin(), numbers.end());
    }
    if (table.rows() == 0)
        return Error{ErrorCode::kFailedPrecondition,
                     "every customer lacks a number, and scaling \"none\" fills none in: choose "
                     "features by name, or another scaling",
                     {}};
    if (table.rows() < customers.rows())
        input.notices.push_back(fmt::format("{} of {} customers were left out: they lack a number.",
                                            customers.rows() - table.rows(),
                                            customers.rows()));
    input.plan.columns = segmentation::plan_as_it_is(table.definitions);
    return input;
}

json::array columns_json(const segmentation::FeaturePlan& plan) {
    json::array columns;
    const auto definitions = segmentation::feature_definitions(plan.columns);
    for (const ColumnPlan& column : plan.columns) {
        json::array features;
        for (const FeatureDefinition& each : definitions)
            if (column.column.name == (each.column.empty() ? each.name : each.column))
                features.push_back({{"feature", each.name},
                                    {"label", each.label},
                                    {"kind", kFeatureKinds[static_cast<std::size_t>(each.kind)]}});
        columns.push_back({{"column", column.column.name},
                           {"kind", name_of(column.column.kind)},
                           {"use", segmentation::name_of(column.use)},
                           {"reason", column.reason},
                           {"missing_share", column.missing_share},
                           {"features", std::move(features)}});
    }
    return columns;
}

Result<std::vector<FeatureDefinition>> definitions_of(const std::vector<std::string>& features,
                                                      const json::array& columns) {
    std::map<std::string, FeatureDefinition> made;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const JsonReader column = TRY(JsonReader::of(columns[i], fmt::format("/columns/{}", i)));
        const std::string name = TRY(column.string("column"));
        for (FeatureDefinition& each : TRY(read_array(column, "features", read_feature))) {
            // A column of numbers is known by its name, if it is.
            if (each.kind == FeatureKind::kNumber) continue;
            each.column = name;
            made.emplace(each.name, std::move(each));
        }
    }
    std::vector<FeatureDefinition> definitions;
    definitions.reserve(features.size());
    for (const std::string& feature : features) {
        const auto found = made.find(feature);
        definitions.push_back(found == made.end() ? feature_named(feature) : found->second);
    }
    return definitions;
}

}  // namespace cpo::pipeline
