#include "model/customer_text.h"

#include <charconv>
#include <cmath>
#include <optional>

#include "base/json_string.h"
#include "model/customer_values.h"

namespace cpo {
namespace {

std::string quoted(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

/// The fields of an object, one after the other, when it is written as write_json() does and no
/// text in it has an escape. Borrows the text.
class PlainFields {
public:
    explicit PlainFields(std::string_view text) : rest_(text) {}

    /// False at the end, and where the text is not plain.
    bool next() {
        is_whole_ = rest_ == (is_first_ ? "{}" : "}");
        if (is_whole_ || !take(is_first_ ? '{' : ',')) return false;
        is_first_ = false;
        if (!take_text(name) || !take(':')) return false;
        is_text = rest_.starts_with('"');
        return is_text ? take_text(value) : take_word();
    }
    /// After next() said false: whether all of it was plain.
    bool is_whole() const { return is_whole_; }

    std::string_view name;
    std::string_view value;  ///< Without its quotes.
    bool is_text = false;

private:
    bool take(char expected) {
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool take_text(std::string_view& text) {
        const auto end = rest_.find('"', 1);
        if (!rest_.starts_with('"') || end == std::string_view::npos) return false;
        text = rest_.substr(1, end - 1);
        rest_.remove_prefix(end + 1);
        return text.find('\\') == std::string_view::npos;
    }
    bool take_word() {
        const auto end = rest_.find_first_of(",}");
        if (end == std::string_view::npos) return false;
        value = rest_.substr(0, end);
        rest_.remove_prefix(end);
        return true;
    }

    std::string_view rest_;
    bool is_first_ = true;
    bool is_whole_ = false;
};

std::optional<double> plain_number(std::string_view text) {
    // from_chars would also read "inf" and "nan".
    const char last = text.empty() ? ' ' : text.back();
    if (last < '0' || last > '9') return std::nullopt;
    double number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

CustomerTexts::CustomerTexts(const MixedTable& table)
    : table_(table), categories_(table.columns.size()) {
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
        names_.push_back(quoted(table.columns[column].name) + ':');
        for (const std::string& category : table.columns[column].categories)
            categories_[column].push_back(quoted(category));
    }
}

void CustomerTexts::append_cell(std::string& out, std::size_t column, double cell) const {
    const MixedColumn& definition = table_.columns[column];
    if (definition.kind == ColumnKind::kNumber)
        append_json_number(out, cell);
    else if (definition.kind == ColumnKind::kCategory)
        out += categories_[column][static_cast<std::size_t>(cell)];
    else
        out += write_json(cell_json(definition, cell));
}

std::string CustomerTexts::of(std::size_t row) const {
    std::string out = "{";
    for (std::size_t column = 0; column < table_.columns.size(); ++column) {
        const double cell = table_.at(row, column);
        if (std::isnan(cell)) continue;
        if (out.size() > 1) out += ',';
        out += names_[column];
        append_cell(out, column, cell);
    }
    out += '}';
    return out;
}

Result<void> MixedTableBuilder::add(std::string id, std::string_view values) {
    const std::size_t first = table_.values.size();
    if (add_plain(values)) {
        table_.ids.push_back(std::move(id));
        return {};
    }
    table_.values.resize(first);
    const json::value parsed = TRY(parse_json(values));
    const JsonReader reader = TRY(JsonReader::of(parsed));
    return add(std::move(id), reader);
}

bool MixedTableBuilder::add_plain(std::string_view values) {
    const std::size_t first = table_.values.size();
    table_.values.resize(first + table_.columns.size(), kMissingCell);
    PlainFields fields(values);
    for (std::size_t likely = 0; fields.next();) {
        const std::size_t column = column_named(fields.name, likely);
        if (column == table_.columns.size()) continue;
        likely = column + 1;
        const auto cell = plain_cell(column, fields.value, fields.is_text);
        if (!cell) return false;
        table_.values[first + column] = *cell;
    }
    return fields.is_whole();
}

std::size_t MixedTableBuilder::column_named(std::string_view name, std::size_t likely) const {
    if (likely < table_.columns.size() && table_.columns[likely].name == name) return likely;
    const auto found = column_of_.find(name);
    return found == column_of_.end() ? table_.columns.size() : found->second;
}

std::optional<double> MixedTableBuilder::plain_cell(std::size_t column,
                                                    std::string_view value,
                                                    bool is_text) {
    if (!is_text && value == "null") return kMissingCell;
    switch (table_.columns[column].kind) {
        case ColumnKind::kNumber:
            if (is_text) break;
            if (const auto number = plain_number(value))
                if (std::abs(*number) <= kCustomerNumberMax) return number;
            break;
        case ColumnKind::kYesNo:
            if (!is_text && (value == "true" || value == "false")) return value == "true" ? 1 : 0;
            break;
        case ColumnKind::kDate:
            if (!is_text) break;
            if (const auto time = parse_time(value)) return days_since_1970(*time);
            break;
        case ColumnKind::kCategory:
        case ColumnKind::kText:
            if (is_text) return category_of(column, value);
            break;
    }
    return std::nullopt;
}

}  // namespace cpo
