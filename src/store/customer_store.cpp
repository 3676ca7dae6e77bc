#include "store/customer_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "model/known_features.h"
#include "store/select_by_ids.h"
#include "store/stored_values.h"

namespace cpo::store {
namespace {

/// Rows that are in memory as statements and answers at once.
constexpr std::size_t kBlockRows = 8'192;

constexpr std::string_view kTakePositions =
    "INSERT INTO customer_sets (workspace_id, next_position, features, customers) "
    "VALUES ($1, $2, '[]', 0) "
    "ON CONFLICT (workspace_id) DO UPDATE SET next_position = customer_sets.next_position + $2 "
    "RETURNING next_position, features";
constexpr std::string_view kUpdateSet =
    "UPDATE customer_sets SET features = $2, customers = $3 WHERE workspace_id = $1";
constexpr std::string_view kSelectSet =
    "SELECT features, customers FROM customer_sets WHERE workspace_id = $1";
constexpr std::string_view kDeleteCustomers = "DELETE FROM customers WHERE workspace_id = $1";
constexpr std::string_view kCountCustomers =
    "SELECT COUNT(*) AS customers FROM customers WHERE workspace_id = $1";
constexpr std::string_view kInsertCustomers =
    "INSERT INTO customers (workspace_id, id, position, features, import_id, updated_at)";
constexpr std::string_view kOrUpdateCustomers =
    "ON CONFLICT (workspace_id, id) DO UPDATE SET features = excluded.features, "
    "import_id = excluded.import_id, updated_at = excluded.updated_at";
constexpr std::string_view kSelectBlock =
    "SELECT id, position, features FROM customers WHERE workspace_id = $1 AND position >= $2 "
    "ORDER BY position LIMIT $3";
constexpr std::string_view kSelectNamed =
    "SELECT c.id, c.features FROM (SELECT DISTINCT column1 FROM (VALUES {}) AS w) AS v "
    "JOIN customers AS c ON c.id = v.column1 WHERE c.workspace_id = $1";
constexpr std::string_view kSelectCustomer =
    "SELECT id, features, import_id, updated_at FROM customers "
    "WHERE workspace_id = $1 AND id = $2";
constexpr std::string_view kSelectCustomers =
    "SELECT id, features, import_id, updated_at FROM customers WHERE workspace_id = $1";

Result<std::vector<std::string>> feature_names_in(const Row& set) {
    std::vector<std::string> names;
    for (const json::value& name : TRY(array_in(set, "features"))) {
        if (!name.is_string()) return damaged("a feature name is no text");
        names.emplace_back(name.get_string());
    }
    return names;
}

std::string names_json(const std::vector<std::string>& names) {
    json::array array;
    for (const std::string& name : names) array.emplace_back(name);
    return write_json(array);
}

Result<Customer> read(const Row& row) {
    return Customer{row.text("id"),
                    TRY(object_in(row, "features")),
                    row.text("import_id"),
                    time_in(row, "updated_at")};
}

/// Hands every customer of a workspace to `visit` (Result<void>(const Row&)), in their order.
template <typename Visit>
Result<void> visit_customers(Session& session, const std::string& workspace, const Visit& visit) {
    std::int64_t from = 0;
    for (;;) {
        const Rows block = TRY(session.execute(
            kSelectBlock, {workspace, from, static_cast<std::int64_t>(kBlockRows)}));
        for (const Row& row : block) TRY(visit(row));
        if (block.size() < kBlockRows) return {};
        from = block.rows.back().integer("position") + 1;
    }
}

Result<void> check_table(const FeatureTable& table) {
    for (const std::string& id : table.ids)
        if (id.size() > kCustomerIdBytesMax)
            return invalid_argument(
                fmt::format("the customer id \"{}...\" has {} bytes; at most {} are allowed",
                            id.substr(0, 20),
                            id.size(),
                            kCustomerIdBytesMax));
    return {};
}

/// The rows of one file on their way into the table `customers`.
class CustomerWriter {
public:
    CustomerWriter(Change& change, const FeatureTable& table, const std::string& import_id)
        : change_(change), table_(table), import_id_(import_id), merged_(table.rows()) {}

    /// Keeps what the stored customers of the file have beside its columns.
    Result<void> merge_stored() {
        std::unordered_map<std::string_view, std::size_t> row_of;
        for (std::size_t row = 0; row < table_.rows(); ++row) row_of[table_.ids[row]] = row;
        return select_by_ids(change_.session(),
                             kSelectNamed,
                             {change_.workspace()},
                             table_.ids,
                             [&](const Row& stored) -> Result<void> {
                                 const std::size_t row = row_of.at(stored.text("id"));
                                 json::object features = TRY(object_in(stored, "features"));
                                 merged_[row] = write_json(with_row(std::move(features), row));
                                 return {};
                             });
    }

