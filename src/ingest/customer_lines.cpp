#include "ingest/customer_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "ingest/cell_values.h"
#include "ingest/columns.h"
#include "ingest/customers.h"
#include "model/customer_values.h"
#include "model/known_features.h"

namespace cpo::ingest {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

std::optional<bool> parse_yes_no(std::string_view cell) {
    std::string text(without_blanks(cell));
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    if (text == "yes" || text == "y" || text == "true") return true;
    if (text == "no" || text == "n" || text == "false") return false;
    return std::nullopt;
}

DateOrder order_of(const MixedColumn& column) {
    return column.is_day_first ? DateOrder::kDayFirst : DateOrder::kMonthFirst;
}

/// How many cells of the sample say anything, and of how many `is_one` holds.
template <typename Predicate>
std::pair<std::size_t, std::size_t> count_cells(std::size_t cell,
                                                const std::vector<SampleLine>& sample,
                                                const Predicate& is_one) {
    std::size_t present = 0, ones = 0;
    for (const SampleLine& line : sample) {
        if (is_missing(line.cells[cell])) continue;
        ++present;
        ones += is_one(line.cells[cell]) ? 1 : 0;
    }
    return {present, ones};
}

}  // namespace

Result<void> CustomerLines::choose_id(const std::string& name) {
    static constexpr std::string_view kIdNames[] = {"id", "customer_id"};
    const auto column =
        name.empty() ? find_any_column(header_, kIdNames) : find_column(header_, name);
    if (!column && !name.empty()) return missing_column(name_, header_, name);
    id_ = column.value_or(0);
    if (!column)
        log_.notice(fmt::format(
            "{} has no column id or customer_id; its first column, \"{}\", was taken for the id.",
            name_,
            header_[id_]));
    return {};
}

Result<std::vector<std::size_t>> CustomerLines::named_cells(
    const std::vector<std::string>& names) const {
    std::vector<std::size_t> cells;
    for (const std::string& name : names) {
        const auto cell = find_column(header_, name);
        if (!cell) return missing_column(name_, header_, name);
        if (*cell == id_)
            return invalid_argument(fmt::format("\"{}\" is the id and cannot be a feature", name));
        if (std::find(cells.begin(), cells.end(), *cell) != cells.end())
            return invalid_argument(fmt::format("the feature \"{}\" is named twice", name));
        cells.push_back(*cell);
    }
    return cells;
}

Result<std::vector<std::size_t>> CustomerLines::numeric_cells(
    const std::vector<SampleLine>& sample) {
    std::vector<std::size_t> cells;
    std::vector<std::string> left_out;
    for (std::size_t i = 0; i < header_.size(); ++i) {
        if (i == id_) continue;
        if (kind_of(i, sample) == ColumnKind::kNumber)
            cells.push_back(i);
        else
            left_out.push_back(header_[i]);
    }
    if (cells.empty())
        return invalid_argument(
            fmt::format("{}: no column beside the id holds numbers; its columns are {}",
                        name_,
                        listed(header_)));
    if (!left_out.empty())
        log_.notice(fmt::format(
            "Columns of {} left out because they hold no numbers: {}.", name_, listed(left_out)));
    return cells;
}

bool CustomerLines::is_of_kind(std::string_view cell, ColumnKind kind) const {
    switch (kind) {
        case ColumnKind::kNumber:
            return parse_number(cell, has_decimal_comma_).has_value();
        case ColumnKind::kYesNo:
            return parse_yes_no(cell).has_value();
        case ColumnKind::kDate:
            return parse_cell_time(cell, DateOrder::kDayFirst) ||
                   parse_cell_time(cell, DateOrder::kMonthFirst);
        case ColumnKind::kCategory:
        case ColumnKind::kText:
            break;
    }
    return true;
}

