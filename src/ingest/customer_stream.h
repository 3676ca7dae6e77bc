#pragma once

#include <functional>
#include <istream>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/customers.h"
#include "ingest/transactions.h"
#include "model/customer.h"

namespace cpo::ingest {

/// Rows of a block that stream_customers() hands over.
inline constexpr std::size_t kStreamBlockRows = std::size_t{1} << 16;

/// Which columns read_customers() would take, by the first megabyte.
struct ChosenColumns {
    CustomerColumns columns;           ///< With the features named.
    std::vector<std::string> notices;  ///< Sentences for people: what was left out and why.
};

/// Decides what to read of a file that is then streamed. Errors: those of read_customers().
Result<ChosenColumns> choose_columns(std::istream& input,
                                     const std::string& name,
                                     const CustomerColumns& columns);

/// Reads customers as read_customers() does, without keeping them: hands blocks of
/// kStreamBlockRows rows (the last may be shorter) to `sink` in the order of the file. An id that
/// repeats is known by a 64-bit hash: among ten million ids the chance that one is rejected without
/// cause is 3 in a million. Memory: one block and 8 to 16 bytes a row. Errors: those of
/// read_customers() and of the sink, which end the reading. REQUIRES: columns.features is not
/// empty.
Result<ReadSummary> stream_customers(std::istream& input,
                                     const std::string& name,
                                     const CustomerColumns& columns,
                                     const ReadOptions& options,
                                     const std::function<Result<void>(const FeatureTable&)>& sink);

}  // namespace cpo::ingest
