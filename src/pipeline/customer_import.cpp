#include "pipeline/customer_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <streambuf>

#include "agents/segmentation/features.h"
#include "base/csv_field.h"
#include "ingest/byte_source.h"
#include "ingest/customers.h"
#include "model/customer_values.h"
#include "pipeline/storable_columns.h"

namespace cpo::pipeline {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{64} << 10;
/// Customers are counted anew after so many lines: counting costs a look at each of them.
constexpr std::size_t kLinesBetweenCounts = 1'000'000;

/// The last second of a day: what was bought on the day of the run lies before it.
Time end_of(Date day) { return Time(day) + std::chrono::hours(24) - std::chrono::seconds(1); }

Error too_many_customers() {
    return {ErrorCode::kInvalidArgument,
            fmt::format("the file has more than {} customers: split it", kCustomersReadMax),
            {}};
}

/// Bytes in memory as a stream that hands out one block after the other, and ends early once it is
/// stopped. Borrows the bytes.
class WatchedBytes : public std::streambuf {
public:
    WatchedBytes(std::string_view bytes, const ReadWatch& watch) : bytes_(bytes), watch_(watch) {}

    void stop() { is_stopped_ = true; }

private:
    int_type underflow() override {
        if (is_stopped_ || watch_.deadline.has_passed() || read_ == bytes_.size())
            return traits_type::eof();
        const std::size_t size = std::min(kBlockBytes, bytes_.size() - read_);
        // A streambuf wants char*; it is only read from.
        block_.assign(bytes_.substr(read_, size));
        setg(block_.data(), block_.data(), block_.data() + size);
        read_ += size;
        if (watch_.progress) watch_.progress(read_, bytes_.size());
        return traits_type::to_int_type(block_.front());
    }

    std::string_view bytes_;
    const ReadWatch& watch_;
    std::string block_;
    std::size_t read_ = 0;
    bool is_stopped_ = false;
};

/// Unpacks once without keeping anything: a small file may unpack to one that fills the memory.
Result<void> check_unpacked_size(std::string_view bytes, const CustomerReading& reading) {
    const ReadWatch no_watch;
    WatchedBytes buffer(bytes, no_watch);
    std::istream stream(&buffer);
    ingest::ByteSource source(stream, reading.file);
    std::string block(kBlockBytes, '\0');
    std::uint64_t unpacked = 0;
    for (;;) {
        const std::size_t size = TRY(source.read(block.data(), block.size()));
        // What is not packed takes no more than is here already.
        if (size == 0 || !source.is_gzip()) return {};
        unpacked += size;
        if (unpacked > kUnpackedBytesMax)
            return invalid_argument(
                fmt::format("{} has more than {} MiB when it is unpacked; "
                            "split it",
                            reading.file,
                            kUnpackedBytesMax >> 20));
    }
}

/// `on_count` is told now and then how many customers there are so far.
Result<CustomerInput> read_transactions(std::istream& stream,
                                        const CustomerReading& reading,
                                        const std::function<void(std::size_t)>& on_count) {
    segmentation::FeatureBuilder builder;
    CustomerInput input;
    std::size_t lines = 0;
    input.summary =
        TRY(ingest::read_transactions(stream,
                                      reading.file,
                                      reading.mapping,
                                      {.rejected_share_max = reading.rejected_share_max},
                                      [&](const Transaction& line) {
                                          builder.add(line);
                                          if (++lines % kLinesBetweenCounts == 0)
                                              on_count(builder.totals().customers_known);
                                      }));
    input.customers =
        TRY(builder.build(reading.as_of ? std::optional(end_of(*reading.as_of)) : std::nullopt));
    input.totals = builder.totals();
    return input;
}

Result<CustomerInput> read_customers(std::istream& stream, const CustomerReading& reading) {
    auto file = TRY(ingest::read_customers(stream,
                                           reading.file,
                                           {.id = reading.id, .features = reading.features},
                                           {.rejected_share_max = reading.rejected_share_max}));
    return CustomerInput{std::move(file.table), std::move(file.summary), std::nullopt};
}

Result<SentCustomers> read_sent_customers(std::istream& stream, const CustomerReading& reading) {
    auto file = TRY(ingest::read_mixed_customers(
        stream,
        reading.file,
        {.id = reading.id, .features = reading.features, .known = reading.known},
        {.rejected_share_max = reading.rejected_share_max}));
    drop_unstorable(reading.known, file.table, file.summary.notices);
    if (file.table.columns.empty())
        return invalid_argument(fmt::format("{}: no column beside the id can be kept. {}",
                                            reading.file,
                                            fmt::join(file.summary.notices, " ")));
    return SentCustomers{std::move(file.table), std::move(file.summary), std::nullopt};
}

Result<SentCustomers> read_sent_transactions(std::istream& stream,
                                             const CustomerReading& reading,
                                             const std::function<void(std::size_t)>& on_count) {
    auto input = TRY(read_transactions(stream, reading, on_count));
    return SentCustomers{
        mixed_table_of(std::move(input.customers)), std::move(input.summary), input.totals};
}

/// Text from elsewhere as a cell that no spreadsheet runs.
std::string safe_cell(std::string_view text) {
    const bool is_formula =
        !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
    return csv_field(is_formula ? std::string("'").append(text) : std::string(text));
}

}  // namespace

const char* name_of(CustomerFileKind kind) {
    switch (kind) {
        case CustomerFileKind::kTransactions:
            return "transactions";
        case CustomerFileKind::kCustomers:
            return "customers";
    }
    std::abort();
}

std::optional<CustomerFileKind> parse_customer_file_kind(std::string_view name) {
    for (const auto kind : {CustomerFileKind::kTransactions, CustomerFileKind::kCustomers})
        if (name == name_of(kind)) return kind;
    return std::nullopt;
}

Result<CustomerInput> read_customer_input(std::istream& input, const CustomerReading& reading) {
    if (reading.kind == CustomerFileKind::kCustomers) return read_customers(input, reading);
    return read_transactions(input, reading, [](std::size_t) {});
}

Result<SentCustomers> read_customer_bytes(std::string_view bytes,
                                          const CustomerReading& reading,
                                          const ReadWatch& watch) {
    TRY(check_unpacked_size(bytes, reading));
    WatchedBytes buffer(bytes, watch);
    std::istream stream(&buffer);
    bool has_too_many = false;
    const auto count = [&](std::size_t customers) {
        has_too_many = customers > kCustomersReadMax;
        if (has_too_many) buffer.stop();
    };
    auto input = reading.kind == CustomerFileKind::kCustomers
                     ? read_sent_customers(stream, reading)
                     : read_sent_transactions(stream, reading, count);
    // An early end shows as a damaged or a shorter file, so these come first.
    if (watch.deadline.has_passed())
        return Error{ErrorCode::kDeadlineExceeded, "reading the file was called off", {}};
    if (has_too_many || (input && input->customers.rows() > kCustomersReadMax))
        return too_many_customers();
    return input;
}

std::string rejected_csv(const std::vector<RejectedLine>& lines) {
    std::string csv = "line,column,value,reason\n";
    for (const RejectedLine& line : lines)
        csv += fmt::format("{},{},{},{}\n",
                           line.line,
                           safe_cell(line.column),
                           safe_cell(line.value),
                           safe_cell(line.reason));
    return csv;
}

}  // namespace cpo::pipeline
