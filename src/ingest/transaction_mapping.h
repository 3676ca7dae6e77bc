#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ingest/transactions.h"

namespace cpo::ingest {

/// What a column of a transaction file means.
enum TransactionRole : std::size_t {
    kCustomer,
    kOrder,
    kTime,
    kQuantity,
    kPrice,
    kProduct,
    kTransactionRoles  ///< How many there are.
};

/// Marks a role that no column has.
inline constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);

struct TransactionColumns {
    std::array<std::size_t, kTransactionRoles> of_role{};  ///< Column, or kNoColumn (product).
    std::string notice;                                    ///< What was guessed; may be empty.
};

/// Finds the columns of `mapping` in the header of `file` and guesses those left open. Errors:
/// kInvalidArgument for a name that is not there (with the nearest one) and for roles that no
/// common name fits.
Result<TransactionColumns> find_transaction_columns(const TransactionMapping& mapping,
                                                    const std::vector<std::string>& header,
                                                    const std::string& file);

}  // namespace cpo::ingest
