#include "app/commands/segment_features.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "agents/segmentation/plan_json.h"
#include "agents/segmentation/saved_run.h"
#include "agents/segmentation/scaling.h"
#include "app/commands/segment_weights.h"
#include "app/files.h"
#include "base/json.h"
#include "model/customer_values.h"
#include "pipeline/segmentation_input.h"

namespace cpo::app {
namespace {

using segmentation::ColumnPlan;
using segmentation::ColumnUse;

std::string kind_words(ColumnKind kind) {
    return kind == ColumnKind::kYesNo ? "yes/no" : std::string(name_of(kind));
}

void print_plan(const ingest::CustomerFile& file,
                const segmentation::FeaturePlan& plan,
                std::ostream& out) {
    std::size_t width = 6;
    for (const ColumnPlan& column : plan.columns)
        width = std::max(width, column.column.name.size());
    for (const FeatureScaling& feature : plan.scaling)
        width = std::max(width, feature.feature.size());
    out << fmt::format(
        "{} customers.\n\n{:<{}}  is         becomes\n", file.table.rows(), "Column", width);
    for (const ColumnPlan& column : plan.columns)
        out << fmt::format("{:<{}}  {:<9}  {}{}\n",
                           column.column.name,
                           width,
                           kind_words(column.column.kind),
                           column.use == ColumnUse::kLeftOut ? "left out: " : "",
                           column.reason);
    out << fmt::format("\n{:<{}}  is used  how\n", "Feature", width);
    for (const FeatureScaling& feature : plan.scaling)
        out << fmt::format("{:<{}}  {:<7}  {}\n",
                           feature.feature,
                           width,
                           feature.is_used ? "yes" : "no",
                           feature.reason);
    for (const FeatureScaling& feature : plan.scaling)
        if (!feature.note.empty()) out << "Note: " << feature.note << '\n';
    for (const std::string& notice : file.summary.notices) out << "Note: " << notice << '\n';
    if (file.summary.rejected_count > 0)
        out << fmt::format("{} lines could not be used.\n", file.summary.rejected_count);
}

/// The column `weights` of a table of numbers becomes its weights, if there is one of that name.
Result<void> set_weights(FeatureTable& table, const std::string& weights) {
    if (weights.empty()) return {};
    std::vector<std::string> names;
    names.reserve(table.columns());
    for (const FeatureDefinition& definition : table.definitions) names.push_back(definition.name);
    auto taken = TRY(take_weights(table.values, names, weights));
    table.definitions.erase(table.definitions.begin() + static_cast<std::ptrdiff_t>(taken.column));
    table.weights = std::move(taken.values);
    return {};
}

/// The same of a mixed table; the weights are given back.
Result<std::vector<double>> taken_weights(MixedTable& table, const std::string& weights) {
    if (weights.empty()) return std::vector<double>();
    std::vector<std::string> names;
    names.reserve(table.columns.size());
    for (const MixedColumn& column : table.columns) names.push_back(column.name);
    auto taken = TRY(take_weights(table.values, names, weights));
    const auto column = table.columns.begin() + static_cast<std::ptrdiff_t>(taken.column);
    if (column->kind != ColumnKind::kNumber)
        return invalid_argument(
            fmt::format("--weights: the column \"{}\" does not hold numbers", weights));
    table.columns.erase(column);
    return std::move(taken.values);
}

}  // namespace

Result<PreparedCustomers> prepare_customers(const std::string& input,
                                            const ingest::CustomerColumns& columns,
                                            const ingest::ReadOptions& options,
                                            segmentation::Scaling scaling,
                                            const std::string& weights) {
    const auto stream = TRY(open_input(input));
    ingest::CustomerColumns wanted = columns;
    if (!wanted.features.empty() && !weights.empty()) wanted.features.push_back(weights);
    PreparedCustomers prepared;
    if (scaling == segmentation::Scaling::kNone) {
        prepared.file = TRY(ingest::read_customers(*stream, input, wanted, options));
        TRY(set_weights(prepared.file.table, weights));
        prepared.plan.columns = segmentation::plan_as_it_is(prepared.file.table.definitions);
        return prepared;
    }
    auto mixed = TRY(ingest::read_mixed_customers(*stream, input, wanted, options));
    auto weight_of = TRY(taken_weights(mixed.table, weights));
    auto made = TRY(pipeline::prepare_customers(std::move(mixed.table), !columns.features.empty()));
    prepared.plan = std::move(made.plan);
    prepared.file.table = std::move(made.customers);
    prepared.file.summary = std::move(mixed.summary);
    std::move(made.notices.begin(),
              made.notices.end(),
              std::back_inserter(prepared.file.summary.notices));
    prepared.file.table.weights = std::move(weight_of);
    return prepared;
}

Result<void> explain_plan(PreparedCustomers customers,
                          segmentation::Scaling scaling,
                          bool is_json,
                          std::ostream& out) {
    customers.plan.scaling =
        TRY(segmentation::choose_scaling(customers.file.table, {}, scaling, 1));
    if (is_json)
        out << write_json(segmentation::to_json(customers.plan)) << '\n';
    else
        print_plan(customers.file, customers.plan, out);
    return {};
}

}  // namespace cpo::app