    /// New customers stand at `position` and after.
    Result<void> write(std::int64_t position) {
        std::vector<std::vector<Value>> rows;
        for (std::size_t row = 0; row < table_.rows(); ++row) {
            std::string features =
                merged_[row].empty() ? write_json(with_row({}, row)) : std::move(merged_[row]);
            rows.push_back({change_.workspace(),
                            table_.ids[row],
                            position + static_cast<std::int64_t>(row),
                            std::move(features),
                            import_id_,
                            milliseconds_of(change_.now())});
            if (rows.size() < kBlockRows && row + 1 < table_.rows()) continue;
            TRY(change_.session().insert(kInsertCustomers, rows, kOrUpdateCustomers));
            rows.clear();
        }
        return {};
    }

private:
    json::object with_row(json::object features, std::size_t row) const {
        for (std::size_t column = 0; column < table_.columns(); ++column)
            features[table_.definitions[column].name] = table_.at(row, column);
        return features;
    }

    Change& change_;
    const FeatureTable& table_;
    const std::string& import_id_;
    std::vector<std::string> merged_;  ///< [rows] features as JSON; empty = those of the table.
};

/// What is known of a workspace's customers, before columns and rows are chosen.
struct Collected {
    std::vector<std::string> names;            ///< [columns]
    std::vector<std::int64_t> customers_with;  ///< [columns] that have a number there.
    std::vector<std::string> ids;              ///< [rows]
    std::vector<double> values;                ///< [rows x columns], NaN = missing.
};

Result<Collected> collect(Session& session,
                          const std::string& workspace,
                          std::vector<std::string> names) {
    Collected all{std::move(names), {}, {}, {}};
    all.customers_with.resize(all.names.size());
    const auto add = [&](const Row& row) -> Result<void> {
        const json::object features = TRY(object_in(row, "features"));
        all.ids.push_back(row.text("id"));
        for (std::size_t column = 0; column < all.names.size(); ++column) {
            const json::value* value = features.if_contains(all.names[column]);
            const bool is_known = value != nullptr && value->is_number();
            all.customers_with[column] += is_known ? 1 : 0;
            all.values.push_back(is_known ? value->to_number<double>()
                                          : std::numeric_limits<double>::quiet_NaN());
        }
        return {};
    };
    TRY(visit_customers(session, workspace, add));
    return all;
}

/// Columns of `all` that go into the table; says which do not.
Result<std::vector<std::size_t>> choose_columns(const Collected& all,
                                                bool is_chosen,
                                                std::vector<std::string>& notices) {
    std::vector<std::size_t> columns;
    const auto rows = static_cast<std::int64_t>(all.ids.size());
    for (std::size_t column = 0; column < all.names.size(); ++column) {
        if (is_chosen || all.customers_with[column] == rows) {
            columns.push_back(column);
            continue;
        }
        notices.push_back(
            fmt::format("Feature {} was left out: {} of {} customers have it. Choose it by name to "
                        "leave out the customers without it instead.",
                        all.names[column],
                        all.customers_with[column],
                        rows));
    }
    if (columns.empty())
        return Error{ErrorCode::kFailedPrecondition,
                     fmt::format("no feature is known for all {} customers: choose features by "
                                 "name, of {}",
                                 rows,
                                 fmt::join(all.names, ", ")),
                     {}};
    return columns;
}

FeatureTable table_of(const Collected& all, const std::vector<std::size_t>& columns) {
    FeatureTable table;
    for (const std::size_t column : columns)
        table.definitions.push_back(feature_named(all.names[column]));
    std::vector<double> chosen(columns.size());
    for (std::size_t row = 0; row < all.ids.size(); ++row) {
        for (std::size_t i = 0; i < columns.size(); ++i)
            chosen[i] = all.values[row * all.names.size() + columns[i]];
        if (std::any_of(chosen.begin(), chosen.end(), [](double x) { return std::isnan(x); }))
            continue;
        table.ids.push_back(all.ids[row]);
        table.values.insert(table.values.end(), chosen.begin(), chosen.end());
    }
    return table;
}

Result<void> check_known(const std::vector<std::string>& features,
                         const std::vector<std::string>& known) {
    for (const std::string& feature : features)
        if (std::find(known.begin(), known.end(), feature) == known.end())
            return invalid_argument(fmt::format("no customer has the feature \"{}\"; there are {}",
                                                feature,
                                                fmt::join(known, ", ")));
    return {};
}

}  // namespace

const char* name_of(ImportMode mode) {
    switch (mode) {
        case ImportMode::kMerge:
            return "merge";
        case ImportMode::kReplace:
            return "replace";
    }
    std::abort();
}

std::optional<ImportMode> parse_import_mode(std::string_view name) {
    for (const ImportMode mode : {ImportMode::kMerge, ImportMode::kReplace})
        if (name == name_of(mode)) return mode;
    return std::nullopt;
}

Result<std::int64_t> save_customers(Change& change,
                                    const FeatureTable& table,
                                    ImportMode mode,
                                    const std::string& import_id) {
    TRY(check_table(table));
    Session& session = change.session();
    const auto count = static_cast<std::int64_t>(table.rows());
    // Locks the workspace's set until commit, so that imports take turns.
    const Rows set = TRY(session.execute(kTakePositions, {change.workspace(), count}));
    const std::int64_t position = set.front().integer("next_position") - count;
    std::vector<std::string> features = TRY(feature_names_in(set.front()));

    CustomerWriter writer(change, table, import_id);
    if (mode == ImportMode::kReplace) {
        TRY(session.execute(kDeleteCustomers, {change.workspace()}));
        features.clear();
    }
    const bool has_others =
        std::any_of(features.begin(), features.end(), [&](const std::string& feature) {
            return table.find(feature) < 0;
        });
    if (has_others) TRY(writer.merge_stored());
    TRY(writer.write(position));

    for (const FeatureDefinition& definition : table.definitions)
        if (std::find(features.begin(), features.end(), definition.name) == features.end())
            features.push_back(definition.name);
    if (features.size() > kCustomerFeaturesMax)
        return invalid_argument(
            fmt::format("the customers would have {} features; at most {} are kept",
                        features.size(),
                        kCustomerFeaturesMax));
    const Rows counted = TRY(session.execute(kCountCustomers, {change.workspace()}));
    const std::int64_t total = counted.front().integer("customers");
    if (total > kCustomersMax)
        return Error{
            ErrorCode::kResourceExhausted,
            fmt::format(
                "the workspace would have {} customers; at most {} are kept", total, kCustomersMax),
            {}};
    TRY(session.execute(kUpdateSet, {change.workspace(), names_json(features), total}));
    return total;
}

Result<Customer> get_customer(Session& session,
                              const std::string& workspace,
                              const std::string& id) {
    const Rows rows = TRY(session.execute(kSelectCustomer, {workspace, id}));
    if (rows.empty()) return not_found("customer");
    return read(rows.front());
}

Result<Page<Customer>> list_customers(Session& session,
                                      const std::string& workspace,
                                      const PageRequest& page) {
    const std::string sql = std::string(kSelectCustomers) + page.clause("id", 2);
    const Rows rows = TRY(session.execute(sql, {workspace, page.bound(), page.row_count()}));
    std::vector<Customer> customers;
    for (const Row& row : rows) customers.push_back(TRY(read(row)));
    return page_of(page, std::move(customers));
}

Result<std::int64_t> count_customers(Session& session, const std::string& workspace) {
    const Rows set = TRY(session.execute(kSelectSet, {workspace}));
    return set.empty() ? 0 : set.front().integer("customers");
}

Result<StoredCustomers> load_customers(Session& session,
                                       const std::string& workspace,
                                       const std::vector<std::string>& features) {
    const Rows set = TRY(session.execute(kSelectSet, {workspace}));
    if (set.empty() || set.front().integer("customers") == 0)
        return Error{
            ErrorCode::kFailedPrecondition, "there are no customers: import some first", {}};
    std::vector<std::string> names = TRY(feature_names_in(set.front()));
    TRY(check_known(features, names));
    if (!features.empty()) names = features;

    const Collected all = TRY(collect(session, workspace, std::move(names)));
    StoredCustomers customers;
    const auto columns = TRY(choose_columns(all, !features.empty(), customers.notices));
    customers.table = table_of(all, columns);
    if (customers.table.rows() == 0)
        return Error{
            ErrorCode::kFailedPrecondition,
            fmt::format("no customer has all of the features {}", fmt::join(features, ", ")),
            {}};
    if (customers.table.rows() < all.ids.size())
        customers.notices.push_back(
            fmt::format("{} of {} customers were left out: they lack one of the chosen features.",
                        all.ids.size() - customers.table.rows(),
                        all.ids.size()));
    return customers;
}

}  // namespace cpo::store
