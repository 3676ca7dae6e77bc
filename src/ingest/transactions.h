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
};

/// Which column of the file holds what. Names are matched exactly, then ignoring case.
struct TransactionMapping {
    std::string customer, order, time, quantity, price;
    std::string product;  ///< Optional; empty = guessed, distinct products are 0 without one.
};

/// Parses "customer=COL,order=COL,time=COL,quantity=COL,price=COL[,product=COL]". An empty text
/// leaves every column to be guessed from the header. Errors: kInvalidArgument naming the unknown
/// or doubled key.
Result<TransactionMapping> parse_mapping(std::string_view text);

/// Streams the lines of a CSV (gzip is recognised by content) through `sink`, in file order, then
/// says what was read. A line that cannot be read is counted, listed and set aside: missing
/// customer ids ("", "NA", "NULL", "N/A"), zero or negative prices and such are *set aside with a
/// reason* (ReadSummary::set_aside); unparsable numbers and dates and ragged lines are *rejected*
/// (ReadSummary::rejected). Memory does not grow with the file. `name` is only used in messages.
/// Errors: kInvalidArgument for a missing column (lists the header), an empty file, or too many
/// rejected lines (lists the first of them).
Result<ReadSummary> read_transactions(std::istream& input,
                                      const std::string& name,
                                      const TransactionMapping& mapping,
                                      const ReadOptions& options,
                                      const std::function<void(const Transaction&)>& sink);

}  // namespace cpo::ingest
