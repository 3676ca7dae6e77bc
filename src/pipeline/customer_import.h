#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"
#include "base/time.h"
#include "ingest/transactions.h"
#include "model/customer.h"
#include "model/mixed_table.h"

namespace cpo::pipeline {

enum class CustomerFileKind {
    kTransactions,  ///< A line is an order line; features are made of them.
    kCustomers,     ///< A line is a customer with ready features.
};
const char* name_of(CustomerFileKind kind);
std::optional<CustomerFileKind> parse_customer_file_kind(std::string_view name);

/// How a file of customers is read.
struct CustomerReading {
    CustomerFileKind kind = CustomerFileKind::kTransactions;
    std::string file;                    ///< Name for messages.
    ingest::TransactionMapping mapping;  ///< Of transactions; empty fields are guessed.
    std::string id;                      ///< Of ready customers; see ingest::CustomerColumns.
    std::vector<std::string> features;   ///< Of ready customers; empty = every column.
    std::vector<MixedColumn> known{};    ///< The same; what is stored of customers already.
    std::optional<Date> as_of;           ///< Transactions: recency counts from the end of this day.
    double rejected_share_max = 0.05;
};

/// Customers as numbers, and what is known about the file they came from.
struct CustomerInput {
    FeatureTable customers;
    ReadSummary summary;
    std::optional<TransactionTotals> totals;  ///< Only of transactions.
};

/// Turns a file into customers; of ready customers the columns of numbers. CSV, plain or gzip.
/// Errors: those of ingest::read_transactions, FeatureBuilder::build and ingest::read_customers.
Result<CustomerInput> read_customer_input(std::istream& input, const CustomerReading& reading);

/// Files that somebody sent are refused when they are larger.
inline constexpr std::uint64_t kUnpackedBytesMax = std::uint64_t{2} << 30;
inline constexpr std::size_t kCustomersReadMax = 2'000'000;

/// Lets somebody follow, and stop, the reading of a large file.
struct ReadWatch {
    Deadline deadline = Deadline::never();
    /// Bytes read so far, of all; called every 64 KiB. May be empty.
    std::function<void(std::size_t done, std::size_t total)> progress;
};

/// The customers of a file that somebody sent, with all that may be kept of them.
struct SentCustomers {
    MixedTable customers;
    ReadSummary summary;
    std::optional<TransactionTotals> totals;  ///< Only of transactions.
};

/// Reads the bytes of a file that somebody sent: limited in unpacked size and customers
/// (kInvalidArgument). Ready customers are read as ingest::read_mixed_customers() does; then
/// columns that nobody can use are dropped with a notice, and those that may say who a customer is:
/// texts that are too many or too long to be categories, or that differ for more than half of the
/// customers (of a column that is no category in reading.known). Errors: those of
/// read_customer_input() and ingest::read_mixed_customers(); kDeadlineExceeded.
Result<SentCustomers> read_customer_bytes(std::string_view bytes,
                                          const CustomerReading& reading,
                                          const ReadWatch& watch);

/// The rejected lines as CSV: line,column,value,reason. Made to be opened by people in a
/// spreadsheet, and full of text from elsewhere: a cell that would start a formula there (with = +
/// - @, a tab or a carriage return) gets an apostrophe in front (OWASP, "CSV Injection"). So this
/// is no file to read back.
std::string rejected_csv(const std::vector<RejectedLine>& lines);

}  // namespace cpo::pipeline
