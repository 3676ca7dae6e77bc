#include "ingest/transaction_mapping.h"

#include <fmt/format.h>

#include <optional>
#include <span>

#include "ingest/cell_values.h"
#include "ingest/columns.h"

namespace cpo::ingest {
namespace {

/// Names of the common shop and point-of-sale exports, the surest first.
constexpr std::string_view kCustomerNames[] = {"customer_id",
                                               "customer",
                                               "customer_number",
                                               "customer_no",
                                               "client_id",
                                               "client",
                                               "user_id",
                                               "user",
                                               "account_id",
                                               "member_id",
                                               "contact_id",
                                               "email"};
constexpr std::string_view kOrderNames[] = {"order_id",
                                            "order",
                                            "order_number",
                                            "order_no",
                                            "invoice_no",
                                            "invoice_id",
                                            "invoice",
                                            "invoice_number",
                                            "transaction_id",
                                            "transaction",
                                            "receipt_no",
                                            "receipt_number",
                                            "receipt",
                                            "basket_id",
                                            "bill_no"};
constexpr std::string_view kTimeNames[] = {"time",
                                           "order_date",
                                           "order_time",
                                           "invoice_date",
                                           "purchase_date",
                                           "transaction_date",
                                           "timestamp",
                                           "datetime",
                                           "date",
                                           "created_at",
                                           "ordered_at",
                                           "purchased_at"};
constexpr std::string_view kQuantityNames[] = {"quantity", "qty", "units", "pieces", "item_count"};
constexpr std::string_view kPriceNames[] = {
    "unit_price", "price", "price_per_unit", "item_price", "product_price"};
constexpr std::string_view kProductNames[] = {"product_id",
                                              "product",
                                              "sku",
                                              "stock_code",
                                              "product_code",
                                              "item_id",
                                              "item_code",
                                              "article",
                                              "article_no",
                                              "item",
                                              "product_name",
                                              "description"};

struct Role {
    std::string_view name;
    std::string TransactionMapping::*column;
    std::span<const std::string_view> guesses;
};

/// By TransactionRole.
const std::array<Role, kTransactionRoles>& roles() {
    static const std::array<Role, kTransactionRoles> roles = {{
        {"customer", &TransactionMapping::customer, kCustomerNames},
        {"order", &TransactionMapping::order, kOrderNames},
        {"time", &TransactionMapping::time, kTimeNames},
        {"quantity", &TransactionMapping::quantity, kQuantityNames},
        {"price", &TransactionMapping::price, kPriceNames},
        {"product", &TransactionMapping::product, kProductNames},
    }};
    return roles;
}

Result<void> take_pair(std::string_view pair, TransactionMapping& mapping) {
    const auto equals = pair.find('=');
    const auto key = without_blanks(pair.substr(0, equals));
    const auto column =
        equals == std::string_view::npos ? "" : without_blanks(pair.substr(equals + 1));
    if (column.empty())
        return invalid_argument(fmt::format(
            "column mapping \"{}\": expected {}=COLUMN", pair, key.empty() ? "customer" : key));
    for (const Role& role : roles()) {
        if (role.name != key) continue;
        if (!(mapping.*role.column).empty())
            return invalid_argument(fmt::format("column mapping: {} is given twice", key));
        mapping.*role.column = column;
        return {};
    }
    return invalid_argument(
        fmt::format("column mapping: \"{}\" is not one of customer, order, time, quantity, price, "
                    "product",
                    key));
}

}  // namespace

Result<TransactionMapping> parse_mapping(std::string_view text) {
    TransactionMapping mapping;
    while (!without_blanks(text).empty()) {
        const auto comma = text.find(',');
        const auto taken = take_pair(text.substr(0, comma), mapping);
        if (!taken) return taken.error();
        text = comma == std::string_view::npos ? "" : text.substr(comma + 1);
    }
    return mapping;
}

Result<TransactionColumns> find_transaction_columns(const TransactionMapping& mapping,
                                                    const std::vector<std::string>& header,
                                                    const std::string& file) {
    TransactionColumns columns;
    std::string guessed;
    std::string missing;
    for (std::size_t i = 0; i < kTransactionRoles; ++i) {
        const Role& role = roles()[i];
        const std::string& name = mapping.*role.column;
        auto column =
            name.empty() ? find_any_column(header, role.guesses) : find_column(header, name);
        if (!column && !name.empty()) return missing_column(file, header, name);
        columns.of_role[i] = column.value_or(kNoColumn);
        if (column && name.empty())
            guessed += fmt::format(
                "{}{} = \"{}\"", guessed.empty() ? "" : ", ", role.name, header[*column]);
        if (!column && i != kProduct)
            missing += fmt::format("{}{}", missing.empty() ? "" : ", ", role.name);
    }
    if (!missing.empty())
        return invalid_argument(
            fmt::format("{}: no column looks like {}; name it with {}=COLUMN. Its columns are {}",
                        file,
                        missing,
                        missing.substr(0, missing.find(',')),
                        listed(header)));
    if (!guessed.empty())
        columns.notice = fmt::format("Columns of {} were found by name: {}.", file, guessed);
    return columns;
}

}  // namespace cpo::ingest
