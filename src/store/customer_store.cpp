#include "store/customer_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <future>
#include <unordered_map>
#include <utility>

#include "model/customer_text.h"
#include "model/customer_values.h"
#include "model/json_fields.h"
#include "store/select_by_ids.h"
#include "store/stored_values.h"

namespace cpo::store {
namespace {

/// Rows that are in memory as statements or texts at once; twice as many while two threads work.
constexpr std::size_t kBlockRows = 4'096;

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
    "INSERT INTO customers (workspace_id, import_id, updated_at, id, position, features)";
constexpr std::string_view kOrUpdateCustomers =
    "ON CONFLICT (workspace_id, id) DO UPDATE SET features = excluded.features, "
    "import_id = excluded.import_id, updated_at = excluded.updated_at";
constexpr std::string_view kSelectAll =
    "SELECT id, features FROM customers WHERE workspace_id = $1 ORDER BY position";
constexpr std::string_view kSelectNamed =
    "SELECT c.id, c.features FROM (SELECT DISTINCT column1 FROM (VALUES {}) AS w) AS v "
    "JOIN customers AS c ON c.id = v.column1 WHERE c.workspace_id = $1";
constexpr std::string_view kSelectCustomer =
    "SELECT id, features, import_id, updated_at FROM customers "
    "WHERE workspace_id = $1 AND id = $2";
constexpr std::string_view kSelectCustomers =
    "SELECT id, features, import_id, updated_at FROM customers WHERE workspace_id = $1";

/// A number is its name alone, as all were once; others are {name, kind, day_first: how the first
/// file had dates, which a saved run passes on}.
Result<std::vector<MixedColumn>> columns_in(const Row& set) {
    std::vector<MixedColumn> columns;
    for (const json::value& value : TRY(array_in(set, "features"))) {
        MixedColumn& column = columns.emplace_back();
        if (value.is_string()) {
            column.name = value.get_string();
            continue;
        }
        const JsonReader reader = TRY(or_damaged(JsonReader::of(value, "features")));
        column.name = TRY(or_damaged(reader.string("name")));
        column.kind = TRY(or_damaged(read_name(reader, "kind", parse_column_kind)));
        column.is_day_first = TRY(or_damaged(reader.boolean_or("day_first", true)));
    }
    return columns;
}

std::string columns_json(const std::vector<MixedColumn>& columns) {
    json::array array;
    for (const MixedColumn& column : columns) {
        if (column.kind == ColumnKind::kNumber) {
            array.emplace_back(column.name);
            continue;
        }
        json::object object{{"name", column.name}, {"kind", name_of(column.kind)}};
        if (column.kind == ColumnKind::kDate) object["day_first"] = column.is_day_first;
        array.push_back(std::move(object));
    }
    return write_json(array);
}

const MixedColumn* find_column(const std::vector<MixedColumn>& columns, std::string_view name) {
    const auto found = std::find_if(
        columns.begin(), columns.end(), [&](const MixedColumn& each) { return each.name == name; });
    return found == columns.end() ? nullptr : &*found;
}

/// Adds the columns of a table that are new.
Result<void> add_columns(const MixedTable& table, std::vector<MixedColumn>& columns) {
    for (const MixedColumn& column : table.columns) {
        const MixedColumn* stored = find_column(columns, column.name);
        if (stored == nullptr)
            columns.push_back({column.name, column.kind, column.is_day_first, {}});
        else if (stored->kind != column.kind)
            return invalid_argument(fmt::format(
                "\"{}\" holds {} for the customers that are here already, and {} now: call the "
                "column otherwise, or replace all customers",
                column.name,
                words_of(stored->kind),
                words_of(column.kind)));
    }
    if (columns.size() <= kCustomerFeaturesMax) return {};
    return invalid_argument(fmt::format("the customers would have {} features; at most {} are kept",
                                        columns.size(),
                                        kCustomerFeaturesMax));
}

Result<Customer> read(const Row& row) {
    return Customer{row.text("id"),
                    TRY(object_in(row, "features")),
                    row.text("import_id"),
                    time_in(row, "updated_at")};
}

/// Customers on their way out of the database: those that came are decoded on another thread, a
/// block at once, while the next ones come.
class CustomerLoader {
public:
    explicit CustomerLoader(std::vector<MixedColumn> columns) : table_(std::move(columns), false) {}

