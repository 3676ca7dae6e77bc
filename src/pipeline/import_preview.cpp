#include "pipeline/import_preview.h"

#include <fmt/format.h>

#include <array>
#include <sstream>

#include "base/format.h"
#include "ingest/byte_source.h"
#include "ingest/csv.h"
#include "ingest/transaction_mapping.h"

namespace cpo::pipeline {
namespace {

constexpr std::array<const char*, ingest::kTransactionRoles> kRoles{
    "customer", "order", "time", "quantity", "price", "product"};

/// A small file may unpack to one that keeps a thread for minutes.
Result<void> check_size(std::string_view bytes, const std::string& file, Deadline deadline) {
    std::istringstream stream{std::string(bytes)};
    ingest::ByteSource source(stream, file);
    std::string block(std::size_t{64} << 10, '\0');
    std::uint64_t unpacked = 0;
    while (const std::size_t size = TRY(source.read(block.data(), block.size()))) {
        unpacked += size;
        if (unpacked > kPreviewUnpackedBytesMax)
            return invalid_argument(
                fmt::format("{} has more than {} MiB when it is unpacked: send "
                            "its front",
                            file,
                            kPreviewUnpackedBytesMax >> 20));
        if (deadline.has_passed())
            return Error{ErrorCode::kDeadlineExceeded, file + " takes too long to read", {}};
    }
    return {};
}

Result<void> read_front(std::string_view bytes, const std::string& file, ImportPreview& preview) {
    std::istringstream stream{std::string(bytes)};
    auto csv = TRY(ingest::CsvReader::open(stream, file, {}));
    preview.columns = csv.header();
    ingest::CsvRecord record;
    while (preview.rows.size() < kPreviewRowsMax && TRY(csv.next(record)))
        if (record.fault.empty())
            preview.rows.emplace_back(record.fields.begin(), record.fields.end());
    return {};
}

Result<void> find_mapping(const CustomerReading& reading, ImportPreview& preview) {
    const auto found =
        TRY(ingest::find_transaction_columns(reading.mapping, preview.columns, reading.file));
    for (std::size_t role = 0; role < kRoles.size(); ++role)
        if (found.of_role.at(role) != ingest::kNoColumn)
            preview.mapping.emplace_back(kRoles.at(role), preview.columns[found.of_role.at(role)]);
    return {};
}

}  // namespace

Result<ImportPreview> preview_import(std::string_view bytes,
                                     const CustomerReading& reading,
                                     Deadline deadline) {
    ImportPreview preview;
    TRY(check_size(bytes, reading.file, deadline));
    TRY(read_front(bytes, reading.file, preview));
    if (reading.kind == CustomerFileKind::kTransactions) {
        if (const auto found = find_mapping(reading, preview); !found) {
            preview.problem = found.error().message;
            return preview;
        }
    }
    CustomerReading lenient = reading;
    lenient.rejected_share_max = 1;
    auto input = read_customer_bytes(bytes, lenient, {.deadline = deadline, .progress = {}});
    if (!input) {
        if (input.error().code != ErrorCode::kInvalidArgument) return input.error();
        preview.problem = input.error().message;
        return preview;
    }
    preview.customers = input->customers.rows();
    preview.summary = std::move(input->summary);
    const auto rejected = static_cast<double>(preview.summary.rejected_count);
    if (rejected > reading.rejected_share_max * static_cast<double>(preview.summary.lines))
        preview.problem =
            fmt::format("{} of {} lines cannot be read, more than the {}% that are accepted",
                        preview.summary.rejected_count,
                        preview.summary.lines,
                        format_number(reading.rejected_share_max * 100));
    if (preview.summary.rejected.size() > kPreviewRejectedMax)
        preview.summary.rejected.resize(kPreviewRejectedMax);
    return preview;
}

}  // namespace cpo::pipeline
