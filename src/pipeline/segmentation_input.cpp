#include "pipeline/segmentation_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "agents/segmentation/plan_json.h"
#include "model/customer_values.h"
#include "model/known_features.h"

namespace cpo::pipeline {
namespace {

using segmentation::ColumnPlan;
using segmentation::ColumnUse;

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
    input.plan = plan_as_it_is(table.definitions);
    return input;
}

segmentation::FeaturePlan plan_as_it_is(const std::vector<FeatureDefinition>& features) {
    segmentation::FeaturePlan plan;
    for (const FeatureDefinition& feature : features) {
        ColumnPlan& column = plan.columns.emplace_back();
        column.column.name = feature.name;
        column.reason = "as it is";
    }
    return plan;
}

json::array columns_json(const segmentation::FeaturePlan& plan) {
    json::array columns;
    for (const ColumnPlan& column : plan.columns)
        columns.push_back({{"column", column.column.name},
                           {"kind", name_of(column.column.kind)},
                           {"use", segmentation::name_of(column.use)},
                           {"reason", column.reason},
                           {"missing_share", column.missing_share}});
    return columns;
}

}  // namespace cpo::pipeline
