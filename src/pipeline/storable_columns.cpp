#include "pipeline/storable_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cpo::pipeline {
namespace {

/// Why a column is not to be stored; empty when it is.
std::string fault_of(const MixedTable& customers, std::size_t column, bool is_known) {
    const MixedColumn& definition = customers.columns[column];
    if (definition.kind == ColumnKind::kText)
        return "its texts are too many or too long to be categories";
    if (is_known) return "";
    std::size_t present = 0;
    std::vector<bool> is_anybodys(definition.categories.size());
    for (std::size_t row = 0; row < customers.rows(); ++row) {
        const double value = customers.at(row, column);
        if (std::isnan(value)) continue;
        ++present;
        if (definition.kind == ColumnKind::kCategory)
            is_anybodys[static_cast<std::size_t>(value)] = true;
    }
    if (present == 0) return "it has no values";
    const auto different = std::count(is_anybodys.begin(), is_anybodys.end(), true);
    if (2 * static_cast<std::size_t>(different) > present)
        return "it may say who a customer is, since its texts differ for more than half of them";
    return "";
}

/// Leaves the `kept` columns, in their order.
void keep_columns(const std::vector<std::size_t>& kept, MixedTable& customers) {
    const std::size_t columns = customers.columns.size();
    std::size_t end = 0;
    for (std::size_t row = 0; row < customers.rows(); ++row)
        for (const std::size_t column : kept)
            customers.values[end++] = customers.values[row * columns + column];
    customers.values.resize(end);
    std::vector<MixedColumn> definitions;
    definitions.reserve(kept.size());
    for (const std::size_t column : kept)
        definitions.push_back(std::move(customers.columns[column]));
    customers.columns = std::move(definitions);
}

}  // namespace

void drop_unstorable(const std::vector<MixedColumn>& known,
                     MixedTable& customers,
                     std::vector<std::string>& notices) {
    std::vector<std::size_t> kept;
    for (std::size_t column = 0; column < customers.columns.size(); ++column) {
        const std::string& name = customers.columns[column].name;
        const bool is_known = std::any_of(
            known.begin(), known.end(), [&](const auto& each) { return each.name == name; });
        const std::string fault = fault_of(customers, column, is_known);
        if (fault.empty())
            kept.push_back(column);
        else
            notices.push_back(fmt::format("Column \"{}\" was not kept: {}.", name, fault));
    }
    if (kept.size() < customers.columns.size()) keep_columns(kept, customers);
}

}  // namespace cpo::pipeline
