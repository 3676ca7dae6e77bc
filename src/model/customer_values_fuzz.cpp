#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/customer_values.h"

namespace {

using cpo::ColumnKind;
using cpo::MixedColumn;

/// Not assert: the check has to stand in release builds as well.
void require(bool is_true) {
    if (!is_true) std::abort();
}

std::vector<MixedColumn> columns() {
    return {{.name = "n", .kind = ColumnKind::kNumber, .categories = {}},
            {.name = "y", .kind = ColumnKind::kYesNo, .categories = {}},
            {.name = "d", .kind = ColumnKind::kDate, .categories = {}},
            {.name = "c", .kind = ColumnKind::kCategory, .categories = {}}};
}

cpo::Result<cpo::MixedTable> table_of(const cpo::json::value& value) {
    cpo::MixedTableBuilder builder(columns(), false);
    const cpo::JsonReader reader = TRY(cpo::JsonReader::of(value));
    TRY(builder.add("a", reader));
    return std::move(builder).take();
}

cpo::Result<cpo::MixedTable> table_of_text(std::string_view text) {
    cpo::MixedTableBuilder builder(columns(), false);
    TRY(builder.add("a", text));
    return std::move(builder).take();
}

void require_same(const cpo::MixedTable& first, const cpo::MixedTable& second) {
    for (std::size_t j = 0; j < first.columns.size(); ++j) {
        const double a = first.at(0, j), b = second.at(0, j);
        if (first.columns[j].kind == ColumnKind::kText) continue;  // Is not written.
        require(a == b || (std::isnan(a) && std::isnan(b)));
    }
}

}  // namespace

/// Whatever a customer's features hold, they are refused, or they are cells that are written as
/// they were read: the same table comes of what was written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view raw(reinterpret_cast<const char*>(data), size);
    (void)table_of_text(raw);
    const auto value = cpo::parse_json(raw);
    if (!value) return 0;
    const auto table = table_of(*value);
    if (!table) return 0;
    cpo::json::object written;
    for (std::size_t j = 0; j < table->columns.size(); ++j) {
        require(std::isnan(table->at(0, j)) || std::isfinite(table->at(0, j)));
        written[table->columns[j].name] = cpo::cell_json(table->columns[j], table->at(0, j));
    }
    const auto text = cpo::write_json(written);
    const auto parsed = cpo::parse_json(text);
    require(parsed.has_value());
    const auto again = table_of(*parsed);
    require(again.has_value());
    require_same(*table, *again);
    const auto text_again = table_of_text(text);
    require(text_again.has_value());
    require_same(*table, *text_again);
    return 0;
}
