#pragma once

#include <istream>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/transactions.h"
#include "model/customer.h"

namespace cpo::ingest {

/// Lines that decide which columns hold numbers.
inline constexpr std::size_t kColumnSampleLines = 100;

struct CustomerColumns {
    std::string id;  ///< Empty = "id" or "customer_id" if there is one, else the first column.
    std::vector<std::string> features;  ///< Empty = every column whose values are numbers.
};

struct CustomerFile {
    FeatureTable table;
    ReadSummary summary;
};

/// Reads ready customer features from a CSV (see csv.h; gzip is recognised by content). A column
/// holds numbers when more than half of its values in the first kColumnSampleLines lines are
/// numbers; the others are left out with a notice, unless asked for by name. Column definitions of
/// names known to docs/features.md are filled in, others get the column name as label. Lines with a
/// missing or doubled id, or a missing or unparsable number, are rejected. Memory grows with the
/// table. Errors: as read_transactions; kInvalidArgument for an unknown or doubled column name,
/// when no numeric column is left, and when every line was rejected.
Result<CustomerFile> read_customers(std::istream& input,
                                    const std::string& name,
                                    const CustomerColumns& columns,
                                    const ReadOptions& options);

}  // namespace cpo::ingest
