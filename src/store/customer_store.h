#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "model/customer.h"
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
    json::object features;  ///< Feature name to number.
    std::string import_id;  ///< The last import that had the customer.
    MilliTime updated_at{};
};

enum class ImportMode {
    kMerge,    ///< Customers of the same id get the new numbers and keep the features that the file
               ///< does not have; all others stay as they are.
    kReplace,  ///< Exactly the customers of the file are left.
};
const char* name_of(ImportMode mode);
std::optional<ImportMode> parse_import_mode(std::string_view name);

/// Stores the rows of a table as customers of the change's workspace; gives how many customers the
/// workspace has now. New customers come after the present ones, in the order of the table. Two
/// imports of one workspace wait for each other. Errors: kInvalidArgument (an id that is too long
/// or cannot be stored, more features than the limit above), kResourceExhausted (more customers).
Result<std::int64_t> save_customers(Change& change,
                                    const FeatureTable& table,
                                    ImportMode mode,
                                    const std::string& import_id);

/// Errors: kNotFound.
Result<Customer> get_customer(Session& session,
                              const std::string& workspace,
                              const std::string& id);
/// Largest id first.
Result<Page<Customer>> list_customers(Session& session,
                                      const std::string& workspace,
                                      const PageRequest& page);
/// As the last import left it; one row, whatever the number.
Result<std::int64_t> count_customers(Session& session, const std::string& workspace);

/// Customers as a table again.
struct StoredCustomers {
    FeatureTable table;
    std::vector<std::string> notices;  ///< Who or what was left out, for people.
};

/// The customers of a workspace in the order they came in, with the definitions of
/// model/known_features.h or the feature's name as label. Nothing is made up for a number that is
/// missing: without `features`, columns are those that every customer has and the others are left
/// out with a notice; with `features`, columns are these and customers without one of them are left
/// out with a notice. O(customers). Errors: kFailedPrecondition when there are no customers or
/// none is left; kInvalidArgument for a feature that no customer has (lists those there are).
Result<StoredCustomers> load_customers(Session& session,
                                       const std::string& workspace,
                                       const std::vector<std::string>& features);

}  // namespace cpo::store