    Result<void> add(const Row& row) {
        for (const std::string_view column : {"id", "features"}) {
            block_.bytes += row.text(column);
            block_.ends.push_back(block_.bytes.size());
        }
        return block_.ends.size() < 2 * kBlockRows ? Result<void>() : decode_block();
    }
    Result<MixedTable> finish() && {
        TRY(decode_block());
        TRY(decoded_.get());
        return std::move(table_).take();
    }

private:
    struct Block {
        std::string bytes;
        std::vector<std::size_t> ends;  ///< Of the id and the features of each customer.
    };

    Result<void> decode_block() {
        if (decoded_.valid()) TRY(decoded_.get());
        const auto decode = [this, block = std::exchange(block_, {})] { return add_all(block); };
        decoded_ = std::async(std::launch::async, decode);
        return {};
    }
    Result<void> add_all(const Block& block) {
        const std::string_view bytes = block.bytes;
        std::size_t begin = 0;
        for (std::size_t i = 0; i < block.ends.size(); i += 2) {
            const std::size_t middle = block.ends[i], end = block.ends[i + 1];
            TRY(or_damaged(table_.add(std::string(bytes.substr(begin, middle - begin)),
                                      bytes.substr(middle, end - middle))));
            begin = end;
        }
        return {};
    }

    MixedTableBuilder table_;  ///< Of whoever decodes.
    Block block_;
    std::future<Result<void>> decoded_;  ///< The last, so that its end is waited for first.
};

Result<void> check_table(const MixedTable& table) {
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
    CustomerWriter(Change& change, const MixedTable& table, const std::string& import_id)
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
        const CustomerTexts texts(table_);
        // Rows are made while those before them are written.
        const auto make = [&](std::size_t from) {
            return std::async(std::launch::async,
                              [&, from] { return rows_from(from, position, texts); });
        };
        auto made = make(0);
        for (std::size_t from = 0; from < table_.rows(); from += kBlockRows) {
            NewRows rows = made.get();
            if (from + kBlockRows < table_.rows()) made = make(from + kBlockRows);
            TRY(change_.session().insert(kInsertCustomers, std::move(rows), kOrUpdateCustomers));
        }
        return {};
    }

private:
    /// A block of them.
    NewRows rows_from(std::size_t from, std::int64_t position, const CustomerTexts& texts) {
        const std::size_t end = std::min(from + kBlockRows, table_.rows());
        NewRows rows{{change_.workspace(), import_id_, milliseconds_of(change_.now())}, 3, {}};
        rows.values.reserve((end - from) * rows.width);
        for (std::size_t row = from; row < end; ++row) {
            rows.values.emplace_back(table_.ids[row]);
            rows.values.emplace_back(position + static_cast<std::int64_t>(row));
            rows.values.emplace_back(merged_[row].empty() ? texts.of(row)
                                                          : std::move(merged_[row]));
        }
        return rows;
    }

    json::object with_row(json::object features, std::size_t row) const {
        for (std::size_t column = 0; column < table_.columns.size(); ++column) {
            const MixedColumn& definition = table_.columns[column];
            const double value = table_.at(row, column);
            if (std::isnan(value))
                features.erase(definition.name);
            else
                features[definition.name] = cell_json(definition, value);
        }
        return features;
    }

