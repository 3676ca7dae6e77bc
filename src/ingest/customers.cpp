#include "ingest/customers.h"

#include <fmt/format.h>

#include <utility>

#include "ingest/csv.h"
#include "ingest/customer_lines.h"
#include "ingest/read_log.h"

namespace cpo::ingest {
namespace {

/// The first lines, read before the columns are chosen; `has_more` says whether others may follow.
Result<std::vector<SampleLine>> read_sample(CsvReader& csv, ReadLog& log, bool& has_more) {
    std::vector<SampleLine> sample;
    CsvRecord record;
    while (sample.size() < kColumnSampleLines && (has_more = TRY(csv.next(record)))) {
        log.count_line();
        if (record.fault.empty())
            sample.push_back({record.line, {record.fields.begin(), record.fields.end()}});
        else
            log.reject(record);
    }
    return sample;
}

/// As read_mixed_customers(), and as read_customers() when `are_numbers`.
Result<MixedCustomerFile> read_file(std::istream& input,
                                    const std::string& name,
                                    const CustomerColumns& columns,
                                    bool are_numbers,
                                    const ReadOptions& options) {
    auto csv = TRY(CsvReader::open(input, name, {}));
    ReadLog log;
    bool has_more = false;
    const auto sample = TRY(read_sample(csv, log, has_more));
    const auto none_readable = [&](const ReadSummary& summary) {
        return invalid_argument(
            fmt::format("{}: none of {} lines can be read", name, summary.lines));
    };
    // The summary knows best what is wrong: no line at all, or none that can be read.
    if (sample.empty())
        return none_readable(TRY(log.finish(csv, name, options.rejected_share_max)));
    CustomerLines lines(csv, name, log);
    TRY(lines.choose_id(columns.id));
    TRY(are_numbers ? lines.choose_numbers(columns.features, sample)
                    : lines.choose_mixed(columns.features, columns.known, sample));
    for (const SampleLine& line : sample) {
        const std::vector<std::string_view> cells(line.cells.begin(), line.cells.end());
        lines.read(line.line, cells);
    }
    if (has_more) TRY(read_lines(csv, log, lines, [] { return Result<void>(); }));
    if (options.are_repeats_refused) TRY(log.check_no_repeats(name));
    MixedCustomerFile file;
    file.summary = TRY(log.finish(csv, name, options.rejected_share_max));
    file.table = lines.take_rows();
    if (file.table.rows() == 0) return none_readable(file.summary);
    return file;
}

}  // namespace

Result<CustomerFile> read_customers(std::istream& input,
                                    const std::string& name,
                                    const CustomerColumns& columns,
                                    const ReadOptions& options) {
    MixedCustomerFile mixed = TRY(read_file(input, name, columns, true, options));
    return CustomerFile{numbers_of(std::move(mixed.table)), std::move(mixed.summary)};
}

Result<MixedCustomerFile> read_mixed_customers(std::istream& input,
                                               const std::string& name,
                                               const CustomerColumns& columns,
                                               const ReadOptions& options) {
    return read_file(input, name, columns, false, options);
}

Result<ReadSummary> read_known_customers(std::istream& input,
                                         const std::string& name,
                                         const KnownColumns& columns,
                                         const ReadOptions& options,
                                         const std::function<void(MixedTable)>& sink) {
    auto csv = TRY(CsvReader::open(input, name, {}));
    ReadLog log;
    CustomerLines lines(csv, name, log);
    TRY(lines.choose_id(columns.id));
    TRY(lines.choose_known(columns.columns, columns.may_be_missing));
    TRY(read_lines(csv, log, lines, [&] {
        if (lines.rows() == kCustomerBatchRows) sink(lines.take_rows());
        return Result<void>();
    }));
    if (lines.rows() > 0) sink(lines.take_rows());
    return log.finish(csv, name, options.rejected_share_max);
}

}  // namespace cpo::ingest
