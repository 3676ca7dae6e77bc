#pragma once

#include <istream>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/transactions.h"
#include "model/customer.h"

namespace cpo::ingest {

struct CustomerColumns {
    std::string id;  ///< Empty = "id" or "customer_id" if there is one, else the first column.
    std::vector<std::string> features;  ///< Empty = every column whose values are numbers.
};

struct CustomerFile {
    FeatureTable table;
    ReadSummary summary;
};

/// Reads ready customer features from a CSV with a header (gzip is recognised by content). Column
/// definitions of names known to docs/features.md are filled in, others get the column name as
/// label. Duplicate ids, missing and non-finite numbers are rejected line by line. Errors: as
/// read_transactions; kInvalidArgument when no numeric column is left.
Result<CustomerFile> read_customers(std::istream& input,
                                    const std::string& name,
                                    const CustomerColumns& columns,
                                    const ReadOptions& options);

}  // namespace cpo::ingest