    Change& change_;
    const MixedTable& table_;
    const std::string& import_id_;
    std::vector<std::string> merged_;  ///< [rows] features as JSON; empty = those of the table.
};

Result<std::vector<MixedColumn>> chosen_columns(const std::vector<MixedColumn>& columns,
                                                const std::vector<std::string>& features) {
    if (features.empty()) return columns;
    std::vector<MixedColumn> chosen;
    for (const std::string& feature : features) {
        const MixedColumn* column = find_column(columns, feature);
        if (column == nullptr) {
            std::vector<std::string> known;
            known.reserve(columns.size());
            for (const MixedColumn& each : columns) known.push_back(each.name);
            return invalid_argument(fmt::format("no customer has the feature \"{}\"; there are {}",
                                                feature,
                                                fmt::join(known, ", ")));
        }
        if (find_column(chosen, feature) != nullptr)
            return invalid_argument(fmt::format("the feature \"{}\" is named twice", feature));
        chosen.push_back(*column);
    }
    return chosen;
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
                                    const MixedTable& table,
                                    ImportMode mode,
                                    const std::string& import_id) {
    TRY(check_table(table));
    Session& session = change.session();
    const auto count = static_cast<std::int64_t>(table.rows());
    // Locks the workspace's set until commit, so that imports take turns.
    const Rows set = TRY(session.execute(kTakePositions, {change.workspace(), count}));
    const std::int64_t position = set.front().integer("next_position") - count;
    std::vector<MixedColumn> columns = TRY(columns_in(set.front()));

    CustomerWriter writer(change, table, import_id);
    if (mode == ImportMode::kReplace) {
        TRY(session.execute(kDeleteCustomers, {change.workspace()}));
        columns.clear();
    }
    const bool has_others =
        std::any_of(columns.begin(), columns.end(), [&](const MixedColumn& stored) {
            return find_column(table.columns, stored.name) == nullptr;
        });
    TRY(add_columns(table, columns));
    if (has_others) TRY(writer.merge_stored());
    TRY(writer.write(position));

    const Rows counted = TRY(session.execute(kCountCustomers, {change.workspace()}));
    const std::int64_t total = counted.front().integer("customers");
    if (total > kCustomersMax)
        return Error{
            ErrorCode::kResourceExhausted,
            fmt::format(
                "the workspace would have {} customers; at most {} are kept", total, kCustomersMax),
            {}};
    TRY(session.execute(kUpdateSet, {change.workspace(), columns_json(columns), total}));
    return total;
}

Result<Customer> get_customer(Session& session,
                              const std::string& workspace,
                              const std::string& id) {
    const Rows rows = TRY(session.execute(kSelectCustomer, {workspace, id}));
    if (rows.empty()) return not_found("customer");
    return read(rows.front());
}

Result<std::vector<json::value>> features_of(Session& session,
                                             const std::string& workspace,
                                             const std::vector<std::string>& ids) {
    std::unordered_map<std::string, json::value> found;
    TRY(select_by_ids(session, kSelectNamed, {workspace}, ids, [&](const Row& row) -> Result<void> {
        found[row.text("id")] = TRY(object_in(row, "features"));
        return {};
    }));
    std::vector<json::value> features;
    features.reserve(ids.size());
    for (const std::string& id : ids) {
        const auto at = found.find(id);
        features.push_back(at == found.end() ? json::value() : at->second);
    }
    return features;
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

Result<std::vector<MixedColumn>> stored_columns(Session& session, const std::string& workspace) {
    const Rows set = TRY(session.execute(kSelectSet, {workspace}));
    return set.empty() ? std::vector<MixedColumn>() : columns_in(set.front());
}

Result<MixedTable> load_customers(Session& session,
                                  const std::string& workspace,
                                  const std::vector<std::string>& features) {
    const Rows set = TRY(session.execute(kSelectSet, {workspace}));
    if (set.empty() || set.front().integer("customers") == 0)
        return Error{
            ErrorCode::kFailedPrecondition, "there are no customers: import some first", {}};
    const auto columns = TRY(columns_in(set.front()));
    CustomerLoader loader(TRY(chosen_columns(columns, features)));
    TRY(session.visit(kSelectAll, {workspace}, [&](const Row& row) { return loader.add(row); }));
    return std::move(loader).finish();
}

}  // namespace cpo::store
