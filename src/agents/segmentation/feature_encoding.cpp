#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "agents/segmentation/feature_plan.h"
#include "base/time.h"
#include "model/known_features.h"

namespace cpo::segmentation {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

std::string date_words(double days) {
    return format_date(Date(std::chrono::days(static_cast<std::int64_t>(days))));
}

FeatureDefinition number_definition(const ColumnPlan& plan) {
    const std::string& name = plan.column.name;
    if (plan.column.kind == ColumnKind::kNumber) return feature_named(name);
    if (plan.column.kind == ColumnKind::kYesNo)
        return {name, name + " is yes", "", "", FeatureKind::kYesNo, name};
    return {name,
            fmt::format("{} (days before {})", name, date_words(plan.reference_days)),
            "",
            "",
            FeatureKind::kDate,
            name};
}

void add_definitions(const ColumnPlan& plan, std::vector<FeatureDefinition>& definitions) {
    const std::string& name = plan.column.name;
    switch (plan.use) {
        case ColumnUse::kLeftOut:
            return;
        case ColumnUse::kNumber:
            definitions.push_back(number_definition(plan));
            if (plan.has_indicator)
                definitions.push_back({name + " is missing",
                                       name + " is not given",
                                       "",
                                       "",
                                       FeatureKind::kMissing,
                                       name});
            return;
        case ColumnUse::kCommon:
            definitions.push_back({name,
                                   fmt::format("share of customers with the same {}", name),
                                   "",
                                   "",
                                   FeatureKind::kCommon,
                                   name});
            return;
        case ColumnUse::kCategories:
            for (const std::string& category : plan.column.categories)
                definitions.push_back(
                    {category.empty() ? name + " is missing" : fmt::format("{}={}", name, category),
                     fmt::format("{} is {}", name, category.empty() ? "not given" : category),
                     "",
                     "",
                     category.empty() ? FeatureKind::kMissing : FeatureKind::kCategory,
                     name});
            if (plan.has_other)
                definitions.push_back({name + " is another",
                                       name + " is one of the rare ones",
                                       "",
                                       "",
                                       FeatureKind::kCategory,
                                       name});
    }
}

/// Writes the features of one column.
class ColumnEncoder {
public:
    ColumnEncoder(const ColumnPlan& plan, const MixedColumn& column) : plan_(plan) {
        if (plan.use == ColumnUse::kNumber) return;
        std::unordered_map<std::string_view, std::size_t> place_of;
        for (std::size_t i = 0; i < plan.column.categories.size(); ++i)
            place_of.emplace(plan.column.categories[i], i);
        const auto place = [&](std::string_view category) {
            const auto found = place_of.find(category);
            return found == place_of.end() ? kNone : found->second;
        };
        for (const std::string& category : column.categories) places_.push_back(place(category));
        places_.push_back(kNone);
        missing_ = place("");
    }

    std::size_t width() const {
        if (plan_.use == ColumnUse::kCategories)
            return plan_.column.categories.size() + (plan_.has_other ? 1 : 0);
        return plan_.has_indicator ? 2 : 1;
    }

    /// `features` is [width()], all 0.
    void write(double value, double* features) const {
        const bool is_missing = std::isnan(value);
        if (plan_.use == ColumnUse::kNumber) {
            const bool is_date = plan_.column.kind == ColumnKind::kDate;
            features[0] = is_missing ? plan_.fill : is_date ? plan_.reference_days - value : value;
            if (plan_.has_indicator && is_missing) features[1] = 1;
            return;
        }
        std::size_t place = missing_;
        if (!is_missing)
            place = places_[std::min(static_cast<std::size_t>(value), places_.size() - 1)];
        if (plan_.use == ColumnUse::kCommon)
            features[0] = place == kNone ? 0 : plan_.shares[place];
        else if (place != kNone)
            features[place] = 1;
        else if (plan_.has_other)
            features[plan_.column.categories.size()] = 1;
    }

private:
    const ColumnPlan& plan_;
    std::vector<std::size_t> places_;  ///< Of each code of the table; the last is for others.
    std::size_t missing_ = kNone;
};

std::size_t column_called(const MixedTable& customers, const std::string& name) {
    std::size_t column = 0;
    while (customers.columns[column].name != name) ++column;
    return column;
}

/// All columns are taken, one after the other, as they are.
bool is_as_it_is(const MixedTable& customers, const std::vector<ColumnPlan>& columns) {
    if (customers.columns.size() != columns.size()) return false;
    for (std::size_t j = 0; j < columns.size(); ++j) {
        const ColumnPlan& plan = columns[j];
        if (plan.use != ColumnUse::kNumber || plan.has_indicator ||
            plan.column.kind == ColumnKind::kDate || plan.column.name != customers.columns[j].name)
            return false;
    }
    return std::none_of(customers.values.begin(), customers.values.end(), [](double value) {
        return std::isnan(value);
    });
}

}  // namespace

std::vector<FeatureDefinition> feature_definitions(const std::vector<ColumnPlan>& columns) {
    std::vector<FeatureDefinition> definitions;
    for (const ColumnPlan& plan : columns) add_definitions(plan, definitions);
    // A column may be called as the category of another.
    for (std::size_t i = 0; i < definitions.size(); ++i)
        while (std::any_of(definitions.begin(),
                           definitions.begin() + static_cast<std::ptrdiff_t>(i),
                           [&](const auto& other) { return other.name == definitions[i].name; }))
            definitions[i].name += '_';
    return definitions;
}

FeatureTable encode_customers(MixedTable customers, const std::vector<ColumnPlan>& columns) {
    FeatureTable table;
    table.definitions = feature_definitions(columns);
    if (is_as_it_is(customers, columns)) {
        table.ids = std::move(customers.ids);
        table.values = std::move(customers.values);
        return table;
    }
    table.values.resize(customers.rows() * table.columns());
    std::size_t first = 0;
    for (const ColumnPlan& plan : columns) {
        if (plan.use == ColumnUse::kLeftOut) continue;
        const std::size_t column = column_called(customers, plan.column.name);
        const ColumnEncoder encoder(plan, customers.columns[column]);
        for (std::size_t row = 0; row < customers.rows(); ++row)
            encoder.write(customers.at(row, column),
                          table.values.data() + row * table.columns() + first);
        first += encoder.width();
    }
    table.ids = std::move(customers.ids);
    return table;
}

}  // namespace cpo::segmentation
