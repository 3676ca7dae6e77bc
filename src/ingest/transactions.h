#pragma once

#include <functional>
#include <istream>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/customer.h"

namespace cpo::ingest {

struct ReadOptions {
    double rejected_share_max =
        0.05;  ///< More unreadable lines than this share of all is an error.
    /// Of customers: whether an id that repeats is an error, else the first line with it counts.
    bool are_repeats_refused = false;
};

/// Which column of the file holds what. Names are matched exactly, then ignoring case, spaces, _
/// and -. An empty one is guessed from common names; a notice says what was guessed.
struct TransactionMapping {
    std::string customer, order, time, quantity, price;
    std::string product;  ///< Optional; distinct products are 0 without one.
};

/// Most memory that lines may take while they wait for a date that tells the date order.
inline constexpr std::size_t kPendingBytesMax = std::size_t{16} << 20;

/// Parses "customer=COL,order=COL,time=COL,quantity=COL,price=COL[,product=COL]". An empty text
/// leaves every column to be guessed from the header, a missing key that one. Errors:
/// kInvalidArgument naming the unknown or doubled key.
Result<TransactionMapping> parse_mapping(std::string_view text);

/// Streams the lines of a CSV (see csv.h; gzip is recognised by content) through `sink`, in file
/// order, then says what was read. Every record is one of two:
/// - *rejected* (ReadSummary::rejected): an unparsable number or time, no time, a ragged line. It
///   does not reach the sink.
/// - handed to the sink. Those that are neither purchase nor return are *set aside* with a reason
///   (ReadSummary::set_aside, Transaction::is_set_aside): no customer or order id ("", "NA",
///   "NULL", "N/A", "NaN", "None"), a price of zero or below, a quantity of zero.
/// So rejected_count + calls of the sink = lines. A return has a negative quantity, or an order of
/// the form C123 in a file that also has orders of digits only; its quantity is made negative.
///
/// Numbers: 12.5, and 12,5 where the delimiter is not a comma. Times: see parse_cell_time in
/// cell_values.h; whether 3/4/2011 is day first is decided once, by the first date that tells, and
/// day first where none does. Lines wait for that in at most kPendingBytesMax of memory; memory
/// does not grow with the file. `name` is only used in messages. Errors: kInvalidArgument for a
/// missing column (lists the header), an empty file, damaged gzip, or too many rejected lines
/// (lists the first of them, at the end of the file).
Result<ReadSummary> read_transactions(std::istream& input,
                                      const std::string& name,
                                      const TransactionMapping& mapping,
                                      const ReadOptions& options,
                                      const std::function<void(const Transaction&)>& sink);

}  // namespace cpo::ingest
