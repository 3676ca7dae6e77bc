#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace cpo {

/// One line of a transaction log: a customer bought (or gave back) `quantity` of a product in an
/// order. The views live as long as the reader says (ingest: until the next line).
struct Transaction {
    std::string_view customer;  ///< Empty only when is_set_aside.
    std::string_view order;     ///< Lines of one order share it.
    std::string_view product;   ///< May be empty when the file has no such column.
    Time time;
    double quantity = 0;     ///< Pieces; negative when goods come back.
    double unit_price = 0;   ///< Currency units a piece, >= 0.
    bool is_return = false;  ///< A credit note or a negative quantity.
    /// Readable, but neither purchase nor return (no customer, price of zero): it only says that
    /// the customer exists and that the file reaches to `time`.
    bool is_set_aside = false;
};

/// What the numbers of a feature stand for.
enum class FeatureKind {
    kNumber,
    kYesNo,     ///< 1 for yes.
    kCategory,  ///< 1 for customers of one category.
    kMissing,   ///< 1 for customers whose value is not known.
    kCommon,    ///< Share of the customers with the same category, 0 ... 1.
    kDate       ///< Days before a certain day.
};

/// What one column of a FeatureTable means.
struct FeatureDefinition {
    std::string name;         ///< snake_case, the CSV column and JSON field.
    std::string label;        ///< For people: "Days since last purchase".
    std::string unit;         ///< "days", "orders", "share 0-1", ...; empty for a plain number.
    std::string description;  ///< One sentence; docs/features.md carries the same.
    FeatureKind kind = FeatureKind::kNumber;
    std::string column{};  ///< Of the file, when the feature is not that column as it is.
};

/// Numbers about customers: one row a customer, one column a feature, all finite.
struct FeatureTable {
    std::vector<std::string> ids;                ///< [rows], unique, in input order.
    std::vector<FeatureDefinition> definitions;  ///< [columns].
    std::vector<double> values;                  ///< [rows x columns], row-major.
    /// [rows], how many customers a row stands for, >= 0; empty = 1 each.
    std::vector<double> weights{};

    std::size_t rows() const { return ids.size(); }
    std::size_t columns() const { return definitions.size(); }
    std::span<const double> row(std::size_t i) const {
        return std::span(values).subspan(i * columns(), columns());
    }
    double at(std::size_t row, std::size_t column) const {
        return values[row * columns() + column];
    }
    /// Column number of `name`, or -1.
    int find(std::string_view name) const;
};

/// An input line that was not used, and why.
struct RejectedLine {
    std::size_t line = 0;  ///< 1 is the header.
    std::string column;    ///< Column name; empty when the whole line is meant.
    std::string value;     ///< The offending text, cut to 80 bytes.
    std::string reason;    ///< For people, without the value.
};

/// How one input file was read.
struct ReadSummary {
    std::string file;      ///< As the user gave it.
    std::string sha256;    ///< Of the file's bytes.
    std::string encoding;  ///< "UTF-8" or "Windows-1252".
    char delimiter = ',';
    std::size_t lines = 0;  ///< Data records, header not counted.
    std::size_t bytes = 0;  ///< Uncompressed.
    std::vector<std::pair<std::string, std::size_t>>
        set_aside;                       ///< Reason and count, most frequent first.
    std::vector<RejectedLine> rejected;  ///< The first kRejectedLinesMax unreadable lines.
    std::size_t rejected_count = 0;      ///< All unreadable lines.
    std::vector<std::string> notices;    ///< Sentences for people.
};
inline constexpr std::size_t kRejectedLinesMax = 1000;

/// Facts about a transaction file as a whole.
struct TransactionTotals {
    std::size_t customers_known = 0;          ///< Distinct customer ids on any line.
    std::size_t customers_with_purchase = 0;  ///< With at least one positive purchase.
    std::size_t lines_without_customer = 0;
    std::size_t purchase_orders = 0;  ///< Distinct (customer, order) with a positive line.
    std::size_t return_lines = 0;
    double purchase_revenue =
        0;  ///< Sum of quantity x price over positive purchases of known customers.
    double return_revenue = 0;  ///< The same over returns; <= 0.
    Time first_time{};
    Time last_time{};  ///< Newest time of any readable line.
};

}  // namespace cpo
