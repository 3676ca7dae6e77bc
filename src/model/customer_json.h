#pragma once

#include "base/json.h"
#include "model/customer.h"

namespace cpo {

/// [{line, column, value, reason}], the first `count_max`.
json::array to_json(const std::vector<RejectedLine>& lines, std::size_t count_max);

/// How a file was read: {file, sha256, encoding, delimiter, lines, bytes, set_aside: [{reason,
/// count}], rejected_count, rejected, notices} with the first `rejected_max` rejected lines.
json::object to_json(const ReadSummary& summary, std::size_t rejected_max = kRejectedLinesMax);

/// {customers_known, customers_with_purchase, ...}, the fields by their names.
json::object to_json(const TransactionTotals& totals);

}  // namespace cpo
