#include "model/customer_values.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace cpo {
namespace {

constexpr double kSecondsADay = 86'400;

constexpr std::array<std::pair<std::string_view, ColumnKind>, 5> kKinds{
    {{"number", ColumnKind::kNumber},
     {"yes_no", ColumnKind::kYesNo},
     {"date", ColumnKind::kDate},
     {"category", ColumnKind::kCategory},
     {"text", ColumnKind::kText}}};

json::string date_text(double days) {
    const Time time = time_after_1970(days);
    const Date date = std::chrono::floor<std::chrono::days>(time);
    return json::string(Time(date) == time ? format_date(date) : format_time(time));
}

Result<double> number_in(const json::value& value) {
    if (!value.is_number()) return invalid_argument("expected a number");
    const auto number = value.to_number<double>();
    if (std::abs(number) <= kCustomerNumberMax) return number;
    return invalid_argument("the number is out of range (at most 1e12)");
}

Result<double> days_in(const json::value& value) {
    if (value.is_string())
        if (const auto time = parse_time(value.get_string())) return days_since_1970(*time);
    return invalid_argument("expected a date: YYYY-MM-DD, or with a time as ISO 8601");
}

}  // namespace

std::string_view name_of(ColumnKind kind) { return kKinds[static_cast<std::size_t>(kind)].first; }

std::string_view words_of(ColumnKind kind) {
    static constexpr std::array<std::string_view, 5> kWords{
        "numbers", "yes and no", "dates", "categories", "texts"};
    return kWords[static_cast<std::size_t>(kind)];
}

std::optional<ColumnKind> parse_column_kind(std::string_view name) {
    for (const auto& [known, kind] : kKinds)
        if (known == name) return kind;
    return std::nullopt;
}

double days_since_1970(Time time) {
    return static_cast<double>(time.time_since_epoch().count()) / kSecondsADay;
}

Time time_after_1970(double days) {
    return Time(std::chrono::seconds(std::llround(days * kSecondsADay)));
}

json::value cell_json(const MixedColumn& column, double cell) {
    if (std::isnan(cell)) return nullptr;
    switch (column.kind) {
        case ColumnKind::kNumber:
            return cell;
        case ColumnKind::kYesNo:
            return cell != 0;
        case ColumnKind::kDate:
            return date_text(cell);
        case ColumnKind::kCategory:
            return json::string(column.categories[static_cast<std::size_t>(cell)]);
        case ColumnKind::kText:
            break;
    }
    return nullptr;
}

MixedTable mixed_table_of(FeatureTable numbers) {
    MixedTable table;
    for (FeatureDefinition& definition : numbers.definitions)
        table.columns.emplace_back().name = std::move(definition.name);
    table.ids = std::move(numbers.ids);
    table.values = std::move(numbers.values);
    return table;
}

MixedTableBuilder::MixedTableBuilder(std::vector<MixedColumn> columns, bool are_categories_known)
    : are_categories_known_(are_categories_known), codes_(columns.size()) {
    for (std::size_t column = 0; column < columns.size(); ++column)
        for (std::size_t i = 0; i < columns[column].categories.size(); ++i)
            codes_[column].emplace(columns[column].categories[i], static_cast<std::uint32_t>(i));
    for (std::size_t column = 0; column < columns.size(); ++column)
        column_of_.emplace(columns[column].name, column);
    table_.columns = std::move(columns);
}

Result<double> MixedTableBuilder::cell_of(std::size_t column, const json::value& value) const {
    switch (table_.columns[column].kind) {
        case ColumnKind::kNumber:
            return number_in(value);
        case ColumnKind::kYesNo:
            if (!value.is_bool()) return invalid_argument("expected true or false");
            return value.get_bool() ? 1.0 : 0.0;
        case ColumnKind::kDate:
            return days_in(value);
        case ColumnKind::kCategory:
        case ColumnKind::kText:
            break;
    }
    if (!value.is_string()) return invalid_argument("expected a text");
    return 0.0;
}

double MixedTableBuilder::category_of(std::size_t column, std::string_view text) {
    MixedColumn& definition = table_.columns[column];
    if (definition.kind == ColumnKind::kText) return 0;
    auto& codes = codes_[column];
    const std::size_t next = definition.categories.size();
    const auto known = codes.find(text);
    if (known != codes.end()) return known->second;
    if (are_categories_known_) return static_cast<double>(next);
    if (next == kCategoriesMax || text.size() > kCategoryBytesMax) {
        definition.kind = ColumnKind::kText;
        definition.categories.clear();
        codes.clear();
        return 0;
    }
    codes.emplace(text, static_cast<std::uint32_t>(next));
    definition.categories.emplace_back(text);
    return static_cast<double>(next);
}

Result<void> MixedTableBuilder::add(std::string id, const JsonReader& values) {
    const std::size_t first = table_.values.size();
    for (std::size_t column = 0; column < table_.columns.size(); ++column) {
        const MixedColumn& definition = table_.columns[column];
        const json::value* value = values.raw().if_contains(definition.name);
        if (value == nullptr || value->is_null()) {
            table_.values.push_back(kMissingCell);
            continue;
        }
        const auto cell = cell_of(column, *value);
        if (!cell) {
            table_.values.resize(first);
            return invalid_argument(
                fmt::format("{}: {}", values.pointer_of(definition.name), cell.error().message));
        }
        const bool is_text =
            definition.kind == ColumnKind::kCategory || definition.kind == ColumnKind::kText;
        table_.values.push_back(is_text ? category_of(column, value->get_string()) : *cell);
    }
    table_.ids.push_back(std::move(id));
    return {};
}

MixedTable MixedTableBuilder::take() && {
    // Codes that were given before a column turned out to be text.
    for (std::size_t column = 0; column < table_.columns.size(); ++column) {
        if (table_.columns[column].kind != ColumnKind::kText) continue;
        for (std::size_t row = 0; row < table_.rows(); ++row) {
            double& value = table_.values[row * table_.columns.size() + column];
            if (value > 0) value = 0;
        }
    }
    return std::move(table_);
}

}  // namespace cpo
