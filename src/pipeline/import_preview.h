#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"
#include "pipeline/customer_import.h"

namespace cpo::pipeline {

inline constexpr std::size_t kPreviewRowsMax = 10;
inline constexpr std::size_t kPreviewRejectedMax = 50;
/// Larger fronts are refused: nobody waits for them.
inline constexpr std::uint64_t kPreviewUnpackedBytesMax = std::uint64_t{32} << 20;

/// What would become of a file of customers, told before anything is stored.
struct ImportPreview {
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;  ///< The first records, at most kPreviewRowsMax.
    /// What each column of a transaction file is taken for ("customer" -> "CustomerID"), given or
    /// guessed; roles that no column has are left out. Empty for ready customers.
    std::vector<std::pair<std::string, std::string>> mapping;
    std::size_t customers = 0;  ///< In the bytes that were given.
    ReadSummary summary;        ///< Of them; at most kPreviewRejectedMax rejected lines.
    std::string problem;        ///< Why the file cannot be imported so; empty when it can.
};

/// Reads the front of a file (whole lines) as an import would, and keeps nothing. A share of
/// rejected lines above reading.rejected_share_max is a problem, as it would be in the import.
/// Cost: that of reading the bytes. Errors: kInvalidArgument when the bytes have no readable
/// header or unpack to more than the limit above, kDeadlineExceeded.
Result<ImportPreview> preview_import(std::string_view bytes,
                                     const CustomerReading& reading,
                                     Deadline deadline);

}  // namespace cpo::pipeline
