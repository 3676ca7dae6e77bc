#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "model/mixed_table.h"
#include "store/page.h"
#include "store/store.h"

namespace cpo::store {

/// More in one workspace are refused.
inline constexpr std::int64_t kCustomersMax = 2'000'000;
inline constexpr std::size_t kCustomerFeaturesMax = 200;
/// Ids stand in paths and indexes.
inline constexpr std::size_t kCustomerIdBytesMax = 200;

/// What is known about one customer.
struct Customer {
    std::string id;
    json::object features;  ///< Name to value, as model/customer_values.h has them.
    std::string import_id;  ///< The last import that had the customer.
    MilliTime updated_at{};
};

enum class ImportMode {
    kMerge,    ///< Customers of the same id get the new values, or lose those that the file has
               ///< not, and keep the features that are none of its columns; all others stay.
    kReplace,  ///< Exactly the customers of the file are left.
};
const char* name_of(ImportMode mode);
std::optional<ImportMode> parse_import_mode(std::string_view name);

/// Stores the rows of a table as customers of the change's workspace; gives how many customers the
/// workspace has now. New customers come after the present ones, in the order of the table. Two
/// imports of one workspace wait for each other. Errors: kInvalidArgument (an id that is too long
/// or cannot be stored, more features than the limit above, a feature of another kind than stored
/// customers have), kResourceExhausted (more customers). REQUIRES: no column is text.
Result<std::int64_t> save_customers(Change& change,
                                    const MixedTable& table,
                                    ImportMode mode,
                                    const std::string& import_id);

/// Errors: kNotFound.
Result<Customer> get_customer(Session& session,
                              const std::string& workspace,
                              const std::string& id);
/// [ids] the features of each as an object, null where there is no such customer.
Result<std::vector<json::value>> features_of(Session& session,
                                             const std::string& workspace,
                                             const std::vector<std::string>& ids);
/// Largest id first.
Result<Page<Customer>> list_customers(Session& session,
                                      const std::string& workspace,
                                      const PageRequest& page);
/// As the last import left it; one row, whatever the number.
Result<std::int64_t> count_customers(Session& session, const std::string& workspace);

/// What customers of a workspace have, by the order in which it came. Categories are not among it.
Result<std::vector<MixedColumn>> stored_columns(Session& session, const std::string& workspace);

/// The customers of a workspace in the order they came in, with the columns called `features`, all
/// when that is empty. What a customer has not is missing. O(customers). Errors:
/// kFailedPrecondition when there are no customers; kInvalidArgument for a feature that no customer
/// has (lists those there are) and one that is named twice.
Result<MixedTable> load_customers(Session& session,
                                  const std::string& workspace,
                                  const std::vector<std::string>& features);

}  // namespace cpo::store
