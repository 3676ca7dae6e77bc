#include "ingest/customer_stream.h"

#include <fmt/format.h>

#include <sstream>

#include "ingest/byte_source.h"
#include "ingest/csv.h"
#include "ingest/customer_lines.h"
#include "ingest/read_log.h"

namespace cpo::ingest {
namespace {

constexpr std::size_t kHeadBytes = std::size_t{1} << 20;

/// Unpacked bytes from the start to the end of a line.
Result<std::string> head_of(std::istream& input, const std::string& name) {
    ByteSource source(input, name);
    std::string head(kHeadBytes, '\0');
    std::size_t size = 0;
    while (size < head.size()) {
        const std::size_t read = TRY(source.read(head.data() + size, head.size() - size));
        if (read == 0) {
            head.resize(size);
            return head;
        }
        size += read;
    }
    const auto end = head.rfind('\n');
    if (end != std::string::npos) head.resize(end + 1);
    return head;
}

}  // namespace

Result<ChosenColumns> choose_columns(std::istream& input,
                                     const std::string& name,
                                     const CustomerColumns& columns) {
    std::istringstream head(TRY(head_of(input, name)));
    CustomerFile file = TRY(read_customers(head, name, columns, {.rejected_share_max = 1}));
    ChosenColumns chosen{columns, std::move(file.summary.notices)};
    if (!columns.features.empty()) return chosen;
    for (const FeatureDefinition& definition : file.table.definitions)
        chosen.columns.features.push_back(definition.name);
    return chosen;
}

Result<ReadSummary> stream_customers(std::istream& input,
                                     const std::string& name,
                                     const CustomerColumns& columns,
                                     const ReadOptions& options,
                                     const std::function<Result<void>(const FeatureTable&)>& sink) {
    auto csv = TRY(CsvReader::open(input, name, {}));
    ReadLog log;
    CustomerLines lines(csv, name, log, KnownIds::kByHash);
    TRY(lines.choose_id(columns.id));
    TRY(lines.choose_numbers(columns.features, {}));
    bool has_rows = false;
    TRY(read_lines(csv, log, lines, [&]() -> Result<void> {
        has_rows = has_rows || lines.rows() > 0;
        if (lines.rows() == kStreamBlockRows) TRY(sink(numbers_of(lines.take_rows())));
        return {};
    }));
    if (lines.rows() > 0) TRY(sink(numbers_of(lines.take_rows())));
    if (options.are_repeats_refused) TRY(log.check_no_repeats(name));
    ReadSummary summary = TRY(log.finish(csv, name, options.rejected_share_max));
    if (!has_rows)
        return invalid_argument(
            fmt::format("{}: none of {} lines can be read", name, summary.lines));
    return summary;
}

}  // namespace cpo::ingest
