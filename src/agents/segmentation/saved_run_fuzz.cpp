#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string_view>

#include "agents/segmentation/assigner.h"
#include "agents/segmentation/saved_run.h"

namespace {

using cpo::segmentation::SavedRun;

/// Not assert: the check has to stand in release builds as well.
void require(bool is_true) {
    if (!is_true) std::abort();
}

/// A table of three customers that has just the columns of the run; `seed` varies its values.
cpo::MixedTable customers_for(const SavedRun& run, std::uint8_t seed) {
    cpo::MixedTable table;
    table.columns = cpo::segmentation::columns_to_read(run.plan.columns);
    table.ids = {"a", "b", "c"};
    for (std::size_t i = 0; i < 3 * table.columns.size(); ++i) {
        const auto& column = table.columns[i % table.columns.size()];
        const std::size_t value = (i * 31 + seed) % 7;
        if (value == 6)
            table.values.push_back(std::numeric_limits<double>::quiet_NaN());
        else if (column.kind == cpo::ColumnKind::kCategory)
            table.values.push_back(
                static_cast<double>(std::min<std::size_t>(value, column.categories.size())));
        else
            table.values.push_back(value == 5 ? 1e12 : static_cast<double>(value) - 2);
    }
    return table;
}

}  // namespace

/// Whatever the file holds, it is refused, or it is a run that any customer can be put into and
/// that is written as it was read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto value = cpo::parse_json({reinterpret_cast<const char*>(data), size});
    if (!value) return 0;
    const auto run = cpo::segmentation::read_run(*value);
    if (!run) return 0;
    const auto features = cpo::segmentation::encode_customers(
        customers_for(*run, size == 0 ? std::uint8_t{0} : data[size / 2]), run->plan.columns);
    const auto segments =
        cpo::segmentation::Assigner(run->rule, run->plan.scaling).assign(features);
    require(segments.size() == 3);
    for (const int segment : segments)
        require(segment >= cpo::kNoSegment && segment < static_cast<int>(run->segments.size()));
    const auto again = cpo::segmentation::read_run(cpo::segmentation::to_json(*run));
    require(again.has_value());
    require(cpo::write_json(cpo::segmentation::to_json(*again)) ==
            cpo::write_json(cpo::segmentation::to_json(*run)));
    return 0;
}
