#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "ingest/customers.h"
#include "ingest/transactions.h"

namespace {

/// Not assert: the check has to stand in release builds as well.
void require(bool is_true) {
    if (!is_true) std::abort();
}

void read_transactions(const std::string& bytes, const char* map) {
    std::istringstream input(bytes);
    std::size_t sunk = 0;
    const auto mapping = cpo::ingest::parse_mapping(map);
    require(mapping.has_value());
    const auto summary = cpo::ingest::read_transactions(
        input, "fuzz", *mapping, {.rejected_share_max = 1}, [&](const cpo::Transaction& line) {
            ++sunk;
            require(line.is_set_aside || !line.customer.empty());
            require(std::isfinite(line.quantity * line.unit_price));
            require(line.is_set_aside || (line.quantity < 0) == line.is_return);
        });
    if (summary) require(summary->rejected_count + sunk == summary->lines);
}

void read_customers(const std::string& bytes) {
    std::istringstream input(bytes);
    const auto file = cpo::ingest::read_customers(input, "fuzz", {}, {.rejected_share_max = 1});
    if (!file) return;
    const auto& table = file->table;
    require(table.rows() > 0 && table.values.size() == table.rows() * table.columns());
    require(table.rows() + file->summary.rejected_count == file->summary.lines);
}

void read_mixed_customers(const std::string& bytes) {
    std::istringstream input(bytes);
    const auto file =
        cpo::ingest::read_mixed_customers(input, "fuzz", {}, {.rejected_share_max = 1});
    if (!file) return;
    const auto& table = file->table;
    require(table.rows() > 0 && table.values.size() == table.rows() * table.columns.size());
    require(table.rows() + file->summary.rejected_count == file->summary.lines);
    for (std::size_t i = 0; i < table.values.size(); ++i) {
        const auto& column = table.columns[i % table.columns.size()];
        const double value = table.values[i];
        require(!std::isinf(value));
        if (column.kind == cpo::ColumnKind::kCategory && !std::isnan(value))
            require(value >= 0 && value < static_cast<double>(column.categories.size()));
    }
    // With its columns known the same file has the same values.
    std::istringstream again(bytes);
    std::size_t place = 0;
    const auto summary = cpo::ingest::read_known_customers(
        again, "fuzz", {"", table.columns}, {.rejected_share_max = 1}, [&](cpo::MixedTable batch) {
            for (const double value : batch.values) {
                const double before = table.values[place++];
                require(value == before || (std::isnan(value) && std::isnan(before)));
            }
        });
    require(summary.has_value() && place == table.values.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    read_transactions(bytes, "");
    // A header that always fits, so that the fuzzer gets to the lines.
    read_transactions("c,o,t,q,p\n" + bytes, "customer=c,order=o,time=t,quantity=q,price=p");
    read_transactions("c;o;t;q;p\n" + bytes, "customer=c,order=o,time=t,quantity=q,price=p");
    read_customers(bytes);
    read_customers("id,a\n" + bytes);
    read_mixed_customers(bytes);
    read_mixed_customers("id,a,b\n" + bytes);
    return 0;
}
