#include "agents/segmentation/feature_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "agents/segmentation/number_words.h"

namespace cpo::segmentation {
namespace {

/// Fewer numbers may count up by chance.
constexpr std::size_t kCountedRowsMin = 20;

/// What is known of one column.
struct ColumnFacts {
    std::vector<double> present;      ///< In the order of the rows.
    std::vector<std::size_t> counts;  ///< [categories] of a category.
    std::size_t rows = 0;

    double missing_share() const {
        return 1 - static_cast<double>(present.size()) / static_cast<double>(rows);
    }
};

ColumnFacts facts_of(const MixedTable& customers, std::size_t column) {
    ColumnFacts facts;
    facts.rows = customers.rows();
    facts.present.reserve(facts.rows);
    for (std::size_t row = 0; row < facts.rows; ++row) {
        const double value = customers.at(row, column);
        if (!std::isnan(value)) facts.present.push_back(value);
    }
    if (customers.columns[column].kind != ColumnKind::kCategory) return facts;
    facts.counts.resize(customers.columns[column].categories.size());
    for (const double value : facts.present) ++facts.counts[static_cast<std::size_t>(value)];
    return facts;
}

/// Middle value, of an even number the mean of both.
double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return *std::max_element(values.begin(), middle) / 2 + *middle / 2;
}

bool is_called_id(const std::string& name) {
    std::string lower = name;
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    return lower == "id" || lower.ends_with("_id") || lower.ends_with(" id") || lower == "uuid";
}

/// Numbers that only tell customers apart.
bool are_ids(const std::string& name, const ColumnFacts& facts) {
    if (facts.present.size() <= kCountedRowsMin) return false;
    const bool are_whole = std::all_of(
        facts.present.begin(), facts.present.end(), [](double v) { return v == std::floor(v); });
    if (!are_whole) return false;
    const auto [low, high] = std::minmax_element(facts.present.begin(), facts.present.end());
    const bool are_counted = *high - *low + 1 == static_cast<double>(facts.present.size());
    if (!are_counted && !is_called_id(name)) return false;
    std::vector<double> sorted = facts.present;
    std::sort(sorted.begin(), sorted.end());
    return std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
}

void plan_number(const ColumnFacts& facts, ColumnPlan& plan) {
    plan.use = ColumnUse::kNumber;
    std::vector<double> values = facts.present;
    if (plan.column.kind == ColumnKind::kDate) {
        plan.reference_days = std::floor(*std::max_element(values.begin(), values.end()));
        for (double& value : values) value = plan.reference_days - value;
        plan.reason = "days before the newest";
    } else {
        plan.reason = plan.column.kind == ColumnKind::kYesNo ? "1 for yes, 0 for no" : "as it is";
    }
    plan.fill = median(std::move(values));
    if (plan.missing_share == 0) return;
    plan.has_indicator = plan.missing_share >= kIndicatorShareMin;
    plan.reason += fmt::format("; {} missing, which get the median {}{}",
                               whole_percentage(plan.missing_share),
                               full_number(plan.fill),
                               plan.has_indicator ? " and a feature that says so" : "");
}

/// Sets the categories, the most frequent first, that of missing values among them, and their
/// shares. Those rarer than `share_min` are left to the others.
void set_categories(const ColumnFacts& facts, double share_min, ColumnPlan& plan) {
    std::vector<std::string> names = std::move(plan.column.categories);
    std::vector<std::size_t> counts = facts.counts;
    if (facts.present.size() < facts.rows) {
        names.emplace_back();
        counts.push_back(facts.rows - facts.present.size());
    }
    std::vector<std::size_t> order(names.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return counts[a] > counts[b];
    });
    plan.column.categories.clear();
    for (const std::size_t i : order) {
        const double share = static_cast<double>(counts[i]) / static_cast<double>(facts.rows);
        if (counts[i] == 0) continue;
        if (share < share_min) {
            plan.has_other = true;
            continue;
        }
        plan.column.categories.push_back(std::move(names[i]));
        plan.shares.push_back(share);
    }
}