ColumnKind CustomerLines::kind_of(std::size_t cell, const std::vector<SampleLine>& sample) const {
    const auto count_of = [&](ColumnKind kind) {
        return count_cells(
            cell, sample, [&](std::string_view text) { return is_of_kind(text, kind); });
    };
    const auto [present, numbers] = count_of(ColumnKind::kNumber);
    if (2 * numbers > present) return ColumnKind::kNumber;
    if (present > 0 && count_of(ColumnKind::kYesNo).second == present) return ColumnKind::kYesNo;
    const std::size_t dates = count_of(ColumnKind::kDate).second;
    return 2 * dates > present ? ColumnKind::kDate : ColumnKind::kCategory;
}

Result<ColumnKind> CustomerLines::mixed_kind(std::size_t cell,
                                             const std::vector<MixedColumn>& known,
                                             const std::vector<SampleLine>& sample) const {
    const auto found = std::find_if(known.begin(), known.end(), [&](const MixedColumn& column) {
        return column.name == header_[cell];
    });
    if (found == known.end()) return kind_of(cell, sample);
    const auto [present, fitting] = count_cells(
        cell, sample, [&](std::string_view text) { return is_of_kind(text, found->kind); });
    if (present == 0 || 2 * fitting > present) return found->kind;
    return invalid_argument(
        fmt::format("{}: \"{}\" holds {} for the customers that are here already, and not in this "
                    "file: call the column otherwise, or replace all customers",
                    name_,
                    header_[cell],
                    words_of(found->kind)));
}

void CustomerLines::add_column(std::size_t cell,
                               ColumnKind kind,
                               const std::vector<SampleLine>& sample) {
    MixedColumn column{.name = header_[cell], .kind = kind, .is_day_first = true, .categories = {}};
    if (kind == ColumnKind::kDate) {
        const auto count_of = [&](DateEvidence evidence) {
            return count_cells(
                       cell,
                       sample,
                       [&](std::string_view text) { return date_evidence(text) == evidence; })
                .second;
        };
        column.is_day_first =
            count_of(DateEvidence::kDayFirst) >= count_of(DateEvidence::kMonthFirst);
        if (column.is_day_first && count_of(DateEvidence::kDayFirst) == 0 &&
            count_of(DateEvidence::kAmbiguous) > 0)
            log_.notice(fmt::format(
                "The dates of \"{}\" in {} were read day first; write 2024-12-31 to be sure.",
                column.name,
                name_));
    }
    sources_.push_back({cell, {}});
    table_.columns.push_back(std::move(column));
}

Result<void> CustomerLines::choose_mixed(const std::vector<std::string>& names,
                                         const std::vector<MixedColumn>& known,
                                         const std::vector<SampleLine>& sample) {
    auto cells = TRY(named_cells(names));
    for (std::size_t i = 0; names.empty() && i < header_.size(); ++i)
        if (i != id_) cells.push_back(i);
    if (cells.empty())
        return invalid_argument(fmt::format("{} has no column beside the id", name_));
    for (const std::size_t cell : cells)
        add_column(cell, TRY(mixed_kind(cell, known, sample)), sample);
    return {};
}

Result<void> CustomerLines::choose_numbers(const std::vector<std::string>& names,
                                           const std::vector<SampleLine>& sample) {
    may_be_missing_ = false;
    const auto cells = names.empty() ? TRY(numeric_cells(sample)) : TRY(named_cells(names));
    for (const std::size_t cell : cells) add_column(cell, ColumnKind::kNumber, sample);
    return {};
}

Result<void> CustomerLines::choose_known(const std::vector<MixedColumn>& columns,
                                         bool may_be_missing) {
    may_be_missing_ = may_be_missing;
    are_categories_known_ = true;
    for (const MixedColumn& column : columns) {
        const auto cell = find_column(header_, column.name);
        if (!cell) return missing_column(name_, header_, column.name);
        Source source{*cell, {}};
        for (std::size_t i = 0; i < column.categories.size(); ++i)
            source.codes.emplace(column.categories[i], static_cast<std::uint32_t>(i));
        sources_.push_back(std::move(source));
        table_.columns.push_back(column);
    }
    return {};
}

