#pragma once

#include <functional>
#include <istream>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/transactions.h"
#include "model/customer.h"
#include "model/mixed_table.h"

namespace cpo::ingest {

/// Lines that decide which columns hold numbers.
inline constexpr std::size_t kColumnSampleLines = 100;

struct CustomerColumns {
    std::string id;  ///< Empty = "id" or "customer_id" if there is one, else the first column.
    std::vector<std::string> features;  ///< Empty = every column whose values are numbers.
    /// Of a mixed file: what columns of these names hold already, whatever this file looks like.
    std::vector<MixedColumn> known{};
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
/// when no numeric column is left, when every line was rejected, and when an id repeats if
/// `options` say so.
Result<CustomerFile> read_customers(std::istream& input,
                                    const std::string& name,
                                    const CustomerColumns& columns,
                                    const ReadOptions& options);

struct MixedCustomerFile {
    MixedTable table;
    ReadSummary summary;
};

/// Reads customers of which a feature need not be a number. What a column holds is decided by its
/// values in the first kColumnSampleLines lines: numbers or dates when more than half of them are,
/// yes and no when all are, else categories; text when these are more than kCategoriesMax or longer
/// than kCategoryBytesMax. Missing cells are kept as such. Lines with a missing or doubled id, or
/// with a cell that is not of its column's kind, are rejected. Columns are all but the id unless
/// they are named. Memory grows with the table. Errors: as read_customers; kInvalidArgument when
/// most cells of a known column are of another kind.
Result<MixedCustomerFile> read_mixed_customers(std::istream& input,
                                               const std::string& name,
                                               const CustomerColumns& columns,
                                               const ReadOptions& options);

/// Rows of a batch, at most.
inline constexpr std::size_t kCustomerBatchRows = 16'384;

struct KnownColumns {
    std::string id;                    ///< As CustomerColumns::id.
    std::vector<MixedColumn> columns;  ///< By name; others of the file are not looked at.
    bool may_be_missing = true;        ///< Else a line that lacks a number is rejected.
};

/// Reads customers whose columns are known and gives them to `sink` in batches, in the order of the
/// file. A text that is none of a column's categories is categories.size(). Memory grows with the
/// ids. Errors: as read_mixed_customers; kInvalidArgument for a column that the file lacks. What
/// was given to the sink before an error must not be used.
Result<ReadSummary> read_known_customers(std::istream& input,
                                         const std::string& name,
                                         const KnownColumns& columns,
                                         const ReadOptions& options,
                                         const std::function<void(MixedTable)>& sink);

}  // namespace cpo::ingest
