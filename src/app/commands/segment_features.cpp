#include "app/commands/segment_features.h"

#include <fmt/format.h>

#include <algorithm>

#include "agents/segmentation/plan_json.h"
#include "agents/segmentation/saved_run.h"
#include "agents/segmentation/scaling.h"
#include "app/files.h"
#include "base/json.h"

namespace cpo::app {
namespace {

using segmentation::ColumnPlan;
using segmentation::ColumnUse;

std::string kind_words(ColumnKind kind) {
    return kind == ColumnKind::kYesNo ? "yes/no" : std::string(segmentation::name_of(kind));
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

}  // namespace

Result<PreparedCustomers> prepare_customers(const std::string& input,
                                            const ingest::CustomerColumns& columns,
                                            const ingest::ReadOptions& options,
                                            segmentation::Scaling scaling) {
    const auto stream = TRY(open_input(input));
    PreparedCustomers prepared;
    if (scaling == segmentation::Scaling::kNone) {
        prepared.file = TRY(ingest::read_customers(*stream, input, columns, options));
        for (const FeatureDefinition& feature : prepared.file.table.definitions) {
            ColumnPlan& column = prepared.plan.columns.emplace_back();
            column.column.name = feature.name;
            column.reason = "as it is";
        }
        return prepared;
    }
    auto mixed = TRY(ingest::read_mixed_customers(*stream, input, columns, options));
    prepared.plan = TRY(segmentation::plan_features(mixed.table, !columns.features.empty()));
    prepared.file.summary = std::move(mixed.summary);
    for (const ColumnPlan& column : prepared.plan.columns)
        if (column.use == ColumnUse::kLeftOut)
            prepared.file.summary.notices.push_back(
                fmt::format("Column \"{}\" is left out: {}.", column.column.name, column.reason));
    prepared.file.table =
        segmentation::encode_customers(std::move(mixed.table), prepared.plan.columns);
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