void plan_category(const ColumnFacts& facts, ColumnPlan& plan) {
    const auto different = static_cast<std::size_t>(std::count_if(
        facts.counts.begin(), facts.counts.end(), [](std::size_t c) { return c > 0; }));
    if (different <= kCategoryFeaturesMax) {
        plan.use = ColumnUse::kCategories;
        set_categories(facts, kCategoryShareMin, plan);
        plan.reason =
            fmt::format("{}: a feature of 0 and 1 for each{}{}",
                        different == 1 ? "1 value" : fmt::format("{} different values", different),
                        plan.has_other ? ", those below 1 % together" : "",
                        plan.missing_share > 0 ? "; no value is one as well" : "");
        return;
    }
    plan.use = ColumnUse::kCommon;
    // A text that one customer alone has may say who that is: it is not kept.
    set_categories(facts, 1.5 / static_cast<double>(facts.rows), plan);
    plan.reason = fmt::format(
        "{} different values, more than {}: how common the customer's is (share of the customers)",
        different,
        kCategoryFeaturesMax);
}

/// Why the column cannot tell customers apart in a useful way; empty when it can.
std::string fault_of(const ColumnFacts& facts, const ColumnPlan& plan) {
    if (facts.present.empty()) return "it has no values";
    if (plan.column.kind == ColumnKind::kText)
        return "its texts are too many or too long to be categories";
    if (plan.column.kind == ColumnKind::kCategory) {
        const auto different = std::count_if(
            facts.counts.begin(), facts.counts.end(), [](std::size_t c) { return c > 0; });
        if (2 * static_cast<std::size_t>(different) > facts.present.size())
            return "it looks like an id or free text: most values occur once";
    }
    return "";
}

ColumnPlan left_out(ColumnPlan plan, std::string reason) {
    plan.use = ColumnUse::kLeftOut;
    plan.reason = std::move(reason);
    plan.column.categories.clear();
    return plan;
}

Result<ColumnPlan> plan_column(const MixedTable& customers, std::size_t column, bool is_named) {
    ColumnPlan plan;
    plan.column = customers.columns[column];
    const ColumnFacts facts = facts_of(customers, column);
    plan.missing_share = facts.missing_share();
    const std::string fault = fault_of(facts, plan);
    if (!fault.empty() && is_named)
        return invalid_argument(
            fmt::format("\"{}\" cannot be a feature: {}; leave it out", plan.column.name, fault));
    if (!fault.empty()) return left_out(std::move(plan), fault);
    if (plan.missing_share > kMissingShareMax) {
        std::string reason = fmt::format("{} of the values are missing, more than {}",
                                         whole_percentage(plan.missing_share),
                                         whole_percentage(kMissingShareMax));
        return left_out(std::move(plan), std::move(reason));
    }
    if (plan.column.kind == ColumnKind::kCategory) {
        plan_category(facts, plan);
        return plan;
    }
    if (!is_named && plan.column.kind == ColumnKind::kNumber && are_ids(plan.column.name, facts))
        return left_out(std::move(plan),
                        "it looks like an id: whole numbers that all differ; name it among the "
                        "features to take it");
    plan_number(facts, plan);
    return plan;
}

}  // namespace

Result<FeaturePlan> plan_features(const MixedTable& customers, bool are_named) {
    if (customers.rows() == 0) return invalid_argument("there are no customers to segment");
    FeaturePlan plan;
    std::string reasons;
    bool is_any_used = false;
    for (std::size_t column = 0; column < customers.columns.size(); ++column) {
        plan.columns.push_back(TRY(plan_column(customers, column, are_named)));
        const ColumnPlan& last = plan.columns.back();
        is_any_used = is_any_used || last.use != ColumnUse::kLeftOut;
        reasons += fmt::format("\n  {}: {}", last.column.name, last.reason);
    }
    if (!is_any_used) return invalid_argument("no column can be used as a feature:" + reasons);
    return plan;
}

std::vector<MixedColumn> columns_to_read(const std::vector<ColumnPlan>& columns) {
    std::vector<MixedColumn> used;
    for (const ColumnPlan& plan : columns)
        if (plan.use != ColumnUse::kLeftOut) used.push_back(plan.column);
    return used;
}

std::vector<ColumnPlan> plan_as_it_is(const std::vector<FeatureDefinition>& features) {
    std::vector<ColumnPlan> columns(features.size());
    for (std::size_t j = 0; j < columns.size(); ++j) {
        columns[j].column.name = features[j].name;
        columns[j].reason = "as it is";
    }
    return columns;
}

std::vector<ColumnPlan> plan_numbers(const FeatureTable& customers) {
    std::vector<ColumnPlan> columns = plan_as_it_is(customers.definitions);
    for (std::size_t j = 0; j < columns.size(); ++j) {
        std::vector<double> values(customers.rows());
        for (std::size_t row = 0; row < values.size(); ++row) values[row] = customers.at(row, j);
        columns[j].fill = median(std::move(values));
    }
    return columns;
}

}  // namespace cpo::segmentation