double CustomerLines::category_of(std::size_t column, std::string_view text) {
    MixedColumn& definition = table_.columns[column];
    if (definition.kind == ColumnKind::kText) return 0;
    Codes& codes = sources_[column].codes;
    const auto known = codes.find(text);
    if (known != codes.end()) return known->second;
    const std::size_t next = definition.categories.size();
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

std::string CustomerLines::add_value(std::size_t column, std::string_view cell) {
    const MixedColumn& definition = table_.columns[column];
    std::optional<double> value;
    std::string fault;
    switch (definition.kind) {
        case ColumnKind::kNumber:
            value = parse_number(cell, has_decimal_comma_);
            if (!value && !may_be_missing_) fault = number_fault(cell);
            break;
        case ColumnKind::kYesNo:
            if (const auto answer = parse_yes_no(cell)) value = *answer ? 1 : 0;
            break;
        case ColumnKind::kDate:
            if (const auto time = parse_cell_time(cell, order_of(definition)))
                value = days_since_1970(*time);
            break;
        case ColumnKind::kCategory:
        case ColumnKind::kText:
            if (!is_missing(cell)) value = category_of(column, without_blanks(cell));
            break;
    }
    if (!value && fault.empty()) {
        if (is_missing(cell))
            value = kMissing;
        else if (definition.kind == ColumnKind::kNumber)
            fault = number_fault(cell);
        else
            fault = definition.kind == ColumnKind::kYesNo ? "neither yes nor no" : "not a date";
    }
    if (fault.empty()) row_.push_back(*value);
    return fault;
}

void CustomerLines::read(std::size_t line, std::span<const std::string_view> cells) {
    const std::string_view id = without_blanks(cells[id_]);
    if (is_missing(id)) return log_.reject(line, header_[id_], cells[id_], "no id");
    row_.clear();
    for (std::size_t column = 0; column < sources_.size(); ++column) {
        const std::size_t cell = sources_[column].cell;
        std::string fault = add_value(column, cells[cell]);
        if (!fault.empty()) return log_.reject(line, header_[cell], cells[cell], std::move(fault));
    }
    const bool is_new = known_ids_ == KnownIds::kByHash
                            ? seen_hashes_.insert(std::hash<std::string_view>{}(id))
                            : seen_ids_.insert(id);
    if (!is_new) return log_.reject_repeat(line, header_[id_], id);
    table_.ids.emplace_back(id);
    table_.values.insert(table_.values.end(), row_.begin(), row_.end());
}

MixedTable CustomerLines::take_rows() {
    MixedTable taken;
    taken.columns = table_.columns;
    std::swap(taken.ids, table_.ids);
    std::swap(taken.values, table_.values);
    // Codes that were given before a column turned out to be text.
    for (std::size_t j = 0; j < taken.columns.size(); ++j)
        if (taken.columns[j].kind == ColumnKind::kText)
            for (std::size_t row = 0; row < taken.rows(); ++row) {
                double& value = taken.values[row * taken.columns.size() + j];
                if (value > 0) value = 0;
            }
    return taken;
}

Result<void> read_lines(CsvReader& csv,
                        ReadLog& log,
                        CustomerLines& lines,
                        const std::function<Result<void>()>& after_line) {
    CsvRecord record;
    while (TRY(csv.next(record))) {
        log.count_line();
        if (record.fault.empty())
            lines.read(record.line, record.fields);
        else
            log.reject(record);
        TRY(after_line());
    }
    return {};
}

FeatureTable numbers_of(MixedTable rows) {
    FeatureTable table;
    for (const MixedColumn& column : rows.columns)
        table.definitions.push_back(feature_named(column.name));
    table.ids = std::move(rows.ids);
    table.values = std::move(rows.values);
    return table;
}

}  // namespace cpo::ingest
