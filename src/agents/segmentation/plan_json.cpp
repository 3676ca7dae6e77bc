#include "agents/segmentation/plan_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "agents/segmentation/quantiles.h"
#include "agents/segmentation/saved_run.h"
#include "agents/segmentation/scaling.h"
#include "model/customer_values.h"
#include "model/json_fields.h"
#include "model/segment_json.h"

namespace cpo::segmentation {
namespace {

/// The first day of year 1 and the last of year 9999, counted from 1970-01-01.
constexpr double kDaysMin = -719'162, kDaysMax = 2'932'896;

constexpr std::array<std::pair<std::string_view, ColumnUse>, 4> kUses{
    {{"number", ColumnUse::kNumber},
     {"categories", ColumnUse::kCategories},
     {"common", ColumnUse::kCommon},
     {"left_out", ColumnUse::kLeftOut}}};

template <typename Known>
auto value_named(const JsonReader& reader, std::string_view key, const Known& known)
    -> Result<typename Known::value_type::second_type> {
    using Value = typename Known::value_type::second_type;
    return read_name(reader, key, [&](std::string_view name) {
        std::optional<Value> found;
        for (const auto& [one, value] : known)
            if (one == name) found = value;
        return found;
    });
}

json::object to_json(const ColumnPlan& plan) {
    json::object object{{"column", plan.column.name},
                        {"kind", cpo::name_of(plan.column.kind)},
                        {"use", name_of(plan.use)},
                        {"reason", plan.reason},
                        {"missing_share", plan.missing_share}};
    if (plan.column.kind == ColumnKind::kDate) object["day_first"] = plan.column.is_day_first;
    if (plan.use == ColumnUse::kNumber) {
        object["fill"] = plan.fill;
        object["indicator"] = plan.has_indicator;
        if (plan.column.kind == ColumnKind::kDate) object["reference_days"] = plan.reference_days;
    } else if (plan.use != ColumnUse::kLeftOut) {
        json::array categories;
        for (std::size_t i = 0; i < plan.shares.size(); ++i)
            categories.push_back({{"value", plan.column.categories[i]}, {"share", plan.shares[i]}});
        object["categories"] = std::move(categories);
        object["other"] = plan.has_other;
    }
    return object;
}

Result<double> read_share(const JsonReader& reader, std::string_view key) {
    const double share = TRY(reader.number(key));
    if (share >= 0 && share <= 1) return share;
    return invalid_argument(reader.pointer_of(key) + ": expected a number from 0 to 1");
}

Result<void> read_categories(const JsonReader& reader, ColumnPlan& plan) {
    const auto* categories = TRY(reader.array("categories"));
    std::set<std::string> seen;
    for (std::size_t i = 0; i < categories->size(); ++i) {
        const auto category = TRY(JsonReader::of(
            (*categories)[i], fmt::format("{}/{}", reader.pointer_of("categories"), i)));
        TRY(category.only({"value", "share"}));
        plan.column.categories.push_back(TRY(category.string("value")));
        plan.shares.push_back(TRY(read_share(category, "share")));
        if (!seen.insert(plan.column.categories.back()).second)
            return invalid_argument(category.pointer_of("value") + ": it stands there twice");
    }
    plan.has_other = TRY(reader.boolean("other"));
    if (plan.use == ColumnUse::kCategories && categories->size() > kCategoryFeaturesMax + 1)
        return invalid_argument(reader.pointer_of("categories") + ": too many");
    return {};
}

Result<ColumnPlan> read_column(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    TRY(reader.only({"column",
                     "kind",
                     "use",
                     "reason",
                     "missing_share",
                     "day_first",
                     "fill",
                     "indicator",
                     "reference_days",
                     "categories",
                     "other"}));
    ColumnPlan plan;
    plan.column.name = TRY(reader.string("column"));
    plan.column.kind = TRY(read_name(reader, "kind", parse_column_kind));
    plan.use = TRY(value_named(reader, "use", kUses));
    plan.reason = TRY(reader.string("reason"));
    plan.missing_share = TRY(read_share(reader, "missing_share"));
    const bool is_date = plan.column.kind == ColumnKind::kDate;
    if (is_date) plan.column.is_day_first = TRY(reader.boolean("day_first"));
    if (plan.use == ColumnUse::kLeftOut) return plan;
    const bool is_category = plan.column.kind == ColumnKind::kCategory;
    if (plan.column.kind == ColumnKind::kText || is_category == (plan.use == ColumnUse::kNumber))
        return invalid_argument(reader.pointer_of("use") + ": not for such a column");
    if (is_category) {
        TRY(read_categories(reader, plan));
        return plan;
    }
    plan.fill = TRY(reader.number("fill"));
    if (!std::isfinite(plan.fill))
        return invalid_argument(reader.pointer_of("fill") + ": the number is out of range");
    plan.has_indicator = TRY(reader.boolean("indicator"));
    if (!is_date) return plan;
    plan.reference_days = TRY(reader.number("reference_days"));
    if (!(plan.reference_days >= kDaysMin && plan.reference_days <= kDaysMax))
        return invalid_argument(reader.pointer_of("reference_days") + ": there is no such day");
    return plan;
}

Result<FeatureScaling> read_feature(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    TRY(reader.only({"feature", "used", "log", "center", "scale", "reason", "note", "quantiles"}));
    FeatureScaling feature = TRY(read_scaling(value, pointer));
    if (!(feature.scale > 0) || std::isinf(feature.scale))
        return invalid_argument(pointer + "/scale: expected a number above 0");
    if (!std::isfinite(feature.center))
        return invalid_argument(pointer + "/center: the number is out of range");
    const auto& quantiles = feature.quantiles;
    if (quantiles.empty()) return feature;
    if (quantiles.size() < 2 || quantiles.size() > kQuantilesMax ||
        !std::is_sorted(quantiles.begin(), quantiles.end()) || !std::isfinite(quantiles.front()) ||
        !std::isfinite(quantiles.back()))
        return invalid_argument(fmt::format(
            "{}/quantiles: expected 2 to {} ascending numbers", pointer, kQuantilesMax));
    return feature;
}

}  // namespace

std::string_view name_of(ColumnUse use) { return kUses[static_cast<std::size_t>(use)].first; }

Result<std::vector<double>> finite_numbers(const json::array* values, const std::string& pointer) {
    std::vector<double> numbers;
    numbers.reserve(values->size());
    for (std::size_t i = 0; i < values->size(); ++i) {
        const json::value& value = (*values)[i];
        if (!value.is_number() || !std::isfinite(value.to_number<double>()))
            return invalid_argument(fmt::format("{}/{}: expected a number", pointer, i));
        numbers.push_back(value.to_number<double>());
    }
    return numbers;
}

json::object to_json(const FeaturePlan& plan) {
    json::array columns, features;
    for (const ColumnPlan& column : plan.columns) columns.push_back(to_json(column));
    for (const FeatureScaling& feature : plan.scaling) features.push_back(cpo::to_json(feature));
    return {{"columns", std::move(columns)}, {"features", std::move(features)}};
}

Result<FeaturePlan> read_plan(const JsonReader& reader) {
    TRY(reader.only({"columns", "features"}));
    FeaturePlan plan;
    plan.columns = TRY(read_array(reader, "columns", read_column));
    std::set<std::string> seen;
    for (const ColumnPlan& column : plan.columns)
        if (!seen.insert(column.column.name).second)
            return invalid_argument(fmt::format("{}: the column \"{}\" stands there twice",
                                                reader.pointer_of("columns"),
                                                column.column.name));
    plan.scaling = TRY(read_array(reader, "features", read_feature));
    const auto definitions = feature_definitions(plan.columns);
    bool do_fit = definitions.size() == plan.scaling.size();
    for (std::size_t i = 0; do_fit && i < definitions.size(); ++i)
        do_fit = definitions[i].name == plan.scaling[i].feature;
    if (!do_fit)
        return invalid_argument(reader.pointer_of("features") +
                                ": they are not those that the columns make");
    const auto used = static_cast<std::size_t>(
        std::count_if(plan.scaling.begin(), plan.scaling.end(), [](const auto& feature) {
            return feature.is_used;
        }));
    if (used == 0 || used > kFeaturesMax)
        return invalid_argument(fmt::format(
            "{}: 1 to {} of them must be used", reader.pointer_of("features"), kFeaturesMax));
    return plan;
}

}  // namespace cpo::segmentation
